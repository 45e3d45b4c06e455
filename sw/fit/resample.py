"""Entries of a table on another grid, so that the table means the same."""

import numpy as np

from sw.tables.grid import DifferenceGrid
from sw.tables.spec import Table


def resample_uniform(table: np.ndarray, levels: int, axes: int, factor: int) -> np.ndarray:
    """``table`` on a uniform grid with 1/``factor`` of its step, by simplex interpolation.

    The result enlarges pictures exactly as ``table`` does, because each simplex of the fine grid
    lies within one simplex of the coarse grid.

    Parameters
    ----------
    table : ndarray of float, shape (levels**axes, n)
    levels, axes, factor : int
        At least 2, 1 and 1.

    Returns
    -------
    ndarray of float, shape (((levels - 1) * factor + 1)**axes, n)
    """
    points = np.indices(((levels - 1) * factor + 1,) * axes).reshape(axes, -1)
    corner = np.minimum(points // factor, levels - 2)
    fraction = points - factor * corner
    return interpolate(table, levels, corner, fraction / factor)


def resample_differences(table: Table, grid: DifferenceGrid) -> np.ndarray:
    """Entries on ``grid`` for those of ``table``, which has a difference grid too.

    The result is exact at the grid points of ``table``, and between them where an axis keeps its
    points. Beyond the last points, the values are extrapolated along straight lines.

    Returns
    -------
    ndarray of float, shape (rows, r*r)
        In the entry unit of ``grid``, clipped to -128…127.
    """
    old, new = np.array(table.grid.points), np.array(grid.points)
    segment = np.clip(np.searchsorted(old, new, side="right") - 1, 0, len(old) - 2)
    fraction = (new - old[segment]) / np.diff(old)[segment]
    points = np.indices((grid.levels,) * table.axes).reshape(table.axes, -1)
    entries = table.entries.reshape(table.rows, -1).astype(float)
    values = interpolate(entries, table.grid.levels, segment[points], fraction[points])
    return np.clip(values * 2.0 ** (grid.unit_bits - table.grid.unit_bits), -128, 127)


def interpolate(
    table: np.ndarray, levels: int, corner: np.ndarray, fraction: np.ndarray
) -> np.ndarray:
    """Values of ``table`` at points within its cells, by simplex interpolation.

    Parameters
    ----------
    table : ndarray of float, shape (levels**axes, n)
    levels : int
    corner : ndarray of int, shape (axes, points)
        Index of the lowest grid point of the cell in which each point lies.
    fraction : ndarray of float, shape (axes, points)
        Distance from that grid point to the next one, 0 to 1. Below 0 or above 1, the value is
        extrapolated along a straight line.

    Returns
    -------
    ndarray of float, shape (points, n)
    """
    strides = levels ** np.arange(len(corner))[::-1]
    order = np.argsort(-fraction, axis=0, kind="stable")
    falling = np.take_along_axis(fraction, order, axis=0)
    weights = -np.diff(falling, axis=0, prepend=1, append=0)
    vertices = np.cumsum(np.concatenate([[strides @ corner], strides[order]]), axis=0)
    return sum(w[:, None] * table[vertex] for w, vertex in zip(weights, vertices, strict=True))
