"""Show a table at work: reduce a photograph ×1/scale, enlarge it again, set it beside bicubic.

The photograph is the portrait of astronaut Eileen Collins, by NASA, in the public domain, which
scikit-image ships; it is cropped to 16:9. Writes input, nearest, bicubic, srlut and original as
PNG, and side_by_side.png with zoomed crops, into the folder DIR (made if missing).

  python -m sw demo --out build/demo
"""

import argparse
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from skimage.data import astronaut

from sw.commands.table_options import add_table_arguments, chosen_table
from sw.errors import BadInput
from sw.golden import upscale
from sw.pictures.bicubic import crop_to_multiple, resize
from sw.pictures.images import Picture, write_picture
from sw.pictures.interpolation import BASELINES
from sw.pictures.metrics import psnr_ssim_y

CROPS = (("face", 78, 176), ("orbiter", 20, 376), ("flag", 2, 0))
"""Name, and y and x of the upper left corner on the original."""
CROP_SIZE = 84, 112
ZOOM = 3
MARGIN, LABEL = 12, 34

SHOWN = ("nearest", "bicubic", "srlut", "original")


def photograph(scale: int) -> np.ndarray:
    """The original, 16:9, sides multiples of ``scale``: uint8 (height, width, 3)."""
    pixels = astronaut()
    height = pixels.shape[1] * 9 // 16
    return crop_to_multiple(pixels[:height], scale)


def side_by_side(pictures: dict[str, np.ndarray], labels: dict[str, str]) -> np.ndarray:
    """Zoomed crops of the shown pictures, a column for each with its label on top."""
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
            # Zoomed by repeating pixels: what is seen is what was computed.
            crop = Image.fromarray(pictures[name]).crop(box)
            crop = crop.resize((width, height), Image.Resampling.NEAREST)
            sheet.paste(crop, (left, LABEL + MARGIN + row * (height + MARGIN)))
    return np.asarray(sheet)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--out", type=Path, default=Path("build/demo"), metavar="DIR", help="default: %(default)s"
    )
    add_table_arguments(parser)


def run(args: argparse.Namespace) -> None:
    """Make the pictures, print scores and time."""
    upsampler = chosen_table(args)
    scale = upsampler.scale
    try:
        args.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{args.out}: cannot be made ({error.strerror})") from error
    original = photograph(scale)
    low = resize(original, Fraction(1, scale))
    started = time.perf_counter()
    enlarged = upscale(low, upsampler)
    seconds = time.perf_counter() - started
    pictures = {"input": low, "srlut": enlarged, "original": original}
    pictures |= {name: run(low, scale) for name, run in BASELINES.items() if name in SHOWN}
    scores = {
        name: psnr_ssim_y(original, pictures[name], scale)
        for name in ("nearest", "bicubic", "srlut")
    }
    for name, pixels in pictures.items():
        write_picture(args.out / f"{name}.png", Picture(pixels, "RGB"))
    labels = {name: f"{name} {value['psnr_y']:.2f} dB" for name, value in scores.items()}
    sheet = side_by_side(pictures, labels | {"original": "original"})
    write_picture(args.out / "side_by_side.png", Picture(sheet, "RGB"))

    size, large = (f"{p.shape[1]}×{p.shape[0]}" for p in (low, enlarged))
    print(f"{size} → {large} with table {args.table} in {seconds:.3f} s")
    for name, value in scores.items():
        print(f"  {name:<8}  PSNR-Y {value['psnr_y']:.2f} dB  SSIM {value['ssim']:.4f}")
    print(f"look at {args.out / 'side_by_side.png'}")
