"""Quality against cost as SVG: PSNR-Y over bytes, and over the operations for an HR pixel."""

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from sw.compare.comparison import Comparison
from sw.compare.plot import labels
from sw.compare.results import Row, rows, set_names
from sw.pictures.picture_sets import ALL

WIDTH, HEIGHT = 1120, 470
TOP, BOTTOM = 24, 420
PANELS = (70, 540), (600, 1020)
"""Left and right end of the two panels; beyond the second are the names of the lines."""

BELOW = 1.5
"""Lines up to so many dB below all points are drawn, and the best one in any case."""

STYLE = """
.plot { --interpolation: #6b7280; --self-similarity: #8b5cf6; --network: #2563eb;
  --table: #c2410c; --ink: #1f2937; --faint: #d7dbe2; font: 12px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) {
  .plot { --interpolation: #9ca3af; --self-similarity: #b79cfb; --network: #7aa8ff;
    --table: #ff9d66; --ink: #e5e7eb; --faint: #3a4250; } }
.plot text { fill: var(--ink); } .plot .grid { stroke: var(--faint); }
.plot .leader { stroke: var(--ink); opacity: .35; }
.plot .reference { stroke-dasharray: 5 4; opacity: .8; }
.plot .interpolation { stroke: var(--interpolation); fill: var(--interpolation); }
.plot .self-similarity { stroke: var(--self-similarity); fill: var(--self-similarity); }
.plot .network { stroke: var(--network); fill: var(--network); }
.plot .table { stroke: var(--table); fill: var(--table); }
.plot g:hover > .mark { stroke-width: 7; }
.plot text.interpolation, .plot text.self-similarity, .plot text.network, .plot text.table {
  stroke: none; }
"""


class Point(NamedTuple):
    """A method in a panel: what it costs, its dB, and what is said of it."""

    row: Row
    cost: float
    said: str


def _db(row: Row) -> float:
    return row.values["psnr_y"]


def _said(row: Row, cost: str) -> str:
    return f"{row.method.name}: {_db(row):.3f} dB, {cost}"


def _by_bytes(drawn: Sequence[Row]) -> list[Point]:
    return [
        Point(row, row.method.size, _said(row, f"{row.method.size} bytes"))
        for row in drawn
        if row.method.size
    ]


def _by_operations(drawn: Sequence[Row]) -> list[Point]:
    points = []
    for row in drawn:
        if row.method.macs:
            cost = f"{row.method.macs:.6g} multiplications for each HR pixel"
            points.append(Point(row, row.method.macs, _said(row, cost)))
        elif row.method.lookups:
            cost = f"{row.method.lookups:g} look-ups for each HR pixel"
            points.append(Point(row, row.method.lookups, _said(row, cost)))
    return points


def _is_reference(row: Row) -> bool:
    """Whether the method has nothing to be drawn over, and becomes a line."""
    return not (row.method.size or row.method.macs or row.method.lookups)


class _Heights:
    """From dB to pixels: round steps, with room at both ends."""

    def __init__(self, values: Sequence[float]) -> None:
        low, high = min(values, default=0.0), max(values, default=1.0)
        span = max(high - low, 0.2)
        self.step = next(s for s in (0.1, 0.2, 0.5, 1, 2, 5, 10, 1000) if span / s <= 7)
        self.low, self.high = low - 0.06 * span, high + 0.06 * span

    def __call__(self, value: float) -> float:
        return BOTTOM - (value - self.low) / (self.high - self.low) * (BOTTOM - TOP)

    def ticks(self) -> list[float]:
        first = math.ceil(self.low / self.step)
        return [i * self.step for i in range(first, math.floor(self.high / self.step) + 1)]


def _power(exponent: int) -> str:
    raised = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{raised}" if abs(exponent) > 1 else f"{10.0**exponent:g}"


def _panel(
    points: Sequence[Point], ends: tuple[int, int], heights: _Heights, title: str
) -> list[str]:
    """Axes and points of a panel; the cost is on a logarithmic axis of whole decades."""
    left, right = ends
    logs = [math.log10(point.cost) for point in points] or [0.0]
    first, last = math.floor(min(logs)), max(math.ceil(max(logs)), math.floor(min(logs)) + 1)

    def across(cost: float) -> float:
        return left + (math.log10(cost) - first) / (last - first) * (right - left)

    lines = []
    for exponent in range(first, last + 1):
        x = across(10.0**exponent)
        lines.append(f'<line class="grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{BOTTOM}"/>')
        lines.append(
            f'<text x="{x:.1f}" y="{BOTTOM + 17}" text-anchor="middle">{_power(exponent)}</text>'
        )
    for value in heights.ticks():
        y = heights(value)
        lines.append(f'<line class="grid" x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>')
        lines.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.4g}</text>')
    lines.append(
        f'<text x="{(left + right) / 2}" y="{BOTTOM + 38}" text-anchor="middle">{title}</text>'
    )
    places = [(across(p.cost), heights(_db(p.row)), p.row.method.name) for p in points]
    boxes = labels.place(places, labels.Box(left, TOP, right, BOTTOM))
    for point, (x, y, _), box in zip(points, places, boxes, strict=True):
        lines += _point(point, x, y, box)
    return lines


