"""From real to integer entries, with little harm to the pictures."""

from collections.abc import Callable

import numpy as np

from sw.least_squares import HIGH, LOW
from sw.problem import Problem

PASSES = 12


def round_entries(
    problem: Problem, table: np.ndarray, after: Callable[[float], None]
) -> np.ndarray:
    """Entries of ``table`` as integers, rounded so that their errors make up for each other.

    Starts with the nearest integers. Each pass looks at the error that is left and moves entries
    to their other neighbour where that alone would help; a random tenth of them at a time, since
    entries that meet in a pixel see the same error. A pass that does not help in all is undone and
    ends it.

    Parameters
    ----------
    after : callable
        Called after each pass with the mean weighted squared error.

    Returns
    -------
    ndarray of int8, shape (rows, r*r)
    """
    rng = np.random.default_rng(0)
    half_curvature = problem.diagonal() / 2
    rounded = np.clip(np.rint(table), LOW, HIGH)
    gradient, best = problem.residual(rounded)
    after(best / problem.values)
    for _ in range(PASSES):
        moved = np.clip(rounded + np.sign(gradient), LOW, HIGH)
        helps = (np.abs(gradient) > half_curvature) & (np.abs(moved - table) < 1)
        chosen = problem.symmetric(rng.random(table.shape)) < 0.1
        moved = np.where(helps & chosen, moved, rounded)
        moved_gradient, squares = problem.residual(moved)
        if squares >= best:
            break
        rounded, gradient, best = moved, moved_gradient, squares
        after(best / problem.values)
    return rounded.astype(np.int8)
