"""Passes over a picture for the least-squares fit, compiled with Numba.

Before rounding and clipping, every HR pixel is a sum of table entries with known weights: with the
entries as a vector t, the picture is A·t. A is never stored. Each function here walks over the LR
pixels and works out their vertices and weights as the golden model does: :func:`forward` is A,
:func:`adjoint` is Aᵀ, :func:`product` AᵀWA in one go.

Arguments they share:

padded : ndarray of uint8, shape (height + 2 reach, width + 2 reach)
    One LR colour.
taps : ndarray of int64, shape (4, n, 2)
    Window offsets of the four rotations.
source : ndarray of int64, shape (4, r*r)
    ``rotation.block_source`` of the four rotations.
table : ndarray of float32, shape (rows, r*r)
    Entries, in grey levels; four look-ups add up to a pixel.
gradient : ndarray of float64, shape (rows, r*r)
    What a pass adds to. Sums over flat areas are long: float32 would wander.
"""

import numba
import numpy as np

PATCH = 48
"""LR pixels on each side of a patch, over which the weight of a sample is constant."""


@numba.njit(inline="always")
def _look_up(
    padded: np.ndarray,
    y: int,
    x: int,
    taps: np.ndarray,
    strides: np.ndarray,
    frac_bits: int,
    order: np.ndarray,
    fraction: np.ndarray,
    row: np.ndarray,
    weight: np.ndarray,
) -> None:
    """Vertices and weights (0…1) of one look-up into ``row`` and ``weight``; two scratch arrays."""
    n = len(taps)
    q = 1 << frac_bits
    tap_row = 0
    for j in range(n):
        value = np.int64(padded[y + taps[j, 0], x + taps[j, 1]])
        tap_row += (value >> frac_bits) * strides[j]
        f = value & (q - 1)
        # Insertion by falling fraction.
        place = j
        while place > 0 and fraction[place - 1] < f:
            fraction[place], order[place] = fraction[place - 1], order[place - 1]
            place -= 1
        fraction[place], order[place] = f, j
    above = q
    for j in range(n):
        row[j] = tap_row
        weight[j] = np.float32(above - fraction[j]) / np.float32(q)
        above = fraction[j]
        tap_row += strides[order[j]]
    row[n] = tap_row
    weight[n] = np.float32(above) / np.float32(q)


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
    taps: np.ndarray,
    strides: np.ndarray,
    frac_bits: int,
    source: np.ndarray,
    table: np.ndarray,
    scale: int,
) -> np.ndarray:
    """A·table: float32, shape (scale * height, scale * width), neither rounded nor clipped."""
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    order, fraction = np.empty(4, np.int64), np.empty(4, np.int64)
    row, weight = np.empty(5, np.int64), np.empty(5, np.float32)
    block = np.empty(scale * scale, np.float32)
    out = np.zeros((scale * height, scale * width), np.float32)
    for y in range(height):
        for x in range(width):
            for k in range(4):
                _look_up(
                    padded, y + reach, x + reach, taps[k], strides, frac_bits,
                    order, fraction, row, weight,
                )  # fmt: skip
                _weigh(row, weight, taps.shape[1] + 1, table, block)
                for o in range(scale * scale):
                    out[scale * y + o // scale, scale * x + o % scale] += block[source[k, o]]
    return out


@numba.njit(nogil=True, cache=True, fastmath=True)
def adjoint(
    padded: np.ndarray,
    reach: int,
    taps: np.ndarray,
    strides: np.ndarray,
    frac_bits: int,
    source: np.ndarray,
    picture: np.ndarray,
    gradient: np.ndarray,
) -> None:
    """Add Aᵀ·picture to ``gradient``; ``picture`` is float32, r times as high and wide as the LR.

    The picture's border beyond the last whole block is not looked at.
    """
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    scale = picture.shape[0] // height
    order, fraction = np.empty(4, np.int64), np.empty(4, np.int64)
    row, weight = np.empty(5, np.int64), np.empty(5, np.float32)
    block = np.empty(scale * scale, np.float32)
    for y in range(height):
        for x in range(width):
            for k in range(4):
                _look_up(
                    padded, y + reach, x + reach, taps[k], strides, frac_bits,
                    order, fraction, row, weight,
                )  # fmt: skip
                for o in range(scale * scale):
                    block[source[k, o]] = picture[scale * y + o // scale, scale * x + o % scale]
                _spread(row, weight, taps.shape[1] + 1, block, gradient)


@numba.njit(nogil=True, cache=True, fastmath=True)
def product(
    padded: np.ndarray,
    reach: int,
    taps: np.ndarray,
    strides: np.ndarray,
    frac_bits: int,
    source: np.ndarray,
    patch_weight: np.ndarray,
    table: np.ndarray,
    gradient: np.ndarray,
) -> None:
    """Add AᵀWA·table to ``gradient``; W is ``patch_weight`` of each pixel's patch."""
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    vertices, size = taps.shape[1] + 1, table.shape[1]
    order, fraction = np.empty(4, np.int64), np.empty(4, np.int64)
    row, weight = np.empty((4, 5), np.int64), np.empty((4, 5), np.float32)
    block, picture = np.empty(size, np.float32), np.empty(size, np.float32)
    for y in range(height):
        for x in range(width):
            picture[:] = 0
            for k in range(4):
                _look_up(
                    padded, y + reach, x + reach, taps[k], strides, frac_bits,
                    order, fraction, row[k], weight[k],
                )  # fmt: skip
                _weigh(row[k], weight[k], vertices, table, block)
                for o in range(size):
                    picture[o] += block[source[k, o]]
            w = patch_weight[y // PATCH, x // PATCH]
            for k in range(4):
                for o in range(size):
                    block[source[k, o]] = w * picture[o]
                _spread(row[k], weight[k], vertices, block, gradient)


@numba.njit(nogil=True, cache=True)
def squared_weights(
    padded: np.ndarray,
    reach: int,
    taps: np.ndarray,
    strides: np.ndarray,
    frac_bits: int,
    patch_weight: np.ndarray,
    total: np.ndarray,
) -> None:
    """Add the squared weights of every look-up, times W, to ``total``: float64, shape (rows,)."""
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    order, fraction = np.empty(4, np.int64), np.empty(4, np.int64)
    row, weight = np.empty(5, np.int64), np.empty(5, np.float32)
    for y in range(height):
        for x in range(width):
            w = patch_weight[y // PATCH, x // PATCH]
            for k in range(4):
                _look_up(
                    padded, y + reach, x + reach, taps[k], strides, frac_bits,
                    order, fraction, row, weight,
                )  # fmt: skip
                for j in range(taps.shape[1] + 1):
                    total[row[j]] += w * weight[j] * weight[j]
