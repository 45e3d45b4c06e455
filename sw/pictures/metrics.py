"""How far an enlarged picture is from the original, as the super-resolution literature measures it.

All metrics leave out a border of ``scale`` pixels on each side.
"""

from collections.abc import Callable

import numpy as np

from sw.errors import BadInput
from sw.pictures.colour import luma

SSIM_WINDOW = 11
"""Pixels across the Gaussian window of σ = 1.5 (Wang et al. 2004)."""

Distance = Callable[[np.ndarray, np.ndarray], float]
"""A perceptual distance between two uint8 pictures of shape (height, width, 3): R, G, B."""


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    """Peak signal-to-noise ratio of float arrays of 0…255, in dB; infinite if they are equal."""
    error = np.mean((a - b) ** 2)
    return float(10 * np.log10(255**2 / error)) if error else float("inf")


def ssim(a: np.ndarray, b: np.ndarray) -> float:
    """Structural similarity of two planes of 0…255, with the standard Gaussian window."""
    from skimage.metrics import structural_similarity  # of an extra, and takes long to import

    return float(
        structural_similarity(
            a, b, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
        )
    )


def psnr_ssim_y(original: np.ndarray, enlarged: np.ndarray, scale: int) -> dict[str, float]:
    """PSNR and SSIM of luma.

    Parameters
    ----------
    original, enlarged : ndarray of uint8, shape (height, width, 1) or (height, width, 3)
        Of the same size.
    scale : int
        Pixels left out on each side.

    Returns
    -------
    dict
        ``psnr_y`` in dB, infinite for equal pictures, and ``ssim``.

    Raises
    ------
    BadInput
        If the pictures without their border are smaller than the SSIM window.
    """
    smallest = SSIM_WINDOW + 2 * scale
    if min(original.shape[:2]) < smallest:
        height, width = original.shape[:2]
        raise BadInput(
            f"{width}×{height} is too small to score; it must be at least {smallest}×{smallest}"
        )
    a, b = (luma(pixels)[scale:-scale, scale:-scale] for pixels in (original, enlarged))
    return {"psnr_y": psnr(a, b), "ssim": ssim(a, b)}


def all_metrics(
    original: np.ndarray, enlarged: np.ndarray, scale: int, lpips: Distance | None = None
) -> dict[str, float]:
    """All metrics of ``enlarged`` against ``original``.

    Parameters
    ----------
    original, enlarged : ndarray of uint8, shape (height, width, 1) or (height, width, 3)
        Grey, which is taken as Y, or R, G, B.
    scale : int
        Pixels left out on each side.
    lpips : callable, optional
        A perceptual distance, as :func:`sw.pictures.lpips.load_lpips` returns it.

    Returns
    -------
    dict
        ``mae`` in grey levels and ``mse`` in grey levels squared, over all samples; ``psnr_rgb``
        in dB, from that ``mse``; ``psnr_y`` in dB and ``ssim``, of luma; ``lpips`` if given. The
        PSNRs of equal pictures are infinite.

    Raises
    ------
    BadInput
        If the pictures differ in shape, are not uint8, or are too small.
    """
    _check(original, enlarged)
    scores_y = psnr_ssim_y(original, enlarged, scale)
    a, b = (pixels[scale:-scale, scale:-scale] for pixels in (original, enlarged))
    # Differences of uint8 would wrap around.
    error = a.astype(np.float64) - b
    scores = {
        "mae": float(np.mean(np.abs(error))),
        "mse": float(np.mean(error**2)),
        "psnr_y": scores_y["psnr_y"],
        "psnr_rgb": psnr(a.astype(np.float64), b.astype(np.float64)),
        "ssim": scores_y["ssim"],
    }
    if lpips:
        rgb = (pixels.repeat(3, axis=2) if pixels.shape[2] == 1 else pixels for pixels in (a, b))
        scores["lpips"] = lpips(*rgb)
    return scores


def _check(original: np.ndarray, enlarged: np.ndarray) -> None:
    for name, pixels in (("original", original), ("enlarged", enlarged)):
        if pixels.dtype != np.uint8:
            raise BadInput(
                f"the {name} picture is {pixels.dtype}; it must be uint8: round and clip it first"
            )
        if pixels.ndim != 3 or pixels.shape[2] not in (1, 3):
            raise BadInput(
                f"the {name} picture has shape {pixels.shape}; it must be (height, width, 1) or "
                "(height, width, 3)"
            )
    if original.shape != enlarged.shape:
        raise BadInput(
            f"the enlarged picture has shape {enlarged.shape}; it must be {original.shape}, as the "
            "original"
        )
