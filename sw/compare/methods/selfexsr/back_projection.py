"""Iterative back-projection (Irani and Peleg 1991): the reduced result must be the LR picture."""

import numpy as np
from scipy.ndimage import correlate1d

from sw.compare.methods.selfexsr.resize import resize_to

ROUNDS = 20

KERNEL = np.exp(-(np.arange(-2.0, 3) ** 2))
"""The square of a Gaussian of σ = 1 over five pixels, along one axis."""


def back_project(picture: np.ndarray, low: np.ndarray) -> np.ndarray:
    """Correct ``picture`` until its bicubic reduction is close to ``low``.

    Parameters
    ----------
    picture, low : ndarray of float32, shape (height, width, …)
        Values of 0…1; ``picture`` is the larger.

    Returns
    -------
    ndarray of float32
        Like ``picture``, clipped to 0…1.
    """
    smooth = (KERNEL / KERNEL.sum()).astype(np.float32)
    for _ in range(ROUNDS):
        error = resize_to(low - resize_to(picture, *low.shape[:2]), *picture.shape[:2])
        for axis in (0, 1):
            error = correlate1d(error, smooth, axis=axis, mode="nearest")
        picture = np.clip(picture + error, 0, 1)
    return picture
