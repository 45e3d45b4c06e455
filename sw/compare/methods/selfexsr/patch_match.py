"""Where each patch of a picture is found again: PatchMatch over transforms, in Numba.

Barnes et al., "The generalized PatchMatch correspondence algorithm" (ECCV 2010), as SelfExSR
has it: random search around the best so far, and propagation from the neighbours.
"""

import math
from typing import NamedTuple

import numba
import numpy as np

from sw.compare.methods.selfexsr.patch import NEAREST_DEPTH, PATCH, RADIUS, Level, match
from sw.compare.methods.selfexsr.transform import plane_transform, transform_scale

LARGEST_SCALE = 8.0
"""Of a source patch beside its target."""

SCALE_SPREAD, TURN_SPREAD, SHEAR_SPREAD = 1.0, math.pi / 4, 0.05
"""Widths of the random changes of an affine map; the n-th of a search has an (n+1)-th of them."""


class Field(NamedTuple):
    """The best sources found, for each pixel; a border of ``RADIUS`` pixels has none.

    Parameters
    ----------
    transforms : ndarray of float32, shape (height, width, 8)
        As :mod:`sw.compare.methods.selfexsr.transform` has them.
    affine : ndarray of float32, shape (height, width, 4)
        Rows of the affine map in it.
    planes : ndarray of uint8, shape (height, width)
    costs : ndarray of float64, shape (height, width)
    biases : ndarray of float32, shape (height, width, channels)
    """

    transforms: np.ndarray
    affine: np.ndarray
    planes: np.ndarray
    costs: np.ndarray
    biases: np.ndarray


@numba.njit(cache=True)
def inside(t: np.ndarray, height: int, width: int) -> bool:
    """Whether the centre of the source is the centre of a whole patch of the picture."""
    return (
        RADIUS <= t[2] - 0.5 <= height - 1 - RADIUS and RADIUS <= t[5] - 0.5 <= width - 1 - RADIUS
    )


@numba.njit(cache=True)
def accept(
    y: int, x: int, t: np.ndarray, affine: np.ndarray, plane: int, level: Level, field: Field,
    patch: np.ndarray, bias: np.ndarray,
) -> None:  # fmt: skip
    """Take the source if it costs less than the best so far."""
    cost = match(y, x, t, plane, level, patch, bias)
    if cost < field.costs[y, x]:
        field.costs[y, x] = cost
        field.biases[y, x] = bias
        field.planes[y, x] = plane
        field.transforms[y, x] = t
        field.affine[y, x] = affine


@numba.njit(cache=True)
def scratch(level: Level) -> tuple:
    """Room for a patch and its bias."""
    channels = level.target.shape[2]
    return np.empty((PATCH, PATCH, channels), np.float32), np.empty(channels, np.float32)


@numba.njit(cache=True)
def evaluate(level: Level, field: Field) -> None:
    """Fill in costs and biases of the field's sources."""
    patch, _ = scratch(level)
    height, width = level.target.shape[:2]
    for y in range(RADIUS, height - RADIUS):
        for x in range(RADIUS, width - RADIUS):
            t, plane = field.transforms[y, x], field.planes[y, x]
            field.costs[y, x] = match(y, x, t, plane, level, patch, field.biases[y, x])


@numba.njit(cache=True)
def shake(old: np.ndarray, closer: int, rng: np.random.Generator, out: np.ndarray) -> None:
    """Put the affine map ``old``, changed at random by an n-th of the spreads, into ``out``."""
    grow = 1 + SCALE_SPREAD * (rng.random() - 0.5) / closer
    turn = TURN_SPREAD * (rng.random() - 0.5) / closer
    shear_y = SHEAR_SPREAD * (rng.random() - 0.5) / closer
    shear_x = SHEAR_SPREAD * (rng.random() - 0.5) / closer
    cosine, sine = grow * math.cos(turn), grow * math.sin(turn)
    yy, yx = cosine - sine * shear_y, cosine * shear_x - sine
    xy, xx = sine + cosine * shear_y, sine * shear_x + cosine
    out[0], out[1] = old[0] * yy + old[1] * xy, old[0] * yx + old[1] * xx
    out[2], out[3] = old[2] * yy + old[3] * xy, old[2] * yx + old[3] * xx


@numba.njit(cache=True)
def draw_plane(y: int, x: int, level: Level, rng: np.random.Generator) -> int:
    """A random plane, each as likely as it is at ``y``, ``x``."""
    left, plane = rng.random(), 0
    while plane < len(level.lines) - 1 and left >= level.posterior[plane, y, x]:
        left -= level.posterior[plane, y, x]
        plane += 1
    return plane


@numba.njit(cache=True)
def search(level: Level, field: Field, rng: np.random.Generator) -> None:
    """Try random sources around the best of every pixel, ever closer."""
    patch, bias = scratch(level)
    t, affine = np.empty(8, np.float32), np.empty(4, np.float32)
    height, width = level.target.shape[:2]
    for y in range(RADIUS, height - RADIUS):
        for x in range(RADIUS, width - RADIUS):
            reach, closer = max(height, width) / 8, 2
            while reach > 0.5:
                away_y, away_x = reach * (2 * rng.random() - 1), reach * (2 * rng.random() - 1)
                source = field.transforms[y, x, 2] + away_y, field.transforms[y, x, 5] + away_x
                shake(field.affine[y, x], closer, rng, affine)
                plane = draw_plane(y, x, level, rng)
                reach, closer = reach / 2, closer + 1
                target = y + 0.5, x + 0.5
                if not plane_transform(level.lines[plane], affine, target, source, t):
                    continue
                if inside(t, height, width) and level.step <= transform_scale(t) <= LARGEST_SCALE:
                    accept(y, x, t, affine, plane, level, field, patch, bias)


@numba.njit(cache=True)
def move_on(t: np.ndarray, dy: int, dx: int, out: np.ndarray) -> None:
    """Put transform ``t`` as it is from a target ``dy``, ``dx`` further into ``out``."""
    deep = max(t[6] * dy + t[7] * dx + 1, NEAREST_DEPTH)
    for k in range(8):
        out[k] = t[k] / deep
    out[2] = (t[0] * dy + t[1] * dx + t[2]) / deep
    out[5] = (t[3] * dy + t[4] * dx + t[5]) / deep


@numba.njit(cache=True)
def propagate(level: Level, field: Field) -> None:
    """Try the neighbours' sources, moved on by a pixel: of above and left, then of the others."""
    patch, bias = scratch(level)
    t = np.empty(8, np.float32)
    height, width = level.target.shape[:2]
    for direction in (1, -1):
        for i in range(RADIUS, height - RADIUS):
            y = i if direction > 0 else height - 1 - i
            for j in range(RADIUS, width - RADIUS):
                x = j if direction > 0 else width - 1 - j
                for dy, dx in ((direction, 0), (0, direction)):
                    beside = y - dy, x - dx
                    # The first row has nothing above, the first column nothing to its left.
                    if (dy and i == RADIUS) or (dx and j == RADIUS):
                        continue
                    move_on(field.transforms[beside], dy, dx, t)
                    if inside(t, height, width):
                        affine, plane = field.affine[beside], field.planes[beside]
                        accept(y, x, t, affine, plane, level, field, patch, bias)
