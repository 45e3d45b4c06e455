"""One look-up, compiled with Numba for the passes of a fit: vertices and weights on the simplex.

The same steps as the golden model's split, sort, weights and vertices, one look-up at a time and
with weights of 0 to 1.
"""

from typing import NamedTuple

import numba
import numpy as np

from sw.golden import split
from sw.grid import DifferenceGrid
from sw.rotation import ROTATIONS, block_source, rotate_taps
from sw.spec import Table

MAX_VERTICES = 5


class Place(NamedTuple):
    """Where a table's look-ups go, as arrays.

    Parameters
    ----------
    taps : ndarray of int64, shape (4, n, 2)
        Window offsets of the four rotations.
    first : int
        Tap of the first axis: 1 on a difference grid, where tap 0 is subtracted from the others.
    index, fraction, slope : ndarray, shape (256,) or (511,)
        Of each tap value, or each difference from -255 on: int64; float32 0…1; float32 by which
        the fraction grows for a grey level.
    strides : ndarray of int64, shape (axes,)
    source : ndarray of int64, shape (4, r*r)
        ``rotation.block_source`` of the four rotations.
    """

    taps: np.ndarray
    first: int
    index: np.ndarray
    fraction: np.ndarray
    slope: np.ndarray
    strides: np.ndarray
    source: np.ndarray


def place_of(table: Table) -> Place:
    """The place of ``table``."""
    grid = table.grid
    if isinstance(grid, DifferenceGrid):
        first, span = 1, np.arange(-255, 256)
        pairs = np.stack([np.maximum(-span, 0), np.maximum(span, 0)]).astype(np.uint8)
        # Any two taps that are so far apart will do.
        index, fraction = (each[0] for each in split(pairs, grid))
        slope = 1 / np.array(grid.widths)[index]
    else:
        first = 0
        index, fraction = split(np.arange(256, dtype=np.uint8), grid)
        slope = np.full(256, 1 / grid.q)
    return Place(
        np.array([rotate_taps(table.taps, k) for k in range(ROTATIONS)]),
        first,
        index.astype(np.int64),
        fraction.astype(np.float32) / np.float32(grid.q),
        slope.astype(np.float32),
        np.array(table.strides),
        np.array([block_source(table.scale, k) for k in range(ROTATIONS)]),
    )


@numba.njit(inline="always")
def look_up(
    padded: np.ndarray,
    y: int,
    x: int,
    k: int,
    place: Place,
    order: np.ndarray,
    fraction: np.ndarray,
    row: np.ndarray,
    weight: np.ndarray,
) -> None:
    """Vertices and weights of rotation ``k`` at (y, x) of ``padded``.

    Fills ``row`` (int64) and ``weight`` (float32) with one more than there are axes, ``order``
    (int64) with the axes by falling fraction and ``fraction`` (float32) with those.
    """
    axes = len(place.strides)
    centre = 0
    if place.first:
        centre = np.int64(padded[y + place.taps[k, 0, 0], x + place.taps[k, 0, 1]]) - 255
    at = 0
    for j in range(axes):
        dy, dx = place.taps[k, j + place.first]
        value = np.int64(padded[y + dy, x + dx]) - centre
        at += place.index[value] * place.strides[j]
        f = place.fraction[value]
        # Insertion by falling fraction.
        rank = j
        while rank > 0 and fraction[rank - 1] < f:
            fraction[rank], order[rank] = fraction[rank - 1], order[rank - 1]
            rank -= 1
        fraction[rank], order[rank] = f, j
    above = np.float32(1)
    for j in range(axes):
        row[j] = at
        weight[j] = above - fraction[j]
        above = fraction[j]
        at += place.strides[order[j]]
    row[axes] = at
    weight[axes] = above
