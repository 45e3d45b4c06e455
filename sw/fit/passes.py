"""Passes over the look-ups of a picture, forwards and backwards, compiled with Numba.

Before rounding and clipping, every HR pixel is a sum of table entries with known weights: with the
entries as a vector t, the picture is A·t. The matrix A is never stored; each pass walks over the LR
pixels line by line and computes the weights again.

- A chain of stages needs :func:`add_lookups` and :func:`add_gradients`.
- The least-squares fit of one table needs :func:`enlarge` (A), :func:`adjoint` (Aᵀ),
  :func:`product` (AᵀWA in one go) and :func:`squared_weights` (its diagonal).

Arguments that they share:

padded : ndarray of uint8, shape (height + 2*reach, width + 2*reach)
    The map to read.
plan : LookupPlan
    Addressing of the table, or of a group of tables.
table : ndarray of float32, shape (rows, r*r)
    Entries of one table.
entries : ndarray of float32, shape (rows, tables * r*r)
    Entries of a group of tables, side by side.
patch_weight : ndarray of float32, shape (patches down, patches across)
    W: the weight of the squared error in each patch of PATCH LR pixels a side.
total : ndarray of float64
    What the pass adds to. It is float64 because flat areas add very many terms to one entry, and
    float32 would lose digits.
"""

import numba
import numpy as np

from sw.fit.lookups import LookupPlan, row_vertices

PATCH = 48
"""LR pixels on each side of a patch; all samples of a patch have the same weight."""


