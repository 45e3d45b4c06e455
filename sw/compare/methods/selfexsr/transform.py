"""How a patch is seen elsewhere: transforms from around a target to its source, in Numba.

A transform is a homography from offsets (dy, dx, 1) around a target pixel to points of the same
picture, in pixels from its corner: the first eight numbers of its rows, the ninth is 1. It is the
homography of a plane that takes target to source, times an affine map.
"""

import math

import numba
import numpy as np


@numba.njit(cache=True)
def plane_transform(
    line: np.ndarray, affine: np.ndarray, target: tuple, source: tuple, out: np.ndarray
) -> bool:
    """Transform from around ``target`` to ``source``, two points of the plane with ``line``.

    A plane moved in itself keeps every point of its vanishing line l, so the homography that takes
    p to q is I + (q/(l·q) - p/(l·p)) lᵀ; in rectified coordinates it is a translation, the
    form in which the paper has it.

    Parameters
    ----------
    line : ndarray of float64, shape (3,)
        Homogeneous: a y + b x + c = 0 in pixels from the picture's corner.
    affine : ndarray of float64, shape (4,)
        Rows of the map applied before.
    target, source : (y, x)
    out : ndarray of float64, shape (8,) or more
        Takes the transform.

    Returns
    -------
    bool
        False if the line runs between the points, which then are not of one plane.
    """
    at_p = line[0] * target[0] + line[1] * target[1] + line[2]
    at_q = line[0] * source[0] + line[1] * source[1] + line[2]
    if at_p * at_q <= 0:
        return False
    k = at_q / at_p
    for row in range(3):
        q = source[row] if row < 2 else 1.0
        p = target[row] if row < 2 else 1.0
        shift = q / at_q - p / at_p
        y = k * (shift * line[0] + (row == 0))
        x = k * (shift * line[1] + (row == 1))
        out[3 * row] = y * affine[0] + x * affine[2]
        out[3 * row + 1] = y * affine[1] + x * affine[3]
        if row < 2:
            out[3 * row + 2] = q
    return True


@numba.njit(cache=True)
def transform_scale(t: np.ndarray) -> float:
    """Side of the source patch over that of the target, at its centre."""
    yy, yx = t[0] - t[2] * t[6], t[1] - t[2] * t[7]
    xy, xx = t[3] - t[5] * t[6], t[4] - t[5] * t[7]
    return math.sqrt(abs(yy * xx - yx * xy))
