"""Score 8-bit pictures that are enlarged as samples of more bits.

  python docs/sample_bits.py data/val/set5/HR

A sample x becomes x · 2**e with e = bits - 8, and the result is divided by 2**e. Prints the mean
PSNR-Y in dB of the pictures in the folder for each table.
"""

import sys
from fractions import Fraction
from pathlib import Path
from statistics import fmean

from sw.pictures.bicubic import resize
from sw.pictures.colour import luma
from sw.pictures.colour_formats import upscale_channels
from sw.pictures.images import image_files
from sw.pictures.metrics import psnr
from sw.scores import read_original
from sw.tables.files import load, table_path
from sw.tables.samples import sample_dtype

TABLES = "pico", "nano", "tiny", "compact", "S"
BITS = 8, 10, 12


def score(path: Path, name: str, bits: int) -> float:
    """PSNR-Y in dB of the picture in ``path``, enlarged with samples of ``bits`` bits."""
    upsampler = load(table_path(name)).at_bits(bits)
    scale, grey = upsampler.scale, 1 << (bits - 8)
    original = read_original(path, scale)
    low = resize(original, Fraction(1, scale)).astype(sample_dtype(bits)) * grey
    enlarged = upscale_channels(low, [upsampler]) / grey
    inner = slice(scale, -scale)
    return psnr(luma(original)[inner, inner], luma(enlarged)[inner, inner])


def main(folder: Path) -> None:
    """Print a Markdown table."""
    print(f"| table | {' | '.join(f'{bits} bits' for bits in BITS)} |")
    print(f"|---|{'---|' * len(BITS)}")
    files = image_files(folder)
    for name in TABLES:
        scores = [fmean(score(path, name, bits) for path in files) for bits in BITS]
        print(f"| {name} | {' | '.join(f'{psnr_y:.3f}' for psnr_y in scores)} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