@numba.njit(nogil=True, cache=True, fastmath=True)
def add_lookups(
    padded: np.ndarray,
    reach: int,
    plan: LookupPlan,
    entries: np.ndarray,
    scale: int,
    out: np.ndarray,
) -> None:
    """Add the look-ups of all rotations to ``out``: float32, (maps, r*height, r*width)."""
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    axes, tables, size = len(plan.axes), len(plan.targets), len(plan.block)
    row = np.empty((axes + 1, width), np.int32)
    weight = np.empty((axes + 1, width), np.float32)
    axis = np.empty((axes, width), np.int32)
    block = np.empty((width, tables * size), np.float32)
    for y in range(height):
        for k in range(4):
            row_vertices(padded, y, reach, plan, k, row, weight, axis)
            for x in range(width):
                for column in range(tables * size):
                    value = np.float32(0)
                    for j in range(axes + 1):
                        value += weight[j, x] * entries[row[j, x], column]
                    block[x, column] = value
            for t in range(tables):
                for pixel in range(size):
                    column = t * size + plan.source[k, pixel]
                    line = out[plan.targets[t], scale * y + pixel // scale]
                    for x in range(width):
                        line[scale * x + pixel % scale] += block[x, column]


@numba.njit(nogil=True, cache=True, fastmath=True)
def add_gradients(
    padded: np.ndarray,
    reach: int,
    plan: LookupPlan,
    entries: np.ndarray,
    scale: int,
    out_gradient: np.ndarray,
    entry_gradient: np.ndarray,
    in_gradient: np.ndarray,
) -> None:
    """The backward pass of :func:`add_lookups`.

    Adds the gradient of the entries to ``entry_gradient`` and that of the map to ``in_gradient``,
    for the gradient ``out_gradient`` of the result. All are float32, with the shapes of
    ``entries``, ``padded`` and ``out``.

    The path through a simplex takes the axes one by one. Over a full step of the grid along an
    axis, the result changes by the difference between the two entries before and after that axis
    in the path. On a difference grid the centre tap has the same effect with the opposite sign.
    """
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    axes, tables, size = len(plan.axes), len(plan.targets), len(plan.block)
    row = np.empty((axes + 1, width), np.int32)
    weight = np.empty((axes + 1, width), np.float32)
    axis = np.empty((axes, width), np.int32)
    block = np.empty((width, tables * size), np.float32)
    slope = np.empty((axes, width), np.float32)
    vertex_gradient = np.empty(axes + 1, np.float32)
    for y in range(height):
        for k in range(4):
            row_vertices(padded, y, reach, plan, k, row, weight, axis)
            for t in range(tables):
                for pixel in range(size):
                    column = t * size + plan.source[k, pixel]
                    line = out_gradient[plan.targets[t], scale * y + pixel // scale]
                    for x in range(width):
                        block[x, column] = line[scale * x + pixel % scale]
            for x in range(width):
                for j in range(axes + 1):
                    vertex, w, dot = row[j, x], weight[j, x], np.float32(0)
                    for column in range(tables * size):
                        dot += entries[vertex, column] * block[x, column]
                        entry_gradient[vertex, column] += w * block[x, column]
                    vertex_gradient[j] = dot
                for j in range(axes):
                    slope[axis[j, x], x] = vertex_gradient[j + 1] - vertex_gradient[j]
            centre = padded[y + reach, reach : reach + width]
            centre_gradient = in_gradient[y + reach, reach : reach + width]
            for j in range(axes):
                dy, dx = plan.taps[k, j + plan.first]
                tap = padded[y + reach + dy, reach + dx : reach + dx + width]
                tap_gradient = in_gradient[y + reach + dy, reach + dx : reach + dx + width]
                if plan.first:
                    for x in range(width):
                        difference = np.int32(tap[x]) - np.int32(centre[x])
                        change = slope[j, x] * plan.slope[difference + 255]
                        tap_gradient[x] += change
                        centre_gradient[x] -= change
                else:
                    for x in range(width):
                        tap_gradient[x] += slope[j, x] * plan.slope[tap[x]]


def enlarge(
    padded: np.ndarray, reach: int, plan: LookupPlan, table: np.ndarray, scale: int
) -> np.ndarray:
    """A·table: float32, shape (scale * height, scale * width), neither rounded nor clipped."""
    height, width = (side - 2 * reach for side in padded.shape)
    out = np.zeros((1, scale * height, scale * width), np.float32)
    add_lookups(padded, reach, plan, table, scale, out)
    return out[0]


@numba.njit(nogil=True, cache=True, fastmath=True)
def adjoint(
    padded: np.ndarray,
    reach: int,
    plan: LookupPlan,
    picture: np.ndarray,
    total: np.ndarray,
) -> None:
    """Add Aᵀ·picture to ``total``, shape (rows, r*r).

    ``picture`` is float32, r times as high and wide as the LR map; what lies beyond the last whole
    block is not read.
    """
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    axes, size = len(plan.axes), len(plan.block)
    scale = picture.shape[0] // height
    row = np.empty((axes + 1, width), np.int32)
    weight = np.empty((axes + 1, width), np.float32)
    axis = np.empty((axes, width), np.int32)
    block = np.empty((width, size), np.float32)
    for y in range(height):
        for k in range(4):
            row_vertices(padded, y, reach, plan, k, row, weight, axis)
            for pixel in range(size):
                line = picture[scale * y + pixel // scale]
                for x in range(width):
                    block[x, plan.source[k, pixel]] = line[scale * x + pixel % scale]
            for x in range(width):
                for j in range(axes + 1):
                    for pixel in range(size):
                        total[row[j, x], pixel] += weight[j, x] * block[x, pixel]


@numba.njit(nogil=True, cache=True, fastmath=True)
def product(
    padded: np.ndarray,
    reach: int,
    plan: LookupPlan,
    patch_weight: np.ndarray,
    table: np.ndarray,
    total: np.ndarray,
) -> None:
    """Add AᵀWA·table to ``total``, shape (rows, r*r)."""
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    axes, size = len(plan.axes), len(plan.block)
    row = np.empty((4, axes + 1, width), np.int32)
    weight = np.empty((4, axes + 1, width), np.float32)
    axis = np.empty((axes, width), np.int32)
    block, pixels = np.empty(size, np.float32), np.empty(size, np.float32)
    for y in range(height):
        for k in range(4):
            row_vertices(padded, y, reach, plan, k, row[k], weight[k], axis)
        for x in range(width):
            pixels[:] = 0
            for k in range(4):
                for pixel in range(size):
                    value = np.float32(0)
                    for j in range(axes + 1):
                        value += weight[k, j, x] * table[row[k, j, x], pixel]
                    block[pixel] = value
                for pixel in range(size):
                    pixels[pixel] += block[plan.source[k, pixel]]
            w = patch_weight[y // PATCH, x // PATCH]
            for k in range(4):
                for pixel in range(size):
                    block[plan.source[k, pixel]] = w * pixels[pixel]
                for j in range(axes + 1):
                    for pixel in range(size):
                        total[row[k, j, x], pixel] += weight[k, j, x] * block[pixel]


@numba.njit(nogil=True, cache=True)
def squared_weights(
    padded: np.ndarray,
    reach: int,
    plan: LookupPlan,
    patch_weight: np.ndarray,
    total: np.ndarray,
) -> None:
    """Add W times the squared weights of every look-up to ``total``, shape (rows,)."""
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    axes = len(plan.axes)
    row = np.empty((axes + 1, width), np.int32)
    weight = np.empty((axes + 1, width), np.float32)
    axis = np.empty((axes, width), np.int32)
    for y in range(height):
        for k in range(4):
            row_vertices(padded, y, reach, plan, k, row, weight, axis)
            for x in range(width):
                w = patch_weight[y // PATCH, x // PATCH]
                for j in range(axes + 1):
                    total[row[j, x]] += w * weight[j, x] * weight[j, x]
