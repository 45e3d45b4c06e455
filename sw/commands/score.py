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
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from statistics import fmean

from tqdm import tqdm

from sw.commands.table_options import add_table_arguments, chosen_tables
from sw.errors import BadInput
from sw.golden import upscale_each
from sw.output import check_writable, whole_file
from sw.photos.planes import colours
from sw.pictures.bicubic import crop_to_multiple, resize
from sw.pictures.images import MAX_MPIXEL, image_files, read_picture
from sw.pictures.metrics import BASELINES, compare
from sw.tables.spec import Upsampler

Scores = dict[str, dict[str, float]]
"""For each method, ``psnr_y`` in dB and ``ssim``."""


def score_picture(
    path: Path, upsamplers: Sequence[Upsampler], max_mpixel: float = MAX_MPIXEL
) -> Scores:
    """Scores of the table and the baselines on the HR picture in ``path``; alpha is left out.

    Raises
    ------
    BadInput
        If the picture cannot be read or is too small.
    """
    scale = upsamplers[0].scale
    original = crop_to_multiple(colours(read_picture(path, max_mpixel)), scale)
    if not original.size:
        raise BadInput(f"{path}: is smaller than the scale, {scale}×{scale}")
    low = resize(original, Fraction(1, scale))
    methods = {"table": lambda low, _: upscale_each(low, upsamplers), **BASELINES}
    try:
        return {name: compare(original, run(low, scale), scale) for name, run in methods.items()}
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error


class Validation:
    """Pictures of a folder, read and reduced once, to try table after table on.

    Raises
    ------
    BadInput
        If the folder is missing, or one of its pictures cannot be used.
    """

    def __init__(self, folder: Path, scale: int) -> None:
        self.scale = scale
        originals = [
            crop_to_multiple(colours(read_picture(path)), scale) for path in image_files(folder)
        ]
        self.pairs = [(original, resize(original, Fraction(1, scale))) for original in originals]

    def psnr_y(self, *upsamplers: Upsampler) -> float:
        """Mean PSNR-Y over the pictures, in dB, of one table or those of R, G and B."""
        return fmean(
            compare(original, upscale_each(low, upsamplers), self.scale)["psnr_y"]
            for original, low in self.pairs
        )


def score_folder(
    folder: Path, upsamplers: Sequence[Upsampler], max_mpixel: float = MAX_MPIXEL
) -> dict:
    """``{"mean": Scores, "images": {file name: Scores}}`` of the pictures in ``folder``."""
    files = image_files(folder)
    with tqdm(files, desc=f"score {folder}", unit="picture", leave=False) as bar:
        images = {path.name: score_picture(path, upsamplers, max_mpixel) for path in bar}
    some = next(iter(images.values()))
    mean = {
        method: {
            metric: sum(scores[method][metric] for scores in images.values()) / len(images)
            for metric in metrics
        }
        for method, metrics in some.items()
    }
    return {"mean": mean, "images": images}


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
