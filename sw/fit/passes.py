"""Passes over a picture for the least-squares fit of one table, compiled with Numba.

Before rounding and clipping, every HR pixel is a sum of table entries with known weights: with the
entries as a vector t, the picture is A·t. A is never stored. :func:`forward` is A, :func:`adjoint`
is Aᵀ, :func:`product` AᵀWA in one go; each walks over the LR pixels line by line.

Arguments they share:

padded : ndarray of uint8, shape (height + 2 reach, width + 2 reach)
    One LR colour.
place : LookupPlan
    Of the table.
table : ndarray of float32, shape (rows, r*r)
    Entries; four look-ups add up to a pixel.
gradient : ndarray of float64, shape (rows, r*r)
    What a pass adds to. Sums over flat areas are long: float32 would wander.
"""

import numba
import numpy as np

from sw.fit import chain_passes
from sw.fit.lookups import LookupPlan, row_vertices

PATCH = 48
"""LR pixels on each side of a patch, over which the weight of a sample is constant."""


def forward(
    padded: np.ndarray, reach: int, place: LookupPlan, table: np.ndarray, scale: int
) -> np.ndarray:
    """A·table: float32, shape (scale * height, scale * width), neither rounded nor clipped."""
    height, width = (side - 2 * reach for side in padded.shape)
    out = np.zeros((1, scale * height, scale * width), np.float32)
    chain_passes.forward(padded, reach, place, table, scale, out)
    return out[0]


@numba.njit(nogil=True, cache=True, fastmath=True)
def adjoint(
    padded: np.ndarray,
    reach: int,
    place: LookupPlan,
    picture: np.ndarray,
    gradient: np.ndarray,
) -> None:
    """Add Aᵀ·picture to ``gradient``; ``picture`` is float32, r times as high and wide as the LR.

    The picture's border beyond the last whole block is not looked at.
    """
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    axes, size = len(place.axes), len(place.block)
    scale = picture.shape[0] // height
    row = np.empty((axes + 1, width), np.int32)
    weight = np.empty((axes + 1, width), np.float32)
    axis = np.empty((axes, width), np.int32)
    block = np.empty((width, size), np.float32)
    for y in range(height):
        for k in range(4):
            row_vertices(padded, y, reach, place, k, row, weight, axis)
            for o in range(size):
                line = picture[scale * y + o // scale]
                for x in range(width):
                    block[x, place.source[k, o]] = line[scale * x + o % scale]
            for x in range(width):
                for j in range(axes + 1):
                    for o in range(size):
                        gradient[row[j, x], o] += weight[j, x] * block[x, o]


@numba.njit(nogil=True, cache=True, fastmath=True)
def product(
    padded: np.ndarray,
    reach: int,
    place: LookupPlan,
    patch_weight: np.ndarray,
    table: np.ndarray,
    gradient: np.ndarray,
) -> None:
    """Add AᵀWA·table to ``gradient``; W is ``patch_weight`` of each pixel's patch."""
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    axes, size = len(place.axes), len(place.block)
    row = np.empty((4, axes + 1, width), np.int32)
    weight = np.empty((4, axes + 1, width), np.float32)
    axis = np.empty((axes, width), np.int32)
    block, picture = np.empty(size, np.float32), np.empty(size, np.float32)
    for y in range(height):
        for k in range(4):
            row_vertices(padded, y, reach, place, k, row[k], weight[k], axis)
        for x in range(width):
            picture[:] = 0
            for k in range(4):
                for o in range(size):
                    total = np.float32(0)
                    for j in range(axes + 1):
                        total += weight[k, j, x] * table[row[k, j, x], o]
                    block[o] = total
                for o in range(size):
                    picture[o] += block[place.source[k, o]]
            w = patch_weight[y // PATCH, x // PATCH]
            for k in range(4):
                for o in range(size):
                    block[place.source[k, o]] = w * picture[o]
                for j in range(axes + 1):
                    for o in range(size):
                        gradient[row[k, j, x], o] += weight[k, j, x] * block[o]


@numba.njit(nogil=True, cache=True)
def squared_weights(
    padded: np.ndarray,
    reach: int,
    place: LookupPlan,
    patch_weight: np.ndarray,
    total: np.ndarray,
) -> None:
    """Add the squared weights of every look-up, times W, to ``total``: float64, shape (rows,)."""
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    axes = len(place.axes)
    row = np.empty((axes + 1, width), np.int32)
    weight = np.empty((axes + 1, width), np.float32)
    axis = np.empty((axes, width), np.int32)
    for y in range(height):
        for k in range(4):
            row_vertices(padded, y, reach, place, k, row, weight, axis)
            for x in range(width):
                w = patch_weight[y // PATCH, x // PATCH]
                for j in range(axes + 1):
                    total[row[j, x]] += w * weight[j, x] * weight[j, x]
