"""Draw PSNR-Y on Set5 against bytes and against look-ups: our ×4 tables and published methods.

  python -m sw plot --out docs/quality.png

Ours come from the manifests in luts/, the others from luts/published.csv, which names its sources.

Needs the extra `train` (pip install -e '.[train]').
"""

import argparse
import csv
from pathlib import Path
from typing import NamedTuple

from sw.commands.figures import pyplot
from sw.output import check_writable, whole_file
from sw.tables import cost, manifest
from sw.tables.files import LUTS, load

PUBLISHED = LUTS / "published.csv"


class Point(NamedTuple):
    """A method: bytes of its tables or weights, look-ups for each LR pixel if known, dB on Set5."""

    name: str
    kind: str
    bytes: int
    lookups: int | None
    set5: float


def published() -> list[Point]:
    """The methods of others."""
    with PUBLISHED.open(newline="") as file:
        return [
            Point(
                row["method"],
                row["kind"],
                int(row["bytes"]),
                int(row["lookups"]) if row["lookups"] else None,
                float(row["set5"]),
            )
            for row in csv.DictReader(file)
        ]


def ours() -> list[Point]:
    """Our ×4 tables whose manifests have a score on Set5."""
    points = []
    for path in sorted(LUTS.glob("*.npz")):
        upsampler, content = load(path), manifest.read(path) or {}
        for folder, scores in content.get("scores", {}).items():
            if "set5" in folder and upsampler.scale == 4:
                lookups = cost.lookups_per_pixel(upsampler)
                size, psnr = upsampler.table_bytes, scores["table"]["psnr_y"]
                points.append(Point(path.stem, "ours", size, lookups, psnr))
    return points


LOOKS = {
    "ours": {"color": "tab:red", "marker": "o", "label": "this project"},
    "table": {"color": "tab:blue", "marker": "s", "label": "published tables"},
    "network": {"color": "tab:gray", "marker": "^", "label": "published networks"},
}


def draw(path: Path, points: list[Point]) -> None:
    """Draw ``points`` into ``path``, a PNG; names the missing extra if it is."""
    plt = pyplot()
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(11, 5), sharey=True, layout="constrained", width_ratios=(3, 2)
    )
    for axis, of in ((left, "bytes"), (right, "lookups")):
        for kind, look in LOOKS.items():
            shown = [each for each in points if each.kind == kind and getattr(each, of)]
            x, y = [getattr(each, of) for each in shown], [each.set5 for each in shown]
            axis.scatter(x, y, **look, s=24)
            for each in shown:
                axis.annotate(
                    each.name,
                    (getattr(each, of), each.set5),
                    xytext=(4, -9 if kind == "network" else 3),
                    textcoords="offset points",
                    fontsize=7,
                    color=look["color"],
                )
        axis.set_xscale("log")
        axis.grid(alpha=0.3)
        axis.margins(x=0.12)
    left.set(xlabel="bytes of tables or weights", ylabel="PSNR-Y on Set5, ×4 (dB)")
    right.set(xlabel="look-ups for each LR pixel and colour, where known")
    left.legend(loc="lower right", fontsize=8)
    with whole_file(path) as file:
        figure.savefig(file, format="png", dpi=120)
    plt.close(figure)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="PNG to write")


def run(args: argparse.Namespace) -> None:
    """Draw."""
    check_writable(args.out)
    draw(args.out, ours() + published())
    print(f"look at {args.out}")
