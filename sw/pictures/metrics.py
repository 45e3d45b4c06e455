"""PSNR and SSIM as the super-resolution literature computes them."""

from fractions import Fraction

import numpy as np
from PIL import Image
from skimage.metrics import structural_similarity

from sw.errors import BadInput
from sw.pictures.bicubic import resize

LUMA = np.array([65.481, 128.553, 24.966]) / 255
"""BT.601 studio-range luma of 8-bit RGB, before the offset of 16."""

SSIM_WINDOW = 11
"""Pixels across the Gaussian window of σ = 1.5 (Wang et al. 2004)."""


def luma(pixels: np.ndarray) -> np.ndarray:
    """Y of ``pixels`` (height, width, 1 or 3): float64, not rounded; grey is Y as it is."""
    if pixels.shape[2] == 1:
        return pixels[:, :, 0].astype(np.float64)
    return pixels @ LUMA + 16


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    """Peak signal-to-noise ratio of two planes of 0…255, in dB; infinite if they are equal."""
    error = np.mean((a - b) ** 2)
    return float(10 * np.log10(255**2 / error)) if error else float("inf")


def ssim(a: np.ndarray, b: np.ndarray) -> float:
    """Structural similarity of two planes of 0…255 with the standard Gaussian window."""
    return float(
        structural_similarity(
            a, b, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
        )
    )


def compare(original: np.ndarray, enlarged: np.ndarray, scale: int) -> dict[str, float]:
    """``psnr_y`` and ``ssim`` of two uint8 pictures, ``scale`` pixels of border shaved.

    Raises
    ------
    BadInput
        If less than the SSIM window is left.
    """
    least = SSIM_WINDOW + 2 * scale
    if min(original.shape[:2]) < least:
        height, width = original.shape[:2]
        raise BadInput(
            f"{width}×{height} is too small to score; {least}×{least} or more is accepted"
        )
    a, b = (luma(pixels)[scale:-scale, scale:-scale] for pixels in (original, enlarged))
    return {"psnr_y": psnr(a, b), "ssim": ssim(a, b)}


def nearest(pixels: np.ndarray, scale: int) -> np.ndarray:
    """Every pixel repeated: uint8 (height, width, channels) → ``scale`` times as high and wide."""
    return pixels.repeat(scale, axis=0).repeat(scale, axis=1)


def enlarge_by_pillow(pixels: np.ndarray, scale: int, kernel: Image.Resampling) -> np.ndarray:
    """Enlargement by Pillow: centres aligned, weights at the border renormalised, two passes."""
    height, width = (side * scale for side in pixels.shape[:2])
    planes = [
        Image.fromarray(pixels[:, :, c]).resize((width, height), kernel)
        for c in range(pixels.shape[2])
    ]
    return np.stack([np.asarray(plane) for plane in planes], axis=2)


def bilinear(pixels: np.ndarray, scale: int) -> np.ndarray:
    """Bilinear enlargement with pixel centres aligned, as Pillow does it."""
    return enlarge_by_pillow(pixels, scale, Image.Resampling.BILINEAR)


def bicubic(pixels: np.ndarray, scale: int) -> np.ndarray:
    """Bicubic enlargement in MATLAB's convention."""
    return resize(pixels, Fraction(scale))


BASELINES = {"nearest": nearest, "bilinear": bilinear, "bicubic": bicubic}
"""What a table is measured against."""
