"""Vertices and weights of a row of look-ups, compiled with Numba for fitting and tuning.

These are the golden model's split, sort, weights and vertices, with weights from 0 to 1 instead of
integers. The inner loops have no branches, so that the compiler handles eight pixels at a time.
The numbers of axes and tables are lengths of tuples, which the compiler knows: it unrolls the
loops over them.
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
"""A sort key is a fraction followed by the number of its axis in this many low bits: sorting the
keys sorts both."""


class LookupPlan(NamedTuple):
    """Precomputed addressing for a group of tables with the same source, taps and grid.

    Parameters
    ----------
    taps : ndarray of int64, shape (4, n, 2)
        Window offsets (dy, dx) for each of the four rotations.
    first : int
        Number of the tap that has the first axis: 0 on a uniform grid; 1 on a difference grid,
        where tap 0 is subtracted from the others.
    start, key : ndarray of int32, shape (axes, 256 or 511)
        For each tap value, or each difference from -255 up: the index on the grid times the stride
        of the axis, and the sort key.
    slope : ndarray of float32, shape (256,) or (511,)
        How much the fraction (0 to 1) grows with one grey level, for the same values.
    strides : ndarray of int32, shape (axes,)
        What one step along each axis adds to the row number.
    unit : float32
        1/q: the fraction for a key's fraction of 1.
    source : ndarray of int64, shape (4, r*r)
        :func:`sw.tables.rotation.block_source` of each rotation.
    axes, targets, block : tuple of int
        0, 1, … for each axis; the map that each table adds to; 0, 1, … for each pixel of a block.
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
    """The plan for ``tables``, which must have the same source, taps and grid."""
    table, grid = tables[0], tables[0].grid
    if isinstance(grid, DifferenceGrid):
        first, differences = 1, np.arange(-255, 256)
        # Pairs of centre and tap with each difference; which pair does not matter.
        pairs = np.stack([np.maximum(-differences, 0), np.maximum(differences, 0)])
        index, fraction = (
            values[0].astype(np.int32) for values in split(pairs.astype(np.uint8), grid)
        )
        slope = 1 / np.array(grid.widths)[index]
    else:
        first = 0
        index, fraction = (
            values.astype(np.int32) for values in split(np.arange(256, dtype=np.uint8), grid)
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
        tuple(table.target for table in tables),
        tuple(range(table.scale**2)),
    )


@numba.njit(inline="always")
def row_vertices(
    padded: np.ndarray,
    y: int,
    reach: int,
    plan: LookupPlan,
    k: int,
    row: np.ndarray,
    weight: np.ndarray,
    axis: np.ndarray,
) -> None:
    """Find the vertices and weights for rotation ``k`` of all look-ups of line ``y``.

    Parameters
    ----------
    padded : ndarray of uint8, shape (height + 2*reach, width + 2*reach)
        The map to read; line 0 is the one ``reach`` lines below its top.
    row : ndarray of int32, shape (axes + 1, width)
        Written: row of the table at each vertex.
    weight : ndarray of float32, shape (axes + 1, width)
        Written: weight of each vertex.
    axis : ndarray of int32, shape (axes, width)
        Written: the axes in the order of falling fraction.
    """
    width, axes = row.shape[1], len(plan.axes)
    key = axis
    row[0] = 0
    for j in range(axes):
        dy, dx = plan.taps[k, j + plan.first]
        tap = padded[y + reach + dy, reach + dx : reach + dx + width]
        if plan.first:
            centre = padded[y + reach, reach : reach + width]
            for x in range(width):
                difference = np.int32(tap[x]) - np.int32(centre[x]) + 255
                row[0, x] += plan.start[j, difference]
                key[j, x] = plan.key[j, difference]
        else:
            for x in range(width):
                row[0, x] += plan.start[j, tap[x]]
                key[j, x] = plan.key[j, tap[x]]
    for last in range(axes - 1, 0, -1):
        for j in range(last):
            for x in range(width):
                a, b = key[j, x], key[j + 1, x]
                key[j, x], key[j + 1, x] = max(a, b), min(a, b)
    for x in range(width):
        above, vertex = np.float32(1), row[0, x]
        for j in range(axes):
            fraction = np.float32(key[j, x] >> AXIS_BITS) * plan.unit
            weight[j, x] = above - fraction
            above = fraction
            axis[j, x] &= (1 << AXIS_BITS) - 1
            vertex += plan.strides[axis[j, x]]
            row[j + 1, x] = vertex
        weight[axes, x] = above
