"""Weights of patches for a fit that concentrates on what a table does badly so far."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from sw.fit.passes import PATCH
from sw.golden import upscale
from sw.photos.hard_patches import patch_values
from sw.photos.patches import patch_psnr
from sw.photos.planes import Plane
from sw.pictures.bicubic import resize
from sw.tables.spec import Upsampler

BINS = 20
"""Of the histogram of gains."""


def _gains(plane: Plane, upsampler: Upsampler) -> np.ndarray:
    """Gain in PSNR over bicubic for each patch of ``plane``, in dB: (patches down, across)."""
    size = PATCH * upsampler.scale
    enlarged = upscale(plane.lr[:, :, None], upsampler)[:, :, 0].astype(np.float32)
    bicubic = resize(plane.lr, Fraction(upsampler.scale)).astype(np.float32)
    height, width = plane.hr.shape

    def row(y: int) -> Iterator[float]:
        for x in range(0, width, size):
            patch = slice(y, y + size), slice(x, x + size)
            hr = plane.hr[patch]
            yield patch_psnr(enlarged[patch], hr) - patch_psnr(bicubic[patch], hr)

    return np.array([list(row(y)) for y in range(0, height, size)])


def hard_weights(
    planes: Sequence[Plane],
    weights: Sequence[np.ndarray],
    upsampler: Upsampler,
    progress: Sequence[Plane] | None = None,
) -> list[np.ndarray]:
    """Multiply ``weights`` by how hard each patch is for ``upsampler``.

    A patch is hard where the upsampler gains little over bicubic. Its factor is that of
    :func:`sw.photos.hard_patches.patch_values` over all patches, divided by the mean factor.

    Parameters
    ----------
    planes : sequence of Plane
    weights : sequence of ndarray of float32, shape (patches down, patches across)
        One for each plane.
    upsampler : Upsampler
    progress : sequence of Plane, optional
        Yields ``planes``; a progress bar around them.

    Returns
    -------
    list of ndarray of float32
        The new weights, with the shapes of ``weights``.
    """
    gains = [_gains(plane, upsampler) for plane in progress or planes]
    factors = patch_values(np.concatenate([gain.ravel() for gain in gains]), BINS)
    factors = (factors / factors.mean()).astype(np.float32)
    hard, start = [], 0
    for weight, gain in zip(weights, gains, strict=True):
        hard.append(weight * factors[start : start + gain.size].reshape(gain.shape))
        start += gain.size
    return hard
