"""Enlargement by interpolation with a fixed kernel, the methods that a table must beat.

Every function takes uint8 pixels of shape (height, width, channels) and a whole scale, and returns
uint8 pixels ``scale`` times as high and wide.
"""

from fractions import Fraction

import numpy as np
from PIL import Image

from sw.pictures.bicubic import resize


def nearest(pixels: np.ndarray, scale: int) -> np.ndarray:
    """Repeat every pixel ``scale`` × ``scale`` times."""
    return pixels.repeat(scale, axis=0).repeat(scale, axis=1)


def bilinear(pixels: np.ndarray, scale: int) -> np.ndarray:
    """Bilinear interpolation, in Pillow's convention."""
    return _enlarge_by_pillow(pixels, scale, Image.Resampling.BILINEAR)


def bicubic(pixels: np.ndarray, scale: int) -> np.ndarray:
    """Bicubic interpolation, in MATLAB's convention: :mod:`sw.pictures.bicubic`."""
    return resize(pixels, Fraction(scale))


def lanczos(pixels: np.ndarray, scale: int) -> np.ndarray:
    """Lanczos interpolation with three lobes, sinc(x) sinc(x/3), in Pillow's convention."""
    return _enlarge_by_pillow(pixels, scale, Image.Resampling.LANCZOS)


def _enlarge_by_pillow(pixels: np.ndarray, scale: int, kernel: Image.Resampling) -> np.ndarray:
    """Enlarge with one of Pillow's kernels.

    Pixel centres are aligned. At the border the taps outside the picture are left out and the
    other weights are scaled to sum to 1. Rows come first, then columns, each rounded to 8 bits.
    """
    height, width = (side * scale for side in pixels.shape[:2])
    planes = [
        Image.fromarray(pixels[:, :, c]).resize((width, height), kernel)
        for c in range(pixels.shape[2])
    ]
    return np.stack([np.asarray(plane) for plane in planes], axis=2)


BASELINES = {"nearest": nearest, "bilinear": bilinear, "bicubic": bicubic}
"""The methods that every score is printed next to."""
