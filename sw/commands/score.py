"""Score a table on a folder of HR pictures, next to nearest, bilinear and bicubic.

The LR pictures are made of the HR ones by bicubic reduction in MATLAB's convention. PSNR is of Y
(BT.601, studio range), SSIM of Y with the Gaussian 11×11 window, both less a border of `scale`
pixels. Without --json only the table of figures is printed.

  python -m sw score pictures/
  python -m sw score --table my.npz --json scores.json pictures/
"""

import argparse
import json
import math
from pathlib import Path

from sw.commands.table_options import add_table_arguments, chosen_tables
from sw.output import check_writable, whole_file
from sw.scores import score_folder


def as_text(result: dict) -> str:
    """The figures as a table, a row for each picture and one for the mean."""
    methods = list(result["mean"])
    rows = {**result["images"], "mean": result["mean"]}
    name_width = max(map(len, rows))
    head = "".join(f"{method:>17}" for method in methods)
    lines = [f"{'PSNR-Y / SSIM':<{name_width}}{head}"]
    for name, scores in rows.items():
        cells = (f"{scores[m]['psnr_y']:.3f} / {scores[m]['ssim']:.4f}" for m in methods)
        lines.append(f"{name:<{name_width}}" + "".join(f"{cell:>17}" for cell in cells))
    return "\n".join(lines)


def as_json(result: dict) -> str:
    """The figures as JSON; an infinite PSNR (equal pictures), which JSON lacks, is null."""

    def finite(node: dict | float) -> dict | float | None:
        if isinstance(node, dict):
            return {key: finite(value) for key, value in node.items()}
        return node if math.isfinite(node) else None

    return json.dumps(finite(result), indent=2) + "\n"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder of HR pictures")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    add_table_arguments(parser)


def run(args: argparse.Namespace) -> None:
    """Score and print."""
    upsamplers = chosen_tables(args)
    if args.json:
        check_writable(args.json)
    result = score_folder(args.folder, upsamplers, args.max_mpixel)
    print(as_text(result))
    if args.json:
        with whole_file(args.json) as file:
            file.write(as_json(result).encode())
