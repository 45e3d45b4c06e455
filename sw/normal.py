"""One pass over a picture for the least-squares fit, compiled with Numba.

Before rounding and clipping, every HR pixel is a sum of table entries with known weights: with the
entries as a vector t, the picture is A·t. A is never stored. :func:`residual_adjoint` walks over
the LR pixels, works out their vertices and weights as the golden model does, and adds up
Aᵀ(picture - A·t), the gradient of the squared error, as it goes.
"""

import numba
import numpy as np


@numba.njit(inline="always")
def _look_up(
    padded: np.ndarray,
    y: int,
    x: int,
    taps: np.ndarray,
    strides: np.ndarray,
    frac_bits: int,
    row: np.ndarray,
    weight: np.ndarray,
) -> None:
    """Vertices and weights (0…1) of one look-up into ``row`` and ``weight``."""
    n = len(taps)
    q = 1 << frac_bits
    tap_row = 0
    order = np.empty(4, np.int64)
    fraction = np.empty(4, np.int64)
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


@numba.njit(nogil=True, cache=True, fastmath=True)
def residual_adjoint(
    padded: np.ndarray,
    reach: int,
    hr: np.ndarray,
    taps: np.ndarray,
    strides: np.ndarray,
    frac_bits: int,
    source: np.ndarray,
    table: np.ndarray,
    gradient: np.ndarray,
) -> float:
    """Add Aᵀ(hr - A·table) to ``gradient``; return the sum of the squared residuals.

    Parameters
    ----------
    padded : ndarray of uint8, shape (height + 2 reach, width + 2 reach)
        One LR colour.
    hr : ndarray of uint8, shape (height, width, r*r)
        Wanted blocks; shape (0, 0, 0) stands for black, which adds -AᵀA·table to ``gradient``.
    taps : ndarray of int64, shape (4, n, 2)
        Window offsets of the four rotations.
    source : ndarray of int64, shape (4, r*r)
        ``rotation.block_source`` of the four rotations.
    table : ndarray of float32, shape (rows, r*r)
        Entries, in grey levels; four look-ups add up to a pixel.
    gradient : ndarray of float64, shape (rows, r*r)
        Sums over flat areas are long: float32 would wander.
    """
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    vertices = taps.shape[1] + 1
    size = table.shape[1]
    row = np.empty((4, 5), np.int64)
    weight = np.empty((4, 5), np.float32)
    one = np.empty(size, np.float32)
    residual = np.empty(size, np.float32)
    black = hr.shape[0] == 0
    squares = 0.0
    for y in range(height):
        for x in range(width):
            for o in range(size):
                residual[o] = np.float32(0) if black else hr[y, x, o]
            for k in range(4):
                _look_up(
                    padded, y + reach, x + reach, taps[k], strides, frac_bits, row[k], weight[k]
                )
                for o in range(size):
                    one[o] = 0
                for j in range(vertices):
                    w = weight[k, j]
                    if w:
                        entry = table[row[k, j]]
                        for o in range(size):
                            one[o] += w * entry[o]
                for o in range(size):
                    residual[o] -= one[source[k, o]]
            for o in range(size):
                squares += residual[o] * residual[o]
            for k in range(4):
                for o in range(size):
                    one[source[k, o]] = residual[o]
                for j in range(vertices):
                    w = weight[k, j]
                    if w:
                        total = gradient[row[k, j]]
                        for o in range(size):
                            total[o] += w * one[o]
    return squares


@numba.njit(nogil=True, cache=True)
def squared_weights(
    padded: np.ndarray,
    reach: int,
    taps: np.ndarray,
    strides: np.ndarray,
    frac_bits: int,
    total: np.ndarray,
) -> None:
    """Add the squared weights of every look-up to ``total``, float64 of shape (rows,)."""
    row = np.empty(5, np.int64)
    weight = np.empty(5, np.float32)
    for y in range(reach, padded.shape[0] - reach):
        for x in range(reach, padded.shape[1] - reach):
            for k in range(4):
                _look_up(padded, y, x, taps[k], strides, frac_bits, row, weight)
                for j in range(taps.shape[1] + 1):
                    total[row[j]] += weight[j] * weight[j]
