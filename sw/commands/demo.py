"""Show a table at work: reduce a photograph, enlarge it again, and compare with bicubic.

The photograph is a portrait of the astronaut Eileen Collins, cropped to 16:9. It is by NASA, in the
public domain, and comes with scikit-image. The folder DIR is created if missing and gets
input.png (reduced), nearest.png, bicubic.png and srlut.png (enlarged), original.png, and
side_by_side.png with zoomed crops of them. Scores and the time of the enlargement are printed.

  python -m sw demo
  python -m sw demo --table nano --out build/nano
"""

import argparse
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from sw.commands.table_options import add_table_choice, chosen_table
from sw.errors import BadInput
from sw.golden import upscale
from sw.pictures.bicubic import crop_to_multiple, resize
from sw.pictures.images import Picture, write_picture
from sw.pictures.interpolation import BASELINES
from sw.pictures.metrics import psnr_ssim_y

CROPS = (("face", 78, 176), ("orbiter", 20, 376), ("flag", 2, 0))
"""Name, and y and x of the upper left corner in the original."""

CROP_SIZE = 84, 112
"""Height and width in pixels of the original."""

ZOOM = 3

MARGIN, LABEL = 12, 34
"""Pixels between the crops, and height of the line of labels."""

NEEDS = ("skimage",)

SHOWN = ("nearest", "bicubic", "srlut", "original")


def photograph(scale: int) -> np.ndarray:
    """The original, 16:9, with sides that are multiples of ``scale``: uint8, (height, width, 3)."""
    from skimage.data import astronaut

    pixels = astronaut()
    height = pixels.shape[1] * 9 // 16
    return crop_to_multiple(pixels[:height], scale)


def side_by_side(pictures: dict[str, np.ndarray], labels: dict[str, str]) -> np.ndarray:
    """Sheet with zoomed crops of the pictures in ``SHOWN``: a column for each, with its label."""
    height, width = (side * ZOOM for side in CROP_SIZE)
    sheet_width = MARGIN + len(SHOWN) * (width + MARGIN)
    sheet_height = LABEL + MARGIN + len(CROPS) * (height + MARGIN)
    sheet = Image.new("RGB", (sheet_width, sheet_height), "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=20)
    for column, name in enumerate(SHOWN):
        left = MARGIN + column * (width + MARGIN)
        draw.text((left + width // 2, MARGIN), labels[name], "black", font, anchor="mt")
        for row, (_, y, x) in enumerate(CROPS):
            box = x, y, x + CROP_SIZE[1], y + CROP_SIZE[0]
            # Zoomed by repeating pixels, which shows the computed pixels as they are.
            crop = Image.fromarray(pictures[name]).crop(box)
            crop = crop.resize((width, height), Image.Resampling.NEAREST)
            sheet.paste(crop, (left, LABEL + MARGIN + row * (height + MARGIN)))
    return np.asarray(sheet)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("build/demo"),
        metavar="DIR",
        help="folder for the pictures (default: %(default)s)",
    )
    add_table_choice(parser)


def run(args: argparse.Namespace) -> None:
    """Write the pictures, print scores and time."""
    upsampler = chosen_table(args)
    scale = upsampler.scale
    try:
        args.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{args.out}: cannot be created ({error.strerror})") from error
    original = photograph(scale)
    low = resize(original, Fraction(1, scale))
    started = time.perf_counter()
    enlarged = upscale(low, upsampler)
    seconds = time.perf_counter() - started
    pictures = {"input": low, "srlut": enlarged, "original": original}
    pictures |= {name: BASELINES[name](low, scale) for name in ("nearest", "bicubic")}
    scores = {
        name: psnr_ssim_y(original, pictures[name], scale)
        for name in ("nearest", "bicubic", "srlut")
    }
    for name, pixels in pictures.items():
        write_picture(args.out / f"{name}.png", Picture(pixels, "RGB"))
    labels = {name: f"{name} {value['psnr_y']:.2f} dB" for name, value in scores.items()}
    sheet = side_by_side(pictures, labels | {"original": "original"})
    write_picture(args.out / "side_by_side.png", Picture(sheet, "RGB"))

    sizes = (f"{pixels.shape[1]}×{pixels.shape[0]}" for pixels in (low, enlarged))
    print(f"{' → '.join(sizes)} with table {args.table} in {seconds:.3f} s")
    for name, value in scores.items():
        print(f"  {name:<8}  PSNR-Y {value['psnr_y']:.2f} dB  SSIM {value['ssim']:.4f}")
    print(f"look at {args.out / 'side_by_side.png'}")
