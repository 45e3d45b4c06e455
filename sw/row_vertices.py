"""Vertices and weights of a whole row of look-ups, compiled with Numba.

What :func:`sw.simplex.look_up` finds for one look-up; without branches, so that the compiler works
on eight pixels at a time. Axes and tables are counted by the lengths of tuples, which the compiler
knows: loops over them are unrolled.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numba
import numpy as np

from sw.simplex import place_of
from sw.spec import Table

AXIS_BITS = 2
KEY_BITS = 9 + AXIS_BITS
"""A key is a fraction over the number of its axis: sorting keys sorts both."""


class RowPlace(NamedTuple):
    """Where the look-ups of tables go that share them.

    Parameters
    ----------
    taps : ndarray of int64, shape (4, n, 2)
        Window offsets of the four rotations.
    first : int
        Tap of the first axis: 1 on a difference grid, where tap 0 is subtracted from the others.
    code : ndarray of int32, shape (axes, 256 or 511)
        Of each tap value, or each difference from -255 on: the index times the axis's stride,
        shifted left by ``KEY_BITS``, plus the key.
    slope : ndarray of float32, shape (256,) or (511,)
        By which the fraction, 0…1, grows for a grey level.
    strides : ndarray of int32, shape (axes,)
    unit : float32
        1/q.
    source : ndarray of int64, shape (4, r*r)
        ``rotation.block_source`` of the four rotations.
    axes, targets, block : tuple of int
        0, 1 … for each axis, the map that each table writes, 0, 1 … for each number of a block.
    """

    taps: np.ndarray
    first: int
    code: np.ndarray
    slope: np.ndarray
    strides: np.ndarray
    unit: np.float32
    source: np.ndarray
    axes: tuple[int, ...]
    targets: tuple[int, ...]
    block: tuple[int, ...]


def row_place_of(tables: Sequence[Table]) -> RowPlace:
    """The place of ``tables``, which are looked up at the same one."""
    place, q = place_of(tables[0]), tables[0].grid.q
    fraction = np.rint(place.fraction * q).astype(np.int64)
    code = [
        (place.index * stride << KEY_BITS) + (fraction << AXIS_BITS) + axis
        for axis, stride in enumerate(place.strides)
    ]
    return RowPlace(
        place.taps,
        place.first,
        np.array(code, np.int32),
        place.slope,
        place.strides.astype(np.int32),
        np.float32(1 / q),
        place.source,
        tuple(range(len(place.strides))),
        tuple(table.target for table in tables),
        tuple(range(place.source.shape[1])),
    )


@numba.njit(inline="always")
def row_vertices(
    padded: np.ndarray,
    y: int,
    reach: int,
    place: RowPlace,
    k: int,
    row: np.ndarray,
    weight: np.ndarray,
    axis: np.ndarray,
) -> None:
    """Vertices and weights of rotation ``k`` of the look-ups of line ``y``.

    Fills ``row`` (int32) and ``weight`` (float32), both (axes + 1, width), and ``axis`` (int32,
    (axes, width)) with the axes by falling fraction.
    """
    width, axes = row.shape[1], len(place.axes)
    key, code = axis, place.code
    row[0] = 0
    for j in range(axes):
        dy, dx = place.taps[k, j + place.first]
        tap = padded[y + reach + dy, reach + dx : reach + dx + width]
        if place.first:
            centre = padded[y + reach, reach : reach + width]
            for x in range(width):
                c = code[j, np.int32(tap[x]) - np.int32(centre[x]) + 255]
                row[0, x] += c >> KEY_BITS
                key[j, x] = c & ((1 << KEY_BITS) - 1)
        else:
            for x in range(width):
                c = code[j, tap[x]]
                row[0, x] += c >> KEY_BITS
                key[j, x] = c & ((1 << KEY_BITS) - 1)
    for last in range(axes - 1, 0, -1):
        for j in range(last):
            for x in range(width):
                a, b = key[j, x], key[j + 1, x]
                key[j, x], key[j + 1, x] = max(a, b), min(a, b)
    for x in range(width):
        above, at = np.float32(1), row[0, x]
        for j in range(axes):
            fraction = np.float32(key[j, x] >> AXIS_BITS) * place.unit
            weight[j, x] = above - fraction
            above = fraction
            axis[j, x] &= (1 << AXIS_BITS) - 1
            at += place.strides[axis[j, x]]
            row[j + 1, x] = at
        weight[axes, x] = above
