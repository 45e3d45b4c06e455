"""Names beside points, so that they cover neither each other nor the points."""

from collections.abc import Sequence
from typing import NamedTuple

HEIGHT = 13
CHARACTER = 6.4
"""Pixels of a line of text, and of a character, at the plot's size of letters."""

POINT = 5
"""Pixels from a point's centre that it takes."""

DISTANCES = 8, 20, 34
WAYS = (1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1)
"""To which side of its point a label may go, the best first."""


class Box(NamedTuple):
    """Pixels that something takes; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: "Box") -> float:
        """Pixels that both take."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, wide) * max(0.0, high)

    @property
    def area(self) -> float:
        """Pixels that it takes."""
        return (self.right - self.left) * (self.bottom - self.top)


def _candidate(x: float, y: float, text: str, way: tuple[int, int], distance: float) -> Box:
    wide = CHARACTER * len(text)
    left = x + way[0] * distance - wide * (1 - way[0]) / 2
    # Half of a line is higher than a point's margin on its sides.
    top = y + way[1] * (distance + POINT) - HEIGHT / 2
    return Box(left, top, left + wide, top + HEIGHT)


def place(points: Sequence[tuple[float, float, str]], frame: Box) -> list[Box]:
    """Where the label of each point (x, y, text) goes, one after another, each where least is hit.

    The points' places are kept free, and what lies outside ``frame`` counts as hit.
    """
    taken = [Box(x - POINT, y - POINT, x + POINT, y + POINT) for x, y, _ in points]
    placed = []
    for x, y, text in points:
        candidates = [_candidate(x, y, text, way, d) for d in DISTANCES for way in WAYS]
        best = min(
            candidates,
            key=lambda box: round(
                sum(map(box.overlap, taken)) + 2 * (box.area - box.overlap(frame))
            ),
        )
        taken.append(best)
        placed.append(best)
    return placed
