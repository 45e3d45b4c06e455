"""From real entries to integers, chosen for the error of the pictures."""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from sw.fit.least_squares import HIGH, LOW

PASSES = 12

SHARE = 0.1
"""Share of the entries that a pass may move. Entries that contribute to the same pixel would
otherwise all correct the same error."""


class LeastSquares(Protocol):
    """A weighted, one-sided least-squares error, e = wanted - A·table, as rounding needs it."""

    values: int
    """How many samples the error is summed over."""

    def residual(self, table: np.ndarray) -> tuple[np.ndarray, float]:
        """Aᵀ·W·e, of the shape of ``table``, and eᵀ·W·e."""

    def diagonal(self) -> np.ndarray:
        """Diagonal of AᵀWA, of a shape that broadcasts to that of a table."""

    def symmetric(self, table: np.ndarray) -> np.ndarray:
        """``table``, or the mean of it and its mirror image where the problem is symmetric."""


def round_entries(
    problem: LeastSquares,
    table: np.ndarray,
    after: Callable[[float], None],
    *,
    held: np.ndarray,
    within: float = 1,
    passes: int = PASSES,
) -> np.ndarray:
    """Round ``table`` to integers so that the rounding errors compensate each other.

    Starts with the nearest integers; entries that are ``held`` must be integers already. Each pass
    computes the remaining error and moves entries by one where that alone would lower it, a random
    share of them at a time. If the pass as a whole does not lower the error, it is undone, and the
    following passes move half as many entries.

    Parameters
    ----------
    problem : LeastSquares
    table : ndarray of float
        Of the shape that ``problem`` works on.
    after : callable
        Called with the mean weighted squared error, once before the first pass and after each.
    held : ndarray of bool, of the shape of ``table``
        Entries that stay as they are.
    within : float
        Every entry ends less than this from its value in ``table``.
    passes : int

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
        helps = (np.abs(gradient) > half_curvature) & (np.abs(moved - table) < within) & ~held
        chosen = problem.symmetric(rng.random(table.shape)) < share
        moved = np.where(helps & chosen, moved, rounded)
        moved_gradient, squares = problem.residual(moved)
        if squares < best:
            rounded, gradient, best = moved, moved_gradient, squares
        else:
            share /= 2
        after(best / problem.values)
    return rounded.astype(np.int8)
