"""Interpolation with a fixed kernel: nearest, bilinear, bicubic and Lanczos."""

import numpy as np
from PIL import Image

from sw.compare.methods.method import Method
from sw.pictures.metrics import BASELINES, enlarge_by_pillow


def lanczos(pixels: np.ndarray, scale: int) -> np.ndarray:
    """Lanczos enlargement with three lobes: sinc(x) sinc(x/3) within 3 LR pixels.

    In Pillow's convention: pixel centres aligned, taps outside the picture left out and the other
    weights scaled to sum to 1, rounded to 8 bits after each of the two passes, columns last.
    uint8 (height, width, channels) → ``scale`` times as high and wide.
    """
    return enlarge_by_pillow(pixels, scale, Image.Resampling.LANCZOS)


METHODS = tuple(
    Method(name, "interpolation", enlarge)
    for name, enlarge in {**BASELINES, "lanczos": lanczos}.items()
)
"""The interpolations, the plainest first."""
