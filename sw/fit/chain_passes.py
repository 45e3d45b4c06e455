"""Passes through a stage's look-ups and back, compiled with Numba, for tuning a chain as a whole.

Arguments they share:

padded : ndarray of uint8, shape (height + 2 reach, width + 2 reach)
    The map that is read.
place : LookupPlan
    Where the look-ups go; the same for all tables side by side in ``entries``.
entries : ndarray of float32, shape (rows, tables * r*r)
    Entries of those tables.
"""

import numba
import numpy as np

from sw.fit.lookups import LookupPlan, row_vertices


@numba.njit(nogil=True, cache=True, fastmath=True)
def forward(
    padded: np.ndarray,
    reach: int,
    place: LookupPlan,
    entries: np.ndarray,
    scale: int,
    out: np.ndarray,
) -> None:
    """Add the look-ups of all rotations to ``out``: float32, (maps, r*height, r*width)."""
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    axes, tables, size = len(place.axes), len(place.targets), len(place.block)
    row = np.empty((axes + 1, width), np.int32)
    weight = np.empty((axes + 1, width), np.float32)
    axis = np.empty((axes, width), np.int32)
    block = np.empty((width, tables * size), np.float32)
    for y in range(height):
        for k in range(4):
            row_vertices(padded, y, reach, place, k, row, weight, axis)
            for x in range(width):
                for n in range(tables * size):
                    total = np.float32(0)
                    for j in range(axes + 1):
                        total += weight[j, x] * entries[row[j, x], n]
                    block[x, n] = total
            for t in range(tables):
                for o in range(size):
                    at = t * size + place.source[k, o]
                    line = out[place.targets[t], scale * y + o // scale]
                    for x in range(width):
                        line[scale * x + o % scale] += block[x, at]


@numba.njit(nogil=True, cache=True, fastmath=True)
def backward(
    padded: np.ndarray,
    reach: int,
    place: LookupPlan,
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
    axes, tables, size = len(place.axes), len(place.targets), len(place.block)
    row = np.empty((axes + 1, width), np.int32)
    weight = np.empty((axes + 1, width), np.float32)
    axis = np.empty((axes, width), np.int32)
    block = np.empty((width, tables * size), np.float32)
    rise = np.empty((axes, width), np.float32)
    worth = np.empty(axes + 1, np.float32)
    for y in range(height):
        for k in range(4):
            row_vertices(padded, y, reach, place, k, row, weight, axis)
            for t in range(tables):
                for o in range(size):
                    at = t * size + place.source[k, o]
                    line = out_gradient[place.targets[t], scale * y + o // scale]
                    for x in range(width):
                        block[x, at] = line[scale * x + o % scale]
            for x in range(width):
                for j in range(axes + 1):
                    at, w, dot = row[j, x], weight[j, x], np.float32(0)
                    for n in range(tables * size):
                        dot += entries[at, n] * block[x, n]
                        entry_gradient[at, n] += w * block[x, n]
                    worth[j] = dot
                for j in range(axes):
                    rise[axis[j, x], x] = worth[j + 1] - worth[j]
            centre = padded[y + reach, reach : reach + width]
            into_centre = in_gradient[y + reach, reach : reach + width]
            for j in range(axes):
                dy, dx = place.taps[k, j + place.first]
                tap = padded[y + reach + dy, reach + dx : reach + dx + width]
                into = in_gradient[y + reach + dy, reach + dx : reach + dx + width]
                if place.first:
                    for x in range(width):
                        difference = np.int32(tap[x]) - np.int32(centre[x])
                        change = rise[j, x] * place.slope[difference + 255]
                        into[x] += change
                        into_centre[x] -= change
                else:
                    for x in range(width):
                        into[x] += rise[j, x] * place.slope[tap[x]]
