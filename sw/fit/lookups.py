"""Vertices and weights of a row of look-ups, compiled with Numba for fitting and tuning.

The same steps as the golden model's split, sort, weights and vertices, with weights of 0 to 1;
without branches, so that the compiler works on eight pixels at a time. Axes and tables are counted
by the lengths of tuples, which the compiler knows: loops over them are unrolled.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numba
import numpy as np

from sw.golden import split
from sw.tables.grid import DifferenceGrid
from sw.tables.rotation import ROTATIONS, block_source, rotate_taps
from sw.tables.spec import Table

AXIS_BITS = 2
"""A key is a fraction over the number of its axis: sorting keys sorts both."""


class LookupPlan(NamedTuple):
    """Where the look-ups of tables go that share them.

    Parameters
    ----------
    taps : ndarray of int64, shape (4, n, 2)
        Window offsets of the four rotations.
    first : int
        Tap of the first axis: 1 on a difference grid, where tap 0 is subtracted from the others.
    start, key : ndarray of int32, shape (axes, 256 or 511)
        Of each tap value, or each difference from -255 on: the index times the axis's stride, and
        the key.
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
    start: np.ndarray
    key: np.ndarray
    slope: np.ndarray
    strides: np.ndarray
    unit: np.float32
    source: np.ndarray
    axes: tuple[int, ...]
    targets: tuple[int, ...]
    block: tuple[int, ...]


def lookup_plan(tables: Sequence[Table]) -> LookupPlan:
    """The place of ``tables``, which are looked up at the same one."""
    table, grid = tables[0], tables[0].grid
    if isinstance(grid, DifferenceGrid):
        first, span = 1, np.arange(-255, 256)
        # Any two taps that are so far apart will do.
        pairs = np.stack([np.maximum(-span, 0), np.maximum(span, 0)]).astype(np.uint8)
        index, fraction = (each[0].astype(np.int32) for each in split(pairs, grid))
        slope = 1 / np.array(grid.widths)[index]
    else:
        first = 0
        index, fraction = (
            each.astype(np.int32) for each in split(np.arange(256, dtype=np.uint8), grid)
        )
        slope = np.full(256, 1 / grid.q)
    strides = np.array(table.strides, np.int32)
    axes = np.arange(table.axes, dtype=np.int32)
    return LookupPlan(
        np.array([rotate_taps(table.taps, k) for k in range(ROTATIONS)]),
        first,
        strides[:, None] * index,
        (fraction << AXIS_BITS) + axes[:, None],
        slope.astype(np.float32),
        strides,
        np.float32(1 / grid.q),
        np.array([block_source(table.scale, k) for k in range(ROTATIONS)]),
        tuple(range(table.axes)),
        tuple(each.target for each in tables),
        tuple(range(table.scale**2)),
    )


@numba.njit(inline="always")
def row_vertices(
    padded: np.ndarray,
    y: int,
    reach: int,
    place: LookupPlan,
    k: int,
    row: np.ndarray,
    weight: np.ndarray,
    axis: np.ndarray,
) -> None:
    """Vertices and weights of rotation ``k`` of the look-ups of line ``y`` of ``padded``.

    Fills ``row`` (int32) and ``weight`` (float32), both (axes + 1, width), and ``axis`` (int32,
    (axes, width)) with the axes by falling fraction.
    """
    width, axes = row.shape[1], len(place.axes)
    key = axis
    row[0] = 0
    for j in range(axes):
        dy, dx = place.taps[k, j + place.first]
        tap = padded[y + reach + dy, reach + dx : reach + dx + width]
        if place.first:
            centre = padded[y + reach, reach : reach + width]
            for x in range(width):
                difference = np.int32(tap[x]) - np.int32(centre[x]) + 255
                row[0, x] += place.start[j, difference]
                key[j, x] = place.key[j, difference]
        else:
            for x in range(width):
                row[0, x] += place.start[j, tap[x]]
                key[j, x] = place.key[j, tap[x]]
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
