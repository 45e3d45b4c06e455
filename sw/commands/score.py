"""Score a table on a folder of HR pictures, next to nearest, bilinear and bicubic.

Each picture is reduced by the scale of the table, with bicubic in MATLAB's convention, and enlarged
again by each method. The result is compared with the original, without a border of as many pixels
as the scale. PSNR-Y is in dB, SSIM is from 0 to 1, and both are of Y (BT.601, studio range); for
both, higher is better.

Pictures that cannot be read or are too small are named and skipped; the means are over the others.
The exit status is then 1, or 2 if no picture is left.

With --colour luma the brightness alone goes through the table. Grey pictures have the same scores
in both ways; a note names the first one, because the means are over them too.

  python -m sw score pictures/
  python -m sw score pictures/ --table my.npz --json scores.json
  python -m sw score pictures/ --table nano --colour luma
"""

import argparse
import json
import math
import sys
from pathlib import Path

from sw.commands.table_options import add_colour, add_table_arguments, chosen_tables, grey_note
from sw.output import check_writable, whole_file
from sw.pictures.images import read_header
from sw.scores import score_folder

NEEDS = ("skimage",)


def as_text(result: dict) -> str:
    """Scores as a text table, with a row for each picture and one for the mean."""
    methods = list(result["mean"])
    good, skipped = len(result["images"]), len(result["skipped"])
    mean = f"mean of {good} of {good + skipped} pictures" if skipped else "mean"
    rows = [*result["images"].items(), (mean, result["mean"])]
    name_width = max(len(name) for name, _ in rows)
    head = "".join(f"{method:>17}" for method in methods)
    lines = [f"{'PSNR-Y / SSIM':<{name_width}}{head}"]
    for name, scores in rows:
        pairs = ((scores[method]["psnr_y"], scores[method]["ssim"]) for method in methods)
        cells = (f"{psnr:.3f} / {ssim:.4f}" for psnr, ssim in pairs)
        lines.append(f"{name:<{name_width}}" + "".join(f"{cell:>17}" for cell in cells))
    return "\n".join(lines)


def as_json(result: dict) -> str:
    """Scores as JSON. An infinite PSNR (equal pictures) is null, because JSON has no infinity."""

    def finite(node: dict | float | str) -> dict | float | str | None:
        if isinstance(node, dict):
            return {key: finite(value) for key, value in node.items()}
        return None if isinstance(node, float) and not math.isfinite(node) else node

    return json.dumps(finite(result), indent=2) + "\n"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder of HR pictures")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the scores to FILE")
    add_table_arguments(parser, per_colour=True)
    add_colour(parser)


def _is_grey(path: Path, args: argparse.Namespace) -> bool:
    return read_header(path, args.max_mpixel).mode.removesuffix("A") == "L"


def run(args: argparse.Namespace) -> int:
    """Score the pictures and print the scores; 1 if pictures were skipped."""
    upsamplers = chosen_tables(args)
    if args.json:
        check_writable(args.json)
    result = score_folder(args.folder, upsamplers, args.max_mpixel, args.colour)
    for sentence in result["skipped"].values():
        print(f"skipped {sentence}", file=sys.stderr)
    scored = [args.folder / name for name in result["images"]]
    if args.colour == "luma" and (grey := [path for path in scored if _is_grey(path, args)]):
        print(f"note: {grey_note(grey)}", file=sys.stderr)
    print(as_text(result))
    if args.json:
        with whole_file(args.json) as file:
            file.write(as_json(result).encode())
    return 1 if result["skipped"] else 0
