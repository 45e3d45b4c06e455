"""Passes over a picture for the least-squares fit, compiled with Numba.

Before rounding and clipping, every HR pixel is a sum of table entries with known weights: with the
entries as a vector t, the picture is A·t. A is never stored. Each function here walks over the LR
pixels and works out their vertices and weights as the golden model does: :func:`forward` is A,
:func:`adjoint` is Aᵀ, :func:`product` AᵀWA in one go.

Arguments they share:

padded : ndarray of uint8, shape (height + 2 reach, width + 2 reach)
    One LR colour.
place : Place
    Of the table.
table : ndarray of float32, shape (rows, r*r)
    Entries, in grey levels; four look-ups add up to a pixel.
gradient : ndarray of float64, shape (rows, r*r)
    What a pass adds to. Sums over flat areas are long: float32 would wander.
"""

import numba
import numpy as np

from sw.simplex import MAX_VERTICES, Place, look_up

PATCH = 48
"""LR pixels on each side of a patch, over which the weight of a sample is constant."""


@numba.njit(inline="always")
def _weigh(
    row: np.ndarray, weight: np.ndarray, vertices: int, table: np.ndarray, block: np.ndarray
) -> None:
    """Weighted sum of the vertices' entries into ``block``."""
    for o in range(len(block)):
        block[o] = 0
    for j in range(vertices):
        w = weight[j]
        if w:
            entry = table[row[j]]
            for o in range(len(block)):
                block[o] += w * entry[o]


@numba.njit(inline="always")
def _spread(
    row: np.ndarray, weight: np.ndarray, vertices: int, block: np.ndarray, gradient: np.ndarray
) -> None:
    """Add ``block`` to the vertices' rows of ``gradient``, by weight."""
    for j in range(vertices):
        w = weight[j]
        if w:
            total = gradient[row[j]]
            for o in range(len(block)):
                total[o] += w * block[o]


@numba.njit(nogil=True, cache=True, fastmath=True)
def forward(
    padded: np.ndarray,
    reach: int,
    place: Place,
    table: np.ndarray,
    scale: int,
) -> np.ndarray:
    """A·table: float32, shape (scale * height, scale * width), neither rounded nor clipped."""
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    order, fraction = np.empty(MAX_VERTICES, np.int64), np.empty(MAX_VERTICES, np.float32)
    row, weight = np.empty(MAX_VERTICES, np.int64), np.empty(MAX_VERTICES, np.float32)
    block = np.empty(scale * scale, np.float32)
    out = np.zeros((scale * height, scale * width), np.float32)
    for y in range(height):
        for x in range(width):
            for k in range(4):
                look_up(padded, y + reach, x + reach, k, place, order, fraction, row, weight)
                _weigh(row, weight, len(place.strides) + 1, table, block)
                for o in range(scale * scale):
                    out[scale * y + o // scale, scale * x + o % scale] += block[place.source[k, o]]
    return out


@numba.njit(nogil=True, cache=True, fastmath=True)
def adjoint(
    padded: np.ndarray,
    reach: int,
    place: Place,
    picture: np.ndarray,
    gradient: np.ndarray,
) -> None:
    """Add Aᵀ·picture to ``gradient``; ``picture`` is float32, r times as high and wide as the LR.

    The picture's border beyond the last whole block is not looked at.
    """
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    scale = picture.shape[0] // height
    order, fraction = np.empty(MAX_VERTICES, np.int64), np.empty(MAX_VERTICES, np.float32)
    row, weight = np.empty(MAX_VERTICES, np.int64), np.empty(MAX_VERTICES, np.float32)
    block = np.empty(scale * scale, np.float32)
    for y in range(height):
        for x in range(width):
            for k in range(4):
                look_up(padded, y + reach, x + reach, k, place, order, fraction, row, weight)
                for o in range(scale * scale):
                    block[place.source[k, o]] = picture[
                        scale * y + o // scale, scale * x + o % scale
                    ]
                _spread(row, weight, len(place.strides) + 1, block, gradient)


@numba.njit(nogil=True, cache=True, fastmath=True)
def product(
    padded: np.ndarray,
    reach: int,
    place: Place,
    patch_weight: np.ndarray,
    table: np.ndarray,
    gradient: np.ndarray,
) -> None:
    """Add AᵀWA·table to ``gradient``; W is ``patch_weight`` of each pixel's patch."""
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    vertices, size = len(place.strides) + 1, table.shape[1]
    order, fraction = np.empty(MAX_VERTICES, np.int64), np.empty(MAX_VERTICES, np.float32)
    row, weight = np.empty((4, MAX_VERTICES), np.int64), np.empty((4, MAX_VERTICES), np.float32)
    block, picture = np.empty(size, np.float32), np.empty(size, np.float32)
    for y in range(height):
        for x in range(width):
            picture[:] = 0
            for k in range(4):
                look_up(padded, y + reach, x + reach, k, place, order, fraction, row[k], weight[k])
                _weigh(row[k], weight[k], vertices, table, block)
                for o in range(size):
                    picture[o] += block[place.source[k, o]]
            w = patch_weight[y // PATCH, x // PATCH]
            for k in range(4):
                for o in range(size):
                    block[place.source[k, o]] = w * picture[o]
                _spread(row[k], weight[k], vertices, block, gradient)


@numba.njit(nogil=True, cache=True)
def squared_weights(
    padded: np.ndarray,
    reach: int,
    place: Place,
    patch_weight: np.ndarray,
    total: np.ndarray,
) -> None:
    """Add the squared weights of every look-up, times W, to ``total``: float64, shape (rows,)."""
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    order, fraction = np.empty(MAX_VERTICES, np.int64), np.empty(MAX_VERTICES, np.float32)
    row, weight = np.empty(MAX_VERTICES, np.int64), np.empty(MAX_VERTICES, np.float32)
    for y in range(height):
        for x in range(width):
            w = patch_weight[y // PATCH, x // PATCH]
            for k in range(4):
                look_up(padded, y + reach, x + reach, k, place, order, fraction, row, weight)
                for j in range(len(place.strides) + 1):
                    total[row[j]] += w * weight[j] * weight[j]
