"""The layout of the plot: PSNR-Y against two costs, in two panels side by side."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from sw.compare.plot import labels
from sw.compare.plot.axes import CostAxis, PsnrAxis, power_of_ten
from sw.compare.plot.drawing import Drawing, Group, Line, Mark, Text

WIDTH, HEIGHT = 1120, 470
TOP, BOTTOM = 24, 420
"""Upper and lower end of the panels."""

LEFT_PANEL = 70, 540
RIGHT_PANEL = 600, 1020
WIDE_RIGHT_PANEL = 600, 1100
"""Left and right ends of the panels. Names of references stand to the right of them."""

LEGEND_INDENT = 9
"""Pixels from the centre of a mark in the legend to its text."""


@dataclass(frozen=True)
class Point:
    """A method with a cost; ``cost_text`` says the cost in words, for the tooltip."""

    name: str
    kind: str
    psnr: float
    cost: float
    cost_text: str


@dataclass(frozen=True)
class Panel:
    """The methods that have one kind of cost, which ``label`` names."""

    label: str
    points: list[Point]


@dataclass(frozen=True)
class Reference:
    """A method without a cost, drawn as a horizontal line."""

    name: str
    kind: str
    psnr: float


@dataclass(frozen=True)
class Plot:
    """What is plotted.

    Parameters
    ----------
    title : str
        What is measured, written above the left panel.
    left, right : Panel
    references : list of Reference
        By falling PSNR.
    legend : dict of str to str
        For kinds of :data:`sw.compare.plot.drawing.LOOKS`, what they are.
    """

    title: str
    left: Panel
    right: Panel
    references: list[Reference] = field(default_factory=list)
    legend: dict[str, str] = field(default_factory=dict)


def layout(plot: Plot) -> Drawing:
    """Lay out ``plot``: axes, points and their names, references and legend."""
    right_panel = RIGHT_PANEL if plot.references else WIDE_RIGHT_PANEL
    points = [*plot.left.points, *plot.right.points, *plot.references]
    psnr_axis = PsnrAxis([point.psnr for point in points], TOP, BOTTOM)
    groups = [Group(texts=[Text(LEFT_PANEL[0], 14, plot.title)])]
    for panel, (left, right) in ((plot.left, LEFT_PANEL), (plot.right, right_panel)):
        cost_axis = CostAxis([point.cost for point in panel.points], left, right)
        groups.append(_axes(panel, cost_axis, psnr_axis))
        groups += _points(panel.points, cost_axis, psnr_axis)
    groups += _references(plot.references, psnr_axis)
    groups.append(_legend(plot.legend, right_panel[1]))
    description = f"{plot.title}, against {plot.left.label} and {plot.right.label}"
    return Drawing(WIDTH, HEIGHT, description, groups)


def _axes(panel: Panel, cost_axis: CostAxis, psnr_axis: PsnrAxis) -> Group:
    left, right = cost_axis.left, cost_axis.right
    group = Group()
    for exponent in cost_axis.exponents():
        x = cost_axis(10.0**exponent)
        group.lines.append(Line(x, TOP, x, BOTTOM, "grid"))
        group.texts.append(Text(x, BOTTOM + 17, power_of_ten(exponent), "middle"))
    for value in psnr_axis.ticks():
        y = psnr_axis(value)
        group.lines.append(Line(left, y, right, y, "grid"))
        group.texts.append(Text(left - 6, y + 4, f"{value:.4g}", "end"))
    group.texts.append(Text((left + right) / 2, BOTTOM + 38, panel.label, "middle"))
    return group


def _points(points: Sequence[Point], cost_axis: CostAxis, psnr_axis: PsnrAxis) -> list[Group]:
    named = [(cost_axis(point.cost), psnr_axis(point.psnr), point.name) for point in points]
    frame = labels.Box(cost_axis.left, TOP, cost_axis.right, BOTTOM)
    boxes = labels.place(named, frame)
    return [
        _point(point, x, y, box) for point, (x, y, _), box in zip(points, named, boxes, strict=True)
    ]


def _point(point: Point, x: float, y: float, box: labels.Box) -> Group:
    """A mark, its name in ``box``, and a line between them if they are far apart."""
    near_x, near_y = min(max(x, box.left), box.right), min(max(y, box.top), box.bottom)
    group = Group(f"{point.name}: {point.psnr:.3f} dB, {point.cost_text}")
    if math.hypot(near_x - x, near_y - y) > labels.DISTANCES[0] + 2:
        group.lines.append(Line(x, y, near_x, near_y, "leader"))
    group.marks.append(Mark(x, y, point.kind))
    # The reader's font may be wider or narrower than estimated: anchor the text at the point.
    anchor, text_x = "middle", (box.left + box.right) / 2
    if box.left >= x:
        anchor, text_x = "start", box.left
    elif box.right <= x:
        anchor, text_x = "end", box.right
    group.texts.append(Text(text_x, box.bottom - 3, point.name, anchor, point.kind))
    return group


def _references(references: Sequence[Reference], psnr_axis: PsnrAxis) -> list[Group]:
    """A line across both panels for each, and its name beyond, one name below the other."""
    groups, name_y = [], -math.inf
    for reference in references:
        y, kind = psnr_axis(reference.psnr), reference.kind
        name_y = max(y, name_y + labels.LINE_HEIGHT)
        group = Group(f"{reference.name}: {reference.psnr:.3f} dB, no tables or weights")
        for left, right in (LEFT_PANEL, RIGHT_PANEL):
            group.lines.append(Line(left, y, right, y, "reference", kind))
        group.texts.append(Text(RIGHT_PANEL[1] + 8, name_y + 4, reference.name, kind=kind))
        groups.append(group)
    return groups


def _legend(legend: dict[str, str], right: float) -> Group:
    """The entries in a row above the right panel, up to ``right``."""
    widths = [3 * LEGEND_INDENT + labels.text_width(text) for text in legend.values()]
    group, x = Group(), right - sum(widths)
    for (kind, text), width in zip(legend.items(), widths, strict=True):
        group.marks.append(Mark(x, 10, kind))
        group.texts.append(Text(x + LEGEND_INDENT, 14, text, kind=kind))
        x += width
    return group
