"""Draw docs/colour-edges.png: saturated edges enlarged in the formats rgb and luma.

  python docs/colour_edges.py

Prints how far the colour (Cb and Cr) is from the original, in grey levels.
"""

from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from skimage import data

from sw.pictures.bicubic import resize
from sw.pictures.colour import to_ycbcr
from sw.pictures.colour_formats import upscale_channels
from sw.pictures.metrics import psnr, psnr_ssim_y
from sw.tables.files import load, table_path

OUT = Path(__file__).with_name("colour-edges.png")
SIDE, FINE, ZOOM, GAP, TEXT = 96, 8, 3, 12, 24
Y, X = 60, 10


def photograph() -> np.ndarray:
    """The flag of astronaut (NASA, public domain): uint8, (96, 96, 3)."""
    return data.astronaut()[Y : Y + SIDE, X : X + SIDE]


def drawing() -> np.ndarray:
    """A drawing with saturated colours beside each other: uint8, (96, 96, 3)."""
    side = SIDE * FINE
    image = Image.new("RGB", (side, side), (20, 40, 200))
    draw = ImageDraw.Draw(image)
    draw.ellipse([0.08 * side, 0.08 * side, 0.62 * side, 0.62 * side], fill=(235, 25, 20))
    draw.polygon(
        [(0.55 * side, 0.1 * side), (0.95 * side, 0.3 * side), (0.6 * side, 0.55 * side)],
        fill=(10, 200, 40),
    )
    for n in range(4):
        draw.line(
            [(0.05 * side, (0.7 + 0.07 * n) * side), (0.95 * side, (0.66 + 0.07 * n) * side)],
            fill=((240, 220, 20), (230, 30, 160))[n % 2],
            width=int(0.025 * side),
        )
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BOX))


def row(name: str, high: np.ndarray) -> np.ndarray:
    """The original and its two enlargements beside each other; prints their figures."""
    table = load(table_path("compact"))
    low = resize(high, Fraction(1, 4))
    panels = [high]
    for colour in ("rgb", "luma"):
        enlarged = upscale_channels(low, [table], colour)
        error = (to_ycbcr(enlarged) - to_ycbcr(high))[4:-4, 4:-4, 1:]
        psnr_y = psnr_ssim_y(high, enlarged, 4)["psnr_y"]
        rgb = psnr(*(pixels[4:-4, 4:-4].astype(float) for pixels in (high, enlarged)))
        print(
            f"{name}, {colour}: mean error of Cb and Cr {np.abs(error).mean():.2f}, "
            f"PSNR-Y {psnr_y:.2f}, PSNR-RGB {rgb:.2f}"
        )
        panels.append(enlarged)
    return np.stack(panels)


def main() -> None:
    """Draw the picture and print the figures."""
    rows = [row("drawing", drawing()), row("photograph", photograph())]
    width = ZOOM * SIDE
    page = Image.new("RGB", (3 * width + 2 * GAP, 2 * width + GAP + TEXT), "white")
    draw = ImageDraw.Draw(page)
    for column, name in enumerate(("original", "rgb", "luma")):
        x = column * (width + GAP)
        draw.text((x + width // 2, TEXT // 2), name, fill="black", anchor="mm")
        for n, panels in enumerate(rows):
            large = Image.fromarray(panels[column]).resize((width, width), Image.Resampling.NEAREST)
            page.paste(large, (x, TEXT + n * (width + GAP)))
    page.save(OUT, optimize=True)


if __name__ == "__main__":
    main()
