"""The average of all source patches, in Numba."""

import numba
import numpy as np

from sw.compare.methods.selfexsr.patch import PATCH, RADIUS, Level, read_patch
from sw.compare.methods.selfexsr.patch_match import Field
from sw.compare.methods.selfexsr.transform import transform_scale


@numba.njit(cache=True)
def vote(level: Level, field: Field, sharp: np.ndarray) -> np.ndarray:
    """The weighted mean of the source patches that cover each pixel, like ``level.target``.

    The patches are read from ``sharp``, the copies before the blur, and corrected by their bias.
    """
    height, width, channels = level.target.shape
    patch = np.empty((PATCH, PATCH, channels), np.float32)
    total = np.zeros((height, width, channels))
    weights = np.zeros((height, width, 1))
    for y in range(RADIUS, height - RADIUS):
        for x in range(RADIUS, width - RADIUS):
            t = field.transforms[y, x]
            read_patch(t, transform_scale(t), level, sharp, patch)
            for i in range(PATCH):
                for j in range(PATCH):
                    row, column = y - RADIUS + i, x - RADIUS + j
                    weights[row, column] += level.weights[i, j]
                    for c in range(channels):
                        value = patch[i, j, c] + field.biases[y, x, c]
                        total[row, column, c] += level.weights[i, j] * value
    return (total / weights).astype(np.float32)
