"""How a patch is seen elsewhere: transforms from a target patch to its source, in Numba.

A transform is a homography from offsets (dy, dx, 1) around a target pixel to points of the same
picture, in pixels from its corner. It is stored as the first eight numbers of its rows; the ninth
is 1. It is the product of a homography that moves a plane in itself and an affine map.
"""

import math

import numba
import numpy as np


@numba.njit(cache=True)
def plane_transform(
    line: np.ndarray, affine: np.ndarray, target: tuple, source: tuple, out: np.ndarray
) -> bool:
    """Compute the transform from ``target`` to ``source``, two points of the plane with ``line``.

    A plane that moves in itself keeps every point of its vanishing line l. The homography that
    takes p to q is therefore I + (q/(l·q) - p/(l·p)) lᵀ. In rectified coordinates it is a
    translation, which is the form in the paper.

    Parameters
    ----------
    line : ndarray of float64, shape (3,)
        Homogeneous: a y + b x + c = 0 in pixels from the corner of the picture.
    affine : ndarray of float64, shape (4,)
        Rows of the affine map, which is applied first.
    target, source : (y, x)
    out : ndarray of float64, shape (8,) or more
        The transform is written into it.

    Returns
    -------
    bool
        False if the line separates the points, which then cannot lie on one plane.
    """
    l_target = line[0] * target[0] + line[1] * target[1] + line[2]
    l_source = line[0] * source[0] + line[1] * source[1] + line[2]
    if l_target * l_source <= 0:
        return False
    norm = l_source / l_target
    for row in range(3):
        source_row = source[row] if row < 2 else 1.0
        target_row = target[row] if row < 2 else 1.0
        shift = source_row / l_source - target_row / l_target
        y = norm * (shift * line[0] + (row == 0))
        x = norm * (shift * line[1] + (row == 1))
        out[3 * row] = y * affine[0] + x * affine[2]
        out[3 * row + 1] = y * affine[1] + x * affine[3]
        if row < 2:
            out[3 * row + 2] = source_row
    return True


@numba.njit(cache=True)
def transform_scale(t: np.ndarray) -> float:
    """Side of the source patch over the side of the target patch, at the centre."""
    yy, yx = t[0] - t[2] * t[6], t[1] - t[2] * t[7]
    xy, xx = t[3] - t[5] * t[6], t[4] - t[5] * t[7]
    return math.sqrt(abs(yy * xx - yx * xy))
