"""PatchMatch over transforms: the best source of each patch, in Numba.

Barnes et al., "The generalized PatchMatch correspondence algorithm" (ECCV 2010), as SelfExSR uses
it: random search around the best source so far, and propagation from the neighbours.
"""

import math
from typing import NamedTuple

import numba
import numpy as np

from sw.compare.methods.selfexsr.patch import NEAREST_DEPTH, PATCH, RADIUS, Level, source_cost
from sw.compare.methods.selfexsr.transform import plane_transform, transform_scale

MAX_SCALE = 8.0
"""Largest side of a source patch over that of its target."""

SCALE_SPREAD, TURN_SPREAD, SHEAR_SPREAD = 1.0, math.pi / 4, 0.05
"""Spreads of the random changes of an affine map; the n-th trial divides them by n + 1."""


class Field(NamedTuple):
    """The best source found for each pixel, except in a border of ``RADIUS`` pixels.

    Parameters
    ----------
    transforms : ndarray of float32, shape (height, width, 8)
        Transforms of :mod:`sw.compare.methods.selfexsr.transform`.
    affine : ndarray of float32, shape (height, width, 4)
        Rows of the affine map in each transform.
    planes : ndarray of uint8, shape (height, width)
        Index of the plane of each transform.
    costs : ndarray of float64, shape (height, width)
    biases : ndarray of float32, shape (height, width, channels)
        What is added to a source patch.
    """

    transforms: np.ndarray
    affine: np.ndarray
    planes: np.ndarray
    costs: np.ndarray
    biases: np.ndarray


@numba.njit(cache=True)
def is_inside(t: np.ndarray, height: int, width: int) -> bool:
    """Whether a patch around the centre of the source lies within the picture."""
    return (
        RADIUS <= t[2] - 0.5 <= height - 1 - RADIUS and RADIUS <= t[5] - 0.5 <= width - 1 - RADIUS
    )


@numba.njit(cache=True)
def keep_if_better(
    y: int, x: int, t: np.ndarray, affine: np.ndarray, plane: int, level: Level, field: Field,
    patch: np.ndarray, bias: np.ndarray,
) -> None:  # fmt: skip
    """Replace the source of ``y``, ``x`` if the new one costs less."""
    cost = source_cost(y, x, t, plane, level, patch, bias)
    if cost < field.costs[y, x]:
        field.costs[y, x] = cost
        field.biases[y, x] = bias
        field.planes[y, x] = plane
        field.transforms[y, x] = t
        field.affine[y, x] = affine


@numba.njit(cache=True)
def scratch(level: Level) -> tuple:
    """Buffers for a patch and its bias."""
    channels = level.target.shape[2]
    return np.empty((PATCH, PATCH, channels), np.float32), np.empty(channels, np.float32)


@numba.njit(cache=True)
def evaluate(level: Level, field: Field) -> None:
    """Compute the costs and biases of all sources of ``field``."""
    patch, _ = scratch(level)
    height, width = level.target.shape[:2]
    for y in range(RADIUS, height - RADIUS):
        for x in range(RADIUS, width - RADIUS):
            t, plane = field.transforms[y, x], field.planes[y, x]
            field.costs[y, x] = source_cost(y, x, t, plane, level, patch, field.biases[y, x])


@numba.njit(cache=True)
def perturb(old: np.ndarray, divisor: int, rng: np.random.Generator, out: np.ndarray) -> None:
    """Change the affine map ``old`` at random, by the spreads over ``divisor``, into ``out``."""
    scale = 1 + SCALE_SPREAD * (rng.random() - 0.5) / divisor
    turn = TURN_SPREAD * (rng.random() - 0.5) / divisor
    shear_y = SHEAR_SPREAD * (rng.random() - 0.5) / divisor
    shear_x = SHEAR_SPREAD * (rng.random() - 0.5) / divisor
    cosine, sine = scale * math.cos(turn), scale * math.sin(turn)
    yy, yx = cosine - sine * shear_y, cosine * shear_x - sine
    xy, xx = sine + cosine * shear_y, sine * shear_x + cosine
    out[0], out[1] = old[0] * yy + old[1] * xy, old[0] * yx + old[1] * xx
    out[2], out[3] = old[2] * yy + old[3] * xy, old[2] * yx + old[3] * xx


@numba.njit(cache=True)
def draw_plane(y: int, x: int, level: Level, rng: np.random.Generator) -> int:
    """A random plane, drawn by the probabilities at ``y``, ``x``."""
    draw, plane = rng.random(), 0
    while plane < len(level.lines) - 1 and draw >= level.posterior[plane, y, x]:
        draw -= level.posterior[plane, y, x]
        plane += 1
    return plane


@numba.njit(cache=True)
def search(level: Level, field: Field, rng: np.random.Generator) -> None:
    """For every pixel, try random sources around the best one, within a shrinking reach."""
    patch, bias = scratch(level)
    t, affine = np.empty(8, np.float32), np.empty(4, np.float32)
    height, width = level.target.shape[:2]
    for y in range(RADIUS, height - RADIUS):
        for x in range(RADIUS, width - RADIUS):
            reach, divisor = max(height, width) / 8, 2
            while reach > 0.5:
                dy, dx = reach * (2 * rng.random() - 1), reach * (2 * rng.random() - 1)
                source = field.transforms[y, x, 2] + dy, field.transforms[y, x, 5] + dx
                perturb(field.affine[y, x], divisor, rng, affine)
                plane = draw_plane(y, x, level, rng)
                reach, divisor = reach / 2, divisor + 1
                target = y + 0.5, x + 0.5
                if not plane_transform(level.lines[plane], affine, target, source, t):
                    continue
                if is_inside(t, height, width) and level.step <= transform_scale(t) <= MAX_SCALE:
                    keep_if_better(y, x, t, affine, plane, level, field, patch, bias)


@numba.njit(cache=True)
def shift_transform(t: np.ndarray, dy: int, dx: int, out: np.ndarray) -> None:
    """Write into ``out`` the transform ``t`` for a target that is ``dy``, ``dx`` further."""
    depth = max(t[6] * dy + t[7] * dx + 1, NEAREST_DEPTH)
    for k in range(8):
        out[k] = t[k] / depth
    out[2] = (t[0] * dy + t[1] * dx + t[2]) / depth
    out[5] = (t[3] * dy + t[4] * dx + t[5]) / depth


@numba.njit(cache=True)
def propagate(level: Level, field: Field) -> None:
    """Try the sources of the neighbours, shifted by a pixel.

    A forward pass takes the neighbours above and to the left, a backward pass the other two.
    """
    patch, bias = scratch(level)
    t = np.empty(8, np.float32)
    height, width = level.target.shape[:2]
    for direction in (1, -1):
        for i in range(RADIUS, height - RADIUS):
            y = i if direction > 0 else height - 1 - i
            for j in range(RADIUS, width - RADIUS):
                x = j if direction > 0 else width - 1 - j
                for dy, dx in ((direction, 0), (0, direction)):
                    neighbour = y - dy, x - dx
                    # The first row and the first column of a pass have only one neighbour.
                    if (dy and i == RADIUS) or (dx and j == RADIUS):
                        continue
                    shift_transform(field.transforms[neighbour], dy, dx, t)
                    if is_inside(t, height, width):
                        affine, plane = field.affine[neighbour], field.planes[neighbour]
                        keep_if_better(y, x, t, affine, plane, level, field, patch, bias)
