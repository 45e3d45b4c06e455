"""Passes through a stage's look-ups and back, compiled with Numba, for tuning a chain as a whole.

Arguments they share:

padded : ndarray of uint8, shape (height + 2 reach, width + 2 reach)
    The map that is read.
place : Place
    Where the look-ups go; the same for all tables side by side in ``entries``.
entries : ndarray of float32, shape (rows, maps * r*r)
    Entries of one table for each map that is written.
"""

import numba
import numpy as np

from sw.simplex import MAX_VERTICES, Place, look_up


@numba.njit(nogil=True, cache=True, fastmath=True)
def forward(
    padded: np.ndarray,
    reach: int,
    place: Place,
    entries: np.ndarray,
    scale: int,
    out: np.ndarray,
) -> None:
    """Add the look-ups of all rotations to ``out``: float32, (maps, r*height, r*width)."""
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    vertices, size = len(place.strides) + 1, scale * scale
    order, fraction = np.empty(MAX_VERTICES, np.int64), np.empty(MAX_VERTICES, np.float32)
    row, weight = np.empty(MAX_VERTICES, np.int64), np.empty(MAX_VERTICES, np.float32)
    block = np.empty(entries.shape[1], np.float32)
    for y in range(height):
        for x in range(width):
            for k in range(4):
                look_up(padded, y + reach, x + reach, k, place, order, fraction, row, weight)
                block[:] = 0
                for j in range(vertices):
                    entry = entries[row[j]]
                    for o in range(len(block)):
                        block[o] += weight[j] * entry[o]
                for o in range(size):
                    at = place.source[k, o]
                    hr_y, hr_x = scale * y + o // scale, scale * x + o % scale
                    for target in range(len(out)):
                        out[target, hr_y, hr_x] += block[target * size + at]


@numba.njit(nogil=True, cache=True, fastmath=True)
def backward(
    padded: np.ndarray,
    reach: int,
    place: Place,
    entries: np.ndarray,
    scale: int,
    out_gradient: np.ndarray,
    entry_gradient: np.ndarray,
    in_gradient: np.ndarray,
) -> None:
    """Add to ``entry_gradient`` and ``in_gradient`` what ``out_gradient`` is to :func:`forward`.

    Along an axis the result rises by the difference of the two entries between which the simplex
    path takes that axis, for each full step of the grid; on a difference grid it falls by as much
    with the centre tap.
    """
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    axes, size = len(place.strides), scale * scale
    order, fraction = np.empty(MAX_VERTICES, np.int64), np.empty(MAX_VERTICES, np.float32)
    row, weight = np.empty(MAX_VERTICES, np.int64), np.empty(MAX_VERTICES, np.float32)
    block = np.empty(entries.shape[1], np.float32)
    worth = np.empty(MAX_VERTICES, np.float32)
    for y in range(height):
        for x in range(width):
            for k in range(4):
                look_up(padded, y + reach, x + reach, k, place, order, fraction, row, weight)
                for o in range(size):
                    at = place.source[k, o]
                    hr_y, hr_x = scale * y + o // scale, scale * x + o % scale
                    for target in range(len(out_gradient)):
                        block[target * size + at] = out_gradient[target, hr_y, hr_x]
                for j in range(axes + 1):
                    entry, total = entries[row[j]], entry_gradient[row[j]]
                    dot = np.float32(0)
                    for o in range(len(block)):
                        total[o] += weight[j] * block[o]
                        dot += entry[o] * block[o]
                    worth[j] = dot
                centre_y, centre_x = y + reach, x + reach
                centre = 0
                if place.first:
                    centre = np.int64(padded[centre_y, centre_x]) - 255
                for j in range(axes):
                    dy, dx = place.taps[k, order[j] + place.first]
                    value = np.int64(padded[centre_y + dy, centre_x + dx]) - centre
                    slope = (worth[j + 1] - worth[j]) * place.slope[value]
                    in_gradient[centre_y + dy, centre_x + dx] += slope
                    if place.first:
                        in_gradient[centre_y, centre_x] -= slope
