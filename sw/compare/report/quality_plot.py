"""The methods of a comparison as a plot: PSNR-Y against bytes, and against operations."""

import math
from collections.abc import Sequence

from sw.compare.comparison import Comparison
from sw.compare.plot.drawing import Drawing
from sw.compare.plot.layout import Panel, Plot, Point, Reference, layout
from sw.compare.results import Row, rows
from sw.pictures.picture_sets import ALL

BYTES_LABEL = "bytes of tables, or of weights as float32"
OPERATIONS_LABEL = "for each HR pixel: ● multiplications (networks), ■ look-ups (tables)"

REFERENCE_MARGIN = 1.5
"""References more than so many dB below all points are left out, except the best reference."""


def draw(comparison: Comparison, set_name: str) -> Drawing:
    """The plot over the pictures of ``set_name``.

    It leaves out the RTL, which has the figures of its model, and methods whose PSNR is infinite
    because they give back the original.
    """
    drawn = [
        row
        for row in rows(comparison, set_name)
        if row.method.kind != "rtl" and math.isfinite(_psnr(row))
    ]
    references = [row for row in drawn if not _has_cost(row)]
    pictures = "all pictures" if set_name == ALL else set_name
    return layout(
        Plot(
            f"PSNR-Y in dB on {pictures}, ×{comparison.scale}",
            Panel(BYTES_LABEL, _against_bytes(drawn)),
            Panel(OPERATIONS_LABEL, _against_operations(drawn)),
            [
                Reference(row.method.name, row.method.kind, _psnr(row))
                for row in _near(references, [_psnr(row) for row in drawn if _has_cost(row)])
            ],
        )
    )


def _psnr(row: Row) -> float:
    return row.values["psnr_y"]


def _has_cost(row: Row) -> bool:
    return bool(row.method.size or row.method.macs or row.method.lookups)


def _near(references: Sequence[Row], points: Sequence[float]) -> Sequence[Row]:
    """Those of ``references`` that are not far below ``points``."""
    if not (points and references):
        return references
    lowest = min(min(points) - REFERENCE_MARGIN, _psnr(references[0]))
    return [row for row in references if _psnr(row) >= lowest]


def _point(row: Row, cost: float, cost_text: str) -> Point:
    return Point(row.method.name, row.method.kind, _psnr(row), cost, cost_text)


def _against_bytes(drawn: Sequence[Row]) -> list[Point]:
    return [
        _point(row, row.method.size, f"{row.method.size} bytes") for row in drawn if row.method.size
    ]


def _against_operations(drawn: Sequence[Row]) -> list[Point]:
    points = []
    for row in drawn:
        macs, lookups = row.method.macs, row.method.lookups
        if macs:
            points.append(_point(row, macs, f"{macs:.6g} multiplications for each HR pixel"))
        elif lookups:
            points.append(_point(row, lookups, f"{lookups:g} look-ups for each HR pixel"))
    return points
