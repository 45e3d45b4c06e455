"""Weights of a fit that count hard patches more, by what a table does for them so far."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from sw.fit.passes import PATCH
from sw.golden import upscale
from sw.photos.crops import patch_psnr
from sw.photos.hard_patches import values
from sw.photos.planes import Plane
from sw.pictures.bicubic import resize
from sw.tables.spec import Upsampler

BINS = 20


def _gains(plane: Plane, upsampler: Upsampler) -> np.ndarray:
    """PSNR over bicubic's of each patch of ``plane``, in dB: shape (rows, columns) of patches."""
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
    """``weights`` (a float32 for each patch of each plane) times the worth of each patch.

    The worth is that of :func:`sw.photos.hard_patches.values`, all patches being one round, and 1
    in the mean. ``progress`` yields ``planes``, with a bar.
    """
    gains = [_gains(plane, upsampler) for plane in progress or planes]
    worth = values(np.concatenate([each.ravel() for each in gains]), BINS)
    worth = (worth / worth.mean()).astype(np.float32)
    out, start = [], 0
    for weight, each in zip(weights, gains, strict=True):
        out.append(weight * worth[start : start + each.size].reshape(each.shape))
        start += each.size
    return out
