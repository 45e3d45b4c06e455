"""A table on a finer grid that means the same."""

import numpy as np


def refine(table: np.ndarray, levels: int, axes: int, factor: int) -> np.ndarray:
    """``table`` at every point of the grid with 1/``factor`` of its step, by simplex interpolation.

    The same upsampler: a simplex of the fine grid lies within one of the coarse grid.

    Parameters
    ----------
    table : ndarray of float, shape (levels**axes, n)
    levels, axes, factor : int
        From 2, 1 and 1.

    Returns
    -------
    ndarray of float, shape (((levels - 1) * factor + 1)**axes, n)
    """
    points = np.indices(((levels - 1) * factor + 1,) * axes).reshape(axes, -1)
    corner = np.minimum(points // factor, levels - 2)
    fraction = points - factor * corner
    return interpolate(table, levels, corner, fraction / factor)


def interpolate(
    table: np.ndarray, levels: int, corner: np.ndarray, fraction: np.ndarray
) -> np.ndarray:
    """Values of ``table`` within its cells, by simplex interpolation; outside, as straight on.

    Parameters
    ----------
    table : ndarray of float, shape (levels**axes, n)
    levels : int
    corner : ndarray of int, shape (axes, points)
        Lowest grid point of each one's cell.
    fraction : ndarray of float, shape (axes, points)
        Way from there to the next grid point; outside, below 0 or above 1.

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
