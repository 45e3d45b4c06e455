"""From the LR plane to the HR plane in small steps, each made of patches of the smaller sizes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from tqdm import tqdm

from sw.compare.methods.selfexsr.back_projection import back_project
from sw.compare.methods.selfexsr.field import carried_over, first_field
from sw.compare.methods.selfexsr.patch import PATCH, Level, patch_weights
from sw.compare.methods.selfexsr.patch_match import evaluate, propagate, search
from sw.compare.methods.selfexsr.planes import Planes, find_planes, planes_at
from sw.compare.methods.selfexsr.resize import resize_to
from sw.compare.methods.selfexsr.vote import vote
from sw.pictures.colour import LUMA

GREY = LUMA / LUMA.sum()
"""Weights of R, G and B in luma without the offset of the studio range."""

DEPTH = 8
"""How much smaller the smallest copies are than the picture that is looked at."""


@dataclass(frozen=True)
class Effort:
    """How much is tried.

    Parameters
    ----------
    steps : int
        Sizes from one picture to the next of twice the height and width.
    first, fewer, least : int
        Rounds of search in the first size, how many fewer in each after it, and at least.
    """

    steps: int
    first: int
    fewer: int
    least: int


FULL = Effort(steps=3, first=12, fewer=3, least=3)
"""The paper's."""

FAST = Effort(steps=2, first=4, fewer=1, least=1)


def sizes_between(shape: tuple[int, int], scale: int, effort: Effort) -> tuple[float, list]:
    """The ratio of a step, and height and width after each step up to ``scale``."""
    steps = max(round(effort.steps * math.log2(scale)), 1)
    step = scale ** (1 / steps)
    return step, [tuple(round(side * step**n) for side in shape) for n in range(1, steps + 1)]


def luma_of(picture: np.ndarray) -> np.ndarray:
    """Luma of ``picture`` (height, width, 1 or 3), on the scale of its colours."""
    return picture @ GREY if picture.shape[2] == 3 else picture[:, :, 0]


def reduced_copies(picture: np.ndarray, step: float) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """``picture`` and its copies, each ``step`` smaller: as they are, and blurred like a target.

    A target is a picture enlarged by a step, so what a step down loses is taken from them.
    """
    depth = round(math.log(DEPTH) / math.log(step))
    sharp = [
        resize_to(picture, *(max(round(side / step**n), 1) for side in picture.shape[:2]))
        for n in range(depth + 1)
    ]
    blurred = [resize_to(small, *large.shape[:2]) for large, small in pairwise(sharp)]
    return sharp[:-1], blurred


def flat(copies: Sequence[np.ndarray]) -> np.ndarray:
    """All pixels of ``copies``, one after the other."""
    return np.concatenate([copy.ravel() for copy in copies])


def level_of(
    target: np.ndarray, copies: Sequence[np.ndarray], planes: Planes, step: float
) -> Level:
    """What is searched for ``target``: the smaller ``copies`` with the ``planes`` of its size."""
    return Level(
        target,
        flat(copies),
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
        Of 0…1 and any size.
    scale : int
        2 or more.
    effort : Effort
    seed : int
        Decides all random choices.
    name : str
        Stands beside the bar.

    Returns
    -------
    ndarray of float32
        Of 0…1, ``scale`` times as high and wide.
    """
    rng = np.random.default_rng(seed)
    step, sizes = sizes_between(picture.shape[:2], scale, effort)
    rounds = [max(effort.first - n * effort.fewer, effort.least) for n in range(len(sizes))]
    sharp, blurred = reduced_copies(picture, step)
    depth = len(sharp)
    planes = find_planes(luma_of(picture), rng)
    work = sum(math.prod(size) * number for size, number in zip(sizes, rounds, strict=True))
    field = None
    with tqdm(total=work, desc=name, unit="px", unit_scale=True, leave=False) as bar:
        for size, number in zip(sizes, rounds, strict=True):
            made = resize_to(sharp[0], *size)
            # A picture smaller than a patch has nothing to look for.
            if min(size) >= PATCH:
                level = level_of(made, blurred[:depth], planes_at(planes, *size), step)
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
                made = vote(level, field, flat(sharp[:depth]))
            made = back_project(made, picture)
            blurred.insert(0, resize_to(resize_to(made, *sharp[0].shape[:2]), *size))
            sharp.insert(0, made)
    return sharp[0]
