"""Colours as luma and two colour differences: BT.601 in studio range, as MATLAB's ``rgb2ycbcr``.

Black is Y = 16, white 235, and no colour Cb = Cr = 128. Y is :func:`sw.pictures.metrics.luma`'s.
"""

import numpy as np

from sw.pictures.metrics import LUMA

TO_YCBCR = np.array([LUMA * 255, [-37.797, -74.203, 112.0], [112.0, -93.786, -18.214]]) / 255
"""Rows for Y, Cb and Cr; columns for R, G and B of 0…255."""

OFFSET = np.array([16.0, 128.0, 128.0])

TO_RGB = np.linalg.inv(TO_YCBCR)


def to_ycbcr(pixels: np.ndarray) -> np.ndarray:
    """Y, Cb and Cr of R, G and B: (..., 3) of 0…255 → float64 (..., 3), not rounded."""
    return pixels @ TO_YCBCR.T + OFFSET


def to_rgb(planes: np.ndarray) -> np.ndarray:
    """R, G and B of Y, Cb and Cr: (..., 3) → float64 (..., 3), neither rounded nor clipped."""
    return (planes - OFFSET) @ TO_RGB.T


def eight_bits(values: np.ndarray) -> np.ndarray:
    """``values`` rounded half to even and clipped to 0…255, as uint8; no value wraps around."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
