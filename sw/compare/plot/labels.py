"""Where to write the names of points, so that they cover neither points nor each other."""

from collections.abc import Sequence
from typing import NamedTuple

LINE_HEIGHT = 13
CHARACTER_WIDTH = 6.4
"""Estimated pixels of a text of 12 px; the real width depends on the font of the reader."""

POINT_RADIUS = 5
"""Pixels around the centre of a point that its mark covers."""

DISTANCES = 8, 20, 34
"""Pixels between a point and its label, the nearest first."""

DIRECTIONS = (1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1)
"""Sides of a point (x, y) on which its label may be, the best first."""


class Box(NamedTuple):
    """A rectangle in pixels; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: "Box") -> float:
        """Area that both boxes cover."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)

    @property
    def area(self) -> float:
        """Area of the box."""
        return (self.right - self.left) * (self.bottom - self.top)


def text_width(text: str) -> float:
    """Estimated width of ``text`` in pixels."""
    return CHARACTER_WIDTH * len(text)


def _candidate(x: float, y: float, text: str, direction: tuple[int, int], distance: float) -> Box:
    width = text_width(text)
    left = x + direction[0] * distance - width * (1 - direction[0]) / 2
    # A label above or below needs more room than one beside its point.
    top = y + direction[1] * (distance + POINT_RADIUS) - LINE_HEIGHT / 2
    return Box(left, top, left + width, top + LINE_HEIGHT)


def place(points: Sequence[tuple[float, float, str]], frame: Box) -> list[Box]:
    """Boxes for the labels of ``points`` (x, y, text), placed in this order.

    Each label takes the candidate that overlaps the marks and the earlier labels least. The area
    outside ``frame`` counts twice.
    """
    taken = [
        Box(x - POINT_RADIUS, y - POINT_RADIUS, x + POINT_RADIUS, y + POINT_RADIUS)
        for x, y, _ in points
    ]
    placed = []
    for x, y, text in points:
        candidates = [
            _candidate(x, y, text, direction, distance)
            for distance in DISTANCES
            for direction in DIRECTIONS
        ]
        best = min(
            candidates,
            key=lambda box: round(
                sum(map(box.overlap, taken)) + 2 * (box.area - box.overlap(frame))
            ),
        )
        taken.append(best)
        placed.append(best)
    return placed
