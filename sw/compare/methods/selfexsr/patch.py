"""The cost of a source: patches are read through transforms and compared, in Numba."""

import math
from typing import NamedTuple

import numba
import numpy as np

from sw.compare.methods.selfexsr.transform import transform_scale

PATCH = 5
"""Pixels on each side of a patch."""

RADIUS = PATCH // 2

SIGMA = 3.0
"""Of the Gaussian, in pixels, that weights the pixels of a patch."""

COLOURS = 3
"""The published weights below are for the sum over three colours; grey counts three times."""

PLANE_WEIGHT = 1e-3
"""Weight of the plane cost, relative to squared differences of pixels of 0…1."""

SCALE_WEIGHT = 1e-3
"""Weight of the scale cost."""

NEAREST_DEPTH = 0.1
"""Least depth of a pixel of a patch, relative to the patch's centre."""

MAX_BIAS = 0.25
"""Most by which a source patch may be made brighter or darker."""


class Level(NamedTuple):
    """One size of the picture, and what its patches are searched in.

    Parameters
    ----------
    target : ndarray of float32, shape (height, width, channels)
        The picture whose patches are searched for.
    sources : ndarray of float32, flat
        The smaller copies, one after the other, the largest first.
    starts : ndarray of int64, shape (copies,)
        Index in ``sources`` of the first pixel of each copy.
    sizes : ndarray of int64, shape (copies, 2)
        Heights and widths of the copies.
    step : float
        Ratio of the sizes of neighbouring copies, > 1.
    weights : ndarray of float32, shape (PATCH, PATCH)
        Weights of the pixels of a patch; they sum to 1.
    lines : ndarray of float64, shape (planes, 3)
        Vanishing lines of the planes.
    posterior : ndarray of float32, shape (planes, height, width)
        Probability of each plane at each pixel.
    """

    target: np.ndarray
    sources: np.ndarray
    starts: np.ndarray
    sizes: np.ndarray
    step: float
    weights: np.ndarray
    lines: np.ndarray
    posterior: np.ndarray


def patch_weights() -> np.ndarray:
    """The Gaussian of ``SIGMA``: float32, shape (PATCH, PATCH)."""
    line = np.exp(-(np.arange(-RADIUS, RADIUS + 1) ** 2) / (2 * SIGMA**2))
    return (np.outer(line, line) / line.sum() ** 2).astype(np.float32)


@numba.njit(cache=True)
def read_patch(
    t: np.ndarray, scale: float, level: Level, sources: np.ndarray, out: np.ndarray
) -> None:
    """Read the source patch of transform ``t`` into ``out``, bilinearly.

    It is read from the copy in ``sources`` whose size is closest to ``scale``.
    """
    height, width, channels = level.target.shape
    copy = round(math.log(max(scale, 1e-6)) / math.log(level.step)) - 1
    copy = min(max(copy, 0), len(level.starts) - 1)
    rows, columns = level.sizes[copy]
    ratio_y, ratio_x = rows / height, columns / width
    for dy in range(-RADIUS, RADIUS + 1):
        for dx in range(-RADIUS, RADIUS + 1):
            inverse_depth = 1 / max(t[6] * dy + t[7] * dx + 1, NEAREST_DEPTH)
            y = (t[0] * dy + t[1] * dx + t[2]) * inverse_depth * ratio_y - 0.5
            x = (t[3] * dy + t[4] * dx + t[5]) * inverse_depth * ratio_x - 0.5
            y = min(max(y, 0.0), rows - 1.0)
            x = min(max(x, 0.0), columns - 1.0)
            top, left = int(y), int(x)
            fy, fx = y - top, x - left
            index = level.starts[copy] + (top * columns + left) * channels
            right = channels if left + 1 < columns else 0
            down = columns * channels if top + 1 < rows else 0
            for c in range(channels):
                above = sources[index] + fx * (sources[index + right] - sources[index])
                below = sources[index + down + right] - sources[index + down]
                below = sources[index + down] + fx * below
                out[dy + RADIUS, dx + RADIUS, c] = above + fy * (below - above)
                index += 1


@numba.njit(cache=True)
def source_cost(
    y: int, x: int, t: np.ndarray, plane: int, level: Level, patch: np.ndarray, bias: np.ndarray
) -> float:
    """Cost of source ``t`` for the target at ``y``, ``x``; fills in ``patch`` and ``bias``."""
    scale = transform_scale(t)
    read_patch(t, scale, level, level.sources, patch)
    height, width, channels = level.target.shape
    cost = 0.0
    for c in range(channels):
        total = weighted = square = 0.0
        for i in range(PATCH):
            for j in range(PATCH):
                error = level.target[y - RADIUS + i, x - RADIUS + j, c] - patch[i, j, c]
                weight = level.weights[i, j]
                total += error
                weighted += weight * error
                square += weight * error * error
        bias[c] = min(max(total / PATCH**2, -MAX_BIAS), MAX_BIAS)
        cost += square - 2 * bias[c] * weighted + bias[c] ** 2
    cost *= COLOURS / channels
    cost += SCALE_WEIGHT * max(0.0, level.step - scale)
    source_y = min(max(int(t[2]), 0), height - 1)
    source_x = min(max(int(t[5]), 0), width - 1)
    probability = level.posterior[plane, y, x] * level.posterior[plane, source_y, source_x]
    return cost - PLANE_WEIGHT * math.log(probability)
