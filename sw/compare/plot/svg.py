"""A plot as SVG. Pages include ``plot.svg`` and ``plot.css`` themselves."""

from sw.compare.plot.drawing import GRID, INK, LOOKS, Drawing
from sw.compare.templates import render

STYLE = {"looks": LOOKS, "ink": INK, "grid": GRID}
"""What ``plot.svg`` and ``plot.css`` need beside the drawing."""


def as_svg(drawing: Drawing) -> str:
    """``drawing`` as an SVG file, light or dark as the reader's system is."""
    return render("plot/plot.svg", drawing=drawing, standalone=True, **STYLE)
