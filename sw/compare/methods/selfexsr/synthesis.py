"""The loop over sizes: the picture grows in small steps, from patches of its smaller sizes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sw.compare.methods.selfexsr.back_projection import back_project
from sw.compare.methods.selfexsr.field import carried_over, first_field
from sw.compare.methods.selfexsr.patch import PATCH, Level, patch_weights
from sw.compare.methods.selfexsr.patch_match import evaluate, propagate, search
from sw.compare.methods.selfexsr.planes import Planes, find_planes, resized_planes
from sw.compare.methods.selfexsr.resize import resize_to
from sw.compare.methods.selfexsr.vote import vote
from sw.pictures.colour import LUMA
from sw.progress import progress_bar

GREY = LUMA / LUMA.sum()
"""Weights of R, G and B in luma, without the scale and offset of the studio range."""

DEPTH = 8
"""The smallest copies of a picture are at least about this many times smaller than it."""


@dataclass(frozen=True)
class Effort:
    """How much is searched.

    Parameters
    ----------
    steps : int
        Steps in which the height and width double.
    first_rounds : int
        Rounds of search in the first size.
    fewer_rounds : int
        By how many the rounds decrease from size to size.
    min_rounds : int
        Rounds of search in any size.
    """

    steps: int
    first_rounds: int
    fewer_rounds: int
    min_rounds: int


FULL = Effort(steps=3, first_rounds=12, fewer_rounds=3, min_rounds=3)
"""That of the paper."""

FAST = Effort(steps=2, first_rounds=4, fewer_rounds=1, min_rounds=1)


def sizes_between(shape: tuple[int, int], scale: int, effort: Effort) -> tuple[float, list]:
    """The ratio of a step, and the height and width after each step up to ``scale``."""
    steps = max(round(effort.steps * math.log2(scale)), 1)
    step = scale ** (1 / steps)
    return step, [tuple(round(side * step**n) for side in shape) for n in range(1, steps + 1)]


def luma_of(picture: np.ndarray) -> np.ndarray:
    """Luma of ``picture`` (height, width, 1 or 3), in the range of its colours."""
    return picture @ GREY if picture.shape[2] == 3 else picture[:, :, 0]


def reduced_copies(picture: np.ndarray, step: float) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """``picture`` and its copies, each ``step`` smaller: sharp, and blurred like a target.

    A target is a picture enlarged by one step. A copy is blurred by one step down and up again.
    """
    depth = round(math.log(DEPTH) / math.log(step))
    sharp = [
        resize_to(picture, *(max(round(side / step**n), 1) for side in picture.shape[:2]))
        for n in range(depth + 1)
    ]
    blurred = [resize_to(small, *large.shape[:2]) for large, small in pairwise(sharp)]
    return sharp[:-1], blurred


def flatten(copies: Sequence[np.ndarray]) -> np.ndarray:
    """The pixels of all ``copies``, one copy after the other."""
    return np.concatenate([copy.ravel() for copy in copies])


def make_level(
    target: np.ndarray, copies: Sequence[np.ndarray], planes: Planes, step: float
) -> Level:
    """The level of ``target``, whose ``planes`` have its size, with the smaller ``copies``."""
    return Level(
        target,
        flatten(copies),
        np.cumsum([0, *(copy.size for copy in copies[:-1])]),
        np.array([copy.shape[:2] for copy in copies]),
        step,
        patch_weights(),
        planes.lines,
        planes.posterior,
    )


def synthesize(picture: np.ndarray, scale: int, effort: Effort, seed: int, name: str) -> np.ndarray:
    """Enlarge ``picture``, with a progress bar.

    Parameters
    ----------
    picture : ndarray of float32, shape (height, width, 1 or 3)
        Values of 0…1; any size.
    scale : int
        2 or more.
    effort : Effort
    seed : int
        Determines all random choices.
    name : str
        Label of the progress bar.

    Returns
    -------
    ndarray of float32
        Values of 0…1; ``scale`` times as high and wide.
    """
    rng = np.random.default_rng(seed)
    step, sizes = sizes_between(picture.shape[:2], scale, effort)
    rounds = [
        max(effort.first_rounds - n * effort.fewer_rounds, effort.min_rounds)
        for n in range(len(sizes))
    ]
    sharp, blurred = reduced_copies(picture, step)
    depth = len(sharp)
    planes = find_planes(luma_of(picture), rng)
    total = sum(math.prod(size) * number for size, number in zip(sizes, rounds, strict=True))
    field = None
    with progress_bar(total=total, desc=name, unit="px", unit_scale=True) as bar:
        for size, number in zip(sizes, rounds, strict=True):
            large = resize_to(sharp[0], *size)
            # A picture smaller than a patch has no patches to match.
            if min(size) >= PATCH:
                level = make_level(large, blurred[:depth], resized_planes(planes, *size), step)
                facing = len(planes.lines) - 1
                field = (
                    carried_over(field, *size)
                    if field
                    else first_field(*size, picture.shape[2], facing)
                )
                evaluate(level, field)
                for _ in range(number):
                    search(level, field, rng)
                    propagate(level, field)
                    bar.update(math.prod(size))
                large = vote(level, field, flatten(sharp[:depth]))
            large = back_project(large, picture)
            blurred.insert(0, resize_to(resize_to(large, *sharp[0].shape[:2]), *size))
            sharp.insert(0, large)
    return sharp[0]
