"""Plot the quality of tables and published methods on Set5 at ×4 against their cost.

  python -m sw plot --out docs/quality.png
  python -m sw plot --out quality.svg

The left panel has PSNR-Y against the bytes of tables or weights, the right one against look-ups.
The tables are those of luts/ whose manifests have a score on Set5. The published figures and their
sources are in luts/published.csv.

An SVG needs the extra `score` (pip install 'srlut[score]') and shows the exact figures of a point
under the mouse. A PNG needs the extra `plot` (pip install 'srlut[plot]').
"""

import argparse
import csv
from pathlib import Path
from typing import NamedTuple

from sw.commands.figures import pyplot
from sw.compare.plot.drawing import GRID, INK, LOOKS, Drawing
from sw.compare.plot.layout import Panel, Plot, Point, layout
from sw.compare.plot.svg import as_svg
from sw.errors import BadInput
from sw.extras import require
from sw.output import check_writable, whole_file
from sw.places import LUTS
from sw.tables import cost, manifest
from sw.tables.files import load

PUBLISHED = LUTS / "published.csv"

LEGEND = {
    "table": "tables of this project",
    "published": "published tables",
    "network": "published networks",
}

CSS_DPI = 96
"""CSS pixels in an inch, the unit of a drawing."""

PNG_DPI = 144

MARKERS = {"circle": "o", "square": "s", "triangle": "^"}
ALIGNMENTS = {"start": "left", "middle": "center", "end": "right"}
"""Matplotlib's names of marks and anchors."""


class Method(NamedTuple):
    """A method with its score on Set5.

    Parameters
    ----------
    name : str
    kind : str
        A key of ``LEGEND``.
    bytes : int
        Of its tables or weights.
    lookups : int or None
        For each LR pixel and colour; None if unknown.
    psnr : float
        PSNR-Y in dB.
    """

    name: str
    kind: str
    bytes: int
    lookups: int | None
    psnr: float


def published() -> list[Method]:
    """The methods of other authors."""
    kinds = {"table": "published", "network": "network"}
    with PUBLISHED.open(newline="") as file:
        return [
            Method(
                row["method"],
                kinds[row["kind"]],
                int(row["bytes"]),
                int(row["lookups"]) if row["lookups"] else None,
                float(row["set5"]),
            )
            for row in csv.DictReader(file)
        ]


def ours() -> list[Method]:
    """The ×4 tables of ``luts/`` whose manifests have a score on Set5."""
    methods = []
    for path in sorted(LUTS.glob("*.npz")):
        upsampler, content = load(path), manifest.read(path) or {}
        for folder, scores in content.get("scores", {}).items():
            if "set5" in folder and upsampler.scale == 4:
                lookups = cost.lookups_per_pixel(upsampler)
                psnr = scores["table"]["psnr_y"]
                methods.append(Method(path.stem, "table", upsampler.table_bytes, lookups, psnr))
    return methods


def draw(methods: list[Method]) -> Drawing:
    """The plot of ``methods``."""
    against_bytes, against_lookups = [], []
    for name, kind, size, lookups, psnr in methods:
        against_bytes.append(Point(name, kind, psnr, size, f"{size} bytes"))
        if lookups:
            cost_text = f"{lookups} look-ups for each LR pixel"
            against_lookups.append(Point(name, kind, psnr, lookups, cost_text))
    return layout(
        Plot(
            "PSNR-Y in dB on Set5, ×4",
            Panel("bytes of tables or weights", against_bytes),
            Panel("look-ups for each LR pixel and colour, where known", against_lookups),
            legend=LEGEND,
        )
    )


def write_svg(path: Path, drawing: Drawing) -> None:
    """Write ``drawing`` as SVG."""
    with whole_file(path) as file:
        file.write(as_svg(drawing).encode())


def write_png(path: Path, drawing: Drawing) -> None:
    """Write ``drawing`` as PNG, in its light colours.

    Only this needs matplotlib. The page of a comparison uses the SVG, which needs no library, has
    tooltips and follows the reader's light or dark scheme; both come from one layout.
    """
    plt = pyplot()
    inches = drawing.width / CSS_DPI, drawing.height / CSS_DPI
    point = 72 / CSS_DPI
    figure = plt.figure(figsize=inches, dpi=PNG_DPI)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, drawing.width), ylim=(drawing.height, 0))
    axes.axis("off")
    styles = {
        "grid": {"color": GRID.light},
        "leader": {"color": INK.light, "alpha": 0.35},
        "reference": {"linestyle": (0, (5, 4)), "alpha": 0.8},
    }
    for group in drawing.groups:
        for line in group.lines:
            style = dict(styles[line.style])
            if line.kind:
                style["color"] = LOOKS[line.kind].colour.light
            axes.plot((line.x1, line.x2), (line.y1, line.y2), linewidth=point, **style)
        for mark in group.marks:
            look = LOOKS[mark.kind]
            axes.plot(
                mark.x,
                mark.y,
                MARKERS[look.mark],
                color=look.colour.light,
                markersize=9 * point,
                markeredgewidth=0,
            )
        for text in group.texts:
            axes.text(
                text.x,
                text.y,
                text.text,
                color=LOOKS[text.kind].colour.light if text.kind else INK.light,
                fontsize=12 * point,
                horizontalalignment=ALIGNMENTS[text.anchor],
                verticalalignment="baseline",
            )
    with whole_file(path) as file:
        figure.savefig(file, format="png")
    plt.close(figure)


WRITERS = {".png": ("matplotlib", write_png), ".svg": ("jinja2", write_svg)}
"""For each ending, the module that it needs, and the function that writes the file."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help=".png or .svg file to write"
    )


def run(args: argparse.Namespace) -> None:
    """Draw and write."""
    if args.out.suffix.lower() not in WRITERS:
        raise BadInput(f"--out {args.out}: the name must end in .png or .svg")
    module, write = WRITERS[args.out.suffix.lower()]
    require(module)
    check_writable(args.out)
    write(args.out, draw(ours() + published()))
    print(f"look at {args.out}")