def _point(point: Point, x: float, y: float, box: labels.Box) -> list[str]:
    """A mark, its name, and a line between them if they are apart."""
    kind, name = point.row.method.kind, escape(point.row.method.name)
    near_x, near_y = min(max(x, box.left), box.right), min(max(y, box.top), box.bottom)
    lines = [f'<g data-method="{name}"><title>{escape(point.said)}</title>']
    if math.hypot(near_x - x, near_y - y) > labels.DISTANCES[0] + 2:
        lines.append(
            f'<line class="leader" x1="{x:.1f}" y1="{y:.1f}" x2="{near_x:.1f}" y2="{near_y:.1f}"/>'
        )
    if kind == "table":
        lines.append(
            f'<rect class="mark {kind}" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
        )
    else:
        lines.append(f'<circle class="mark {kind}" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>')
    # Letters may be wider or narrower than was thought; they end where the point is.
    anchor, at = "middle", (box.left + box.right) / 2
    if box.left >= x:
        anchor, at = "start", box.left
    elif box.right <= x:
        anchor, at = "end", box.right
    lines.append(
        f'<text class="{kind}" x="{at:.1f}" y="{box.bottom - 3:.1f}" text-anchor="{anchor}">'
        f"{name}</text>"
    )
    return [*lines, "</g>"]


def _references(references: Sequence[Row], heights: _Heights) -> list[str]:
    """A line across both panels for each, with its name beyond; the names are kept apart."""
    lines, last = [], -math.inf
    for row in references:
        y, kind = heights(_db(row)), row.method.kind
        last = max(y, last + labels.HEIGHT)
        said, name = escape(_said(row, "no tables or weights")), escape(row.method.name)
        lines.append(f"<g><title>{said}</title>")
        lines += [
            f'<line class="reference {kind}" x1="{a}" y1="{y:.1f}" x2="{b}" y2="{y:.1f}"/>'
            for a, b in PANELS
        ]
        lines.append(
            f'<text class="{kind}" x="{PANELS[1][1] + 8}" y="{last + 4:.1f}">{name}</text></g>'
        )
    return lines


def svg(comparison: Comparison, name: str) -> str:
    """The plot over the set ``name``, an ``<svg>`` of class ``plot`` that needs ``STYLE``.

    The RTL is left out: its points are its model's. Equal pictures have no finite PSNR, and such
    methods are left out as well.
    """
    drawn = [
        row
        for row in rows(comparison, name)
        if row.method.kind != "rtl" and math.isfinite(_db(row))
    ]
    of_points = [_db(row) for row in drawn if not _is_reference(row)]
    references = [row for row in drawn if _is_reference(row)]
    if of_points and references:
        least = min(min(of_points) - BELOW, _db(references[0]))
        references = [row for row in references if _db(row) >= least]
    heights = _Heights([*of_points, *map(_db, references)])
    operations = "for each HR pixel: ● multiplications (networks), ■ look-ups (tables)"
    lines = [
        *_panel(_by_bytes(drawn), PANELS[0], heights, "bytes of tables, or of weights as float32"),
        *_panel(_by_operations(drawn), PANELS[1], heights, operations),
        *_references(references, heights),
    ]
    pictures = "all pictures" if name == ALL else name
    title = f"PSNR-Y in dB on {pictures}, ×{comparison.scale}"
    return "\n".join(
        [
            f'<svg class="plot" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'role="img" aria-label="{escape(title)}, against bytes and operations">',
            f'<text x="{PANELS[0][0]}" y="14">{escape(title)}</text>',
            *lines,
            "</svg>",
        ]
    )


def standalone(comparison: Comparison) -> str:
    """The plot over all pictures as a file of its own."""
    drawn = svg(comparison, set_names(comparison)[0])
    head, rest = drawn.split(">\n", 1)
    return f"{head}>\n<style>{STYLE}</style>\n{rest}\n"
