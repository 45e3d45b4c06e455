"""From real to integer entries, and from those to better ones, with an eye on the pictures."""

from collections.abc import Callable

import numpy as np

from sw.fit.least_squares import HIGH, LOW
from sw.fit.table_problem import Problem
from sw.tune.stage_problem import StageProblem

PASSES = 12

SHARE = 0.1
"""How many entries a pass may move: those that meet in a pixel see the same error."""


def round_entries(
    problem: Problem | StageProblem,
    table: np.ndarray,
    after: Callable[[float], None],
    within: float = 1,
    passes: int = PASSES,
) -> np.ndarray:
    """Entries of ``table`` as integers, rounded so that their errors make up for each other.

    Starts with the nearest integers. Each pass looks at the error that is left and moves entries
    by one where that alone would help; a random part of them at a time. A pass that does not help
    in all is undone, and the next ones move half as many.

    Parameters
    ----------
    table : ndarray of float, shape (rows, r*r) for a Problem, (entries,) for a StageProblem
    after : callable
        Called after each pass with the mean weighted squared error.
    within : float
        Every entry ends less than this from where it was.

    Returns
    -------
    ndarray of int8, of the shape of ``table``
    """
    rng, share = np.random.default_rng(0), SHARE
    half_curvature = problem.diagonal() / 2
    rounded = np.clip(np.rint(table), LOW, HIGH)
    gradient, best = problem.residual(rounded)
    after(best / problem.values)
    for _ in range(passes):
        moved = np.clip(rounded + np.sign(gradient), LOW, HIGH)
        helps = (np.abs(gradient) > half_curvature) & (np.abs(moved - table) < within)
        chosen = problem.symmetric(rng.random(table.shape)) < share
        moved = np.where(helps & chosen, moved, rounded)
        moved_gradient, squares = problem.residual(moved)
        if squares < best:
            rounded, gradient, best = moved, moved_gradient, squares
        else:
            share /= 2
        after(best / problem.values)
    return rounded.astype(np.int8)
