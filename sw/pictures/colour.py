"""Colour as brightness and two colour differences: BT.601, studio range, as MATLAB's ``rgb2ycbcr``.

Y, also called luma, is 16 for black and 235 for white. A grey pixel has Cb = Cr = 128.
"""

import numpy as np

LUMA = np.array([65.481, 128.553, 24.966]) / 255
"""What one grey level of R, G and B adds to Y (BT.601, studio range)."""

TO_YCBCR = np.array([LUMA * 255, [-37.797, -74.203, 112.0], [112.0, -93.786, -18.214]]) / 255
"""Rows for Y, Cb and Cr; columns for R, G and B, each 0…255."""

OFFSET = np.array([16.0, 128.0, 128.0])
"""Y, Cb and Cr of black."""

TO_RGB = np.linalg.inv(TO_YCBCR)


def luma(pixels: np.ndarray) -> np.ndarray:
    """Y of ``pixels``, not rounded.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 1) or (height, width, 3)
        R, G, B; or grey, whose values are taken as Y without any change.

    Returns
    -------
    ndarray of float64, shape (height, width)
    """
    if pixels.shape[2] == 1:
        return pixels[:, :, 0].astype(np.float64)
    return pixels @ LUMA + 16


def to_ycbcr(pixels: np.ndarray) -> np.ndarray:
    """Convert R, G, B (0…255, shape (..., 3)) to Y, Cb, Cr: float64, same shape, not rounded."""
    return pixels @ TO_YCBCR.T + OFFSET


def to_rgb(planes: np.ndarray) -> np.ndarray:
    """Convert Y, Cb, Cr (shape (..., 3)) to R, G, B: float64, neither rounded nor clipped."""
    return (planes - OFFSET) @ TO_RGB.T


def eight_bits(values: np.ndarray) -> np.ndarray:
    """Round ``values`` half to even and clip them to 0…255: uint8."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
