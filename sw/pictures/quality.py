"""How far an enlarged picture is from the original, by all the measures of a comparison."""

from collections.abc import Callable

import numpy as np

from sw.errors import BadInput
from sw.pictures.metrics import compare, psnr

Distance = Callable[[np.ndarray, np.ndarray], float]
"""A perceptual distance of two uint8 pictures (height, width, 3), see :mod:`sw.pictures.lpips`."""


def _check(original: np.ndarray, enlarged: np.ndarray) -> None:
    for name, pixels in (("original", original), ("enlarged", enlarged)):
        if pixels.dtype != np.uint8:
            raise BadInput(
                f"the {name} picture is {pixels.dtype}; uint8 is accepted: round and clip it first"
            )
        if pixels.ndim != 3 or pixels.shape[2] not in (1, 3):
            raise BadInput(
                f"the {name} picture has shape {pixels.shape}; (height, width, 1 or 3) is accepted"
            )
    if original.shape != enlarged.shape:
        raise BadInput(
            f"the enlarged picture has shape {enlarged.shape}; {original.shape}, that of the "
            "original, is accepted"
        )


def measure(
    original: np.ndarray, enlarged: np.ndarray, scale: int, lpips: Distance | None = None
) -> dict[str, float]:
    """All measures of ``enlarged`` against ``original``, ``scale`` pixels of border shaved.

    Parameters
    ----------
    original, enlarged : ndarray of uint8, shape (height, width, 1 or 3)
        In the order R, G, B. Grey is taken as Y as it is.
    scale : int
        Pixels shaved on each side.
    lpips : callable, optional
        From two uint8 pictures (height, width, 3) to their distance;
        :func:`sw.pictures.lpips.load_lpips` makes one.

    Returns
    -------
    dict
        ``mae`` in grey levels and ``mse`` in grey levels squared, over all samples; ``psnr_rgb``
        in dB, of that ``mse``; ``psnr_y`` in dB and ``ssim``, of Y: :mod:`sw.pictures.metrics`;
        ``lpips`` if asked for. Of equal pictures the PSNRs are infinite.

    Raises
    ------
    BadInput
        If the pictures are not of one shape, not uint8, or too small.
    """
    _check(original, enlarged)
    of_luma = compare(original, enlarged, scale)
    a, b = (pixels[scale:-scale, scale:-scale] for pixels in (original, enlarged))
    # 8-bit differences would wrap around.
    error = a.astype(np.float64) - b
    scores = {
        "mae": float(np.mean(np.abs(error))),
        "mse": float(np.mean(error**2)),
        "psnr_y": of_luma["psnr_y"],
        "psnr_rgb": psnr(a.astype(np.float64), b.astype(np.float64)),
        "ssim": of_luma["ssim"],
    }
    if lpips:
        scores["lpips"] = lpips(*(p.repeat(3, axis=2) if p.shape[2] == 1 else p for p in (a, b)))
    return scores
