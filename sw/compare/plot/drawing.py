"""A plot as lines, marks and texts at their places, from which SVG and PNG are written."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple


class Colour(NamedTuple):
    """A colour on a light and on a dark background, as ``#rrggbb``."""

    light: str
    dark: str


class Look(NamedTuple):
    """How the points of a kind are drawn."""

    mark: Literal["circle", "square", "triangle"]
    colour: Colour


LOOKS = {
    "interpolation": Look("circle", Colour("#6b7280", "#9ca3af")),
    "self-similarity": Look("circle", Colour("#8b5cf6", "#b79cfb")),
    "network": Look("circle", Colour("#2563eb", "#7aa8ff")),
    "table": Look("square", Colour("#c2410c", "#ff9d66")),
    "luma": Look("square", Colour("#a16207", "#fbbf24")),
    "published": Look("triangle", Colour("#0f766e", "#5eead4")),
}
"""The kinds of methods; ``"published"`` are tables of other authors."""

INK = Colour("#1f2937", "#e5e7eb")
"""Colour of the texts."""

GRID = Colour("#d7dbe2", "#3a4250")
"""Colour of the grid."""


class Line(NamedTuple):
    """A line from (x1, y1) to (x2, y2).

    ``"leader"`` joins a point and its name; ``"reference"`` is dashed, in the colour of its kind.
    """

    x1: float
    y1: float
    x2: float
    y2: float
    style: Literal["grid", "leader", "reference"]
    kind: str = ""


class Mark(NamedTuple):
    """The mark of a point."""

    x: float
    y: float
    kind: str


class Text(NamedTuple):
    """A text whose baseline starts, has its middle or ends at (x, y).

    ``kind`` decides its colour; without one it has that of the ink.
    """

    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "start"
    kind: str = ""


@dataclass
class Group:
    """Shapes that belong together, drawn lines first; ``title`` is what a tooltip shows."""

    title: str = ""
    lines: list[Line] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)


@dataclass(frozen=True)
class Drawing:
    """A plot of ``width`` × ``height`` CSS pixels; x grows rightwards, y downwards.

    ``description`` is for those who cannot see it.
    """

    width: int
    height: int
    description: str
    groups: list[Group]
