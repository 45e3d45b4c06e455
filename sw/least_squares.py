"""The table of least squared error: a convex problem, solved with conjugate gradients.

What is minimised over the table t, with the error as :class:`sw.problem.Problem` has it::

    eᵀWe + ridge·|t - prior|² + smooth·|D·(t - prior)|²,   -128 ≤ t ≤ 127

D takes second differences along each axis of the table: entries that the photographs seldom or
never visit follow their neighbours. The prior is the best linear function of the taps, a 3×3
filter for 2×2 taps, so that neither term pulls at straight lines. Squares are in grey levels, and
the ridge and the smoothness count as that many look-ups of an entry.

The solver goes in rounds. In each, entries that press against their bounds are held there, and so
are the pixels that clipping satisfies; what is left is linear.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sw.problem import Problem

LOW, HIGH = -128, 127
"""Range of an entry."""

PRIOR_ITERATIONS = 16

ROUND_SHARES = (0.5, 0.25, 0.25)
"""Rounds on all photographs, with their shares of the iterations."""

PART = 6
"""The solver starts with a round on every sixth photograph, which costs little."""

ROUNDING_PASSES = 12


class Roughness:
    """DᵀD: squared second differences along the axes of a table of ``levels`` points each."""

    def __init__(self, levels: int, axes: int) -> None:
        self.shape = (levels,) * axes
        difference = np.diff(np.eye(levels), n=2, axis=0)
        self.one_axis = difference.T @ difference

    def product(self, table: np.ndarray) -> np.ndarray:
        """DᵀD·table, of ``table``'s shape (rows, r*r)."""
        grid = table.reshape(*self.shape, -1)
        out = np.zeros_like(grid)
        for axis in range(len(self.shape)):
            out += np.moveaxis(np.tensordot(self.one_axis, grid, (1, axis)), 0, axis)
        return out.reshape(table.shape)

    def diagonal(self) -> np.ndarray:
        """Diagonal of DᵀD, shape (rows, 1)."""
        total = np.zeros(self.shape)
        for axis in range(len(self.shape)):
            along = [-1 if a == axis else 1 for a in range(len(self.shape))]
            total += np.diag(self.one_axis).reshape(along)
        return total.reshape(-1, 1)


@dataclass
class Search:
    """State of conjugate gradients on H·x = right: where it is, and where it goes next."""

    x: np.ndarray
    residual: np.ndarray
    direction: np.ndarray
    rho: float

    @classmethod
    def start(cls, right: np.ndarray, diagonal: np.ndarray) -> "Search":
        """At x = 0; ``diagonal`` of H is the preconditioner."""
        direction = right / diagonal
        return cls(np.zeros_like(right), right.copy(), direction, float(np.vdot(right, direction)))

    def advance(self, product: Callable[[np.ndarray], np.ndarray], diagonal: np.ndarray) -> float:
        """One iteration; returns how much xᵀHx - 2·xᵀright fell."""
        image = product(self.direction)
        curvature = np.vdot(self.direction, image)
        # Solved to the last bit.
        if not curvature:
            return 0.0
        step = self.rho / curvature
        gain = step * self.rho
        self.x += step * self.direction
        self.residual -= step * image
        scaled = self.residual / diagonal
        rho = float(np.vdot(self.residual, scaled))
        self.direction = scaled + rho / self.rho * self.direction
        self.rho = rho
        return float(gain)


def linear_prior(problem: Problem) -> np.ndarray:
    """The best table that is a linear function of the taps, shape (rows, r*r)."""
    n = len(problem.taps)
    points = np.indices((problem.grid.levels,) * n).reshape(n, -1).T * float(problem.grid.q)
    right, _ = problem.residual(np.zeros(problem.shape))
    # The four rotations share pixels, which leaves some filters undetermined: hold them small.
    hold = 1e-4 * problem.values / problem.shape[1] * 128.0**2
    one = np.ones((n, 1))
    search = Search.start(points.T @ right, one)
    for _ in range(PRIOR_ITERATIONS):
        search.advance(lambda c: points.T @ problem.product(points @ c) + hold * c, one)
    return points @ search.x


@dataclass
class State:
    """How far a fit has come; all that is needed to go on.

    Parameters
    ----------
    prior, table : ndarray of float64, shape (rows, r*r)
        Table at the start of the round.
    round : int
        Round under way; 0 is the one on a part of the photographs.
    done : int
        Its iterations that are done.
    objective : float
        What is minimised, now.
    search : Search or None
        Of the round, None before its first iteration.
    """

    prior: np.ndarray
    table: np.ndarray
    round: int = 0
    done: int = 0
    objective: float = np.inf
    search: Search | None = None

    @property
    def current(self) -> np.ndarray:
        """The table as far as it is known."""
        return self.table + self.search.x if self.search else self.table


class Solver:
    """The fit of one table, round after round.

    Parameters
    ----------
    problem : Problem
    iterations : int
        Of conjugate gradients over all photographs; as many again go over a part of them first.
    ridge, smooth : float
        Pull to the prior and to smoothness, in look-ups.
    start : ndarray, optional
        Table to start from, shape (rows, r*r); it is the prior then, and the round over a part is
        left out.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        iterations: int,
        ridge: float,
        smooth: float,
        start: np.ndarray | None = None,
    ) -> None:
        self.problem, self.ridge, self.smooth = problem, ridge, smooth
        self.start = start
        self.rough = Roughness(problem.grid.levels, len(problem.taps))
        shares = [max(1, round(iterations * share)) for share in ROUND_SHARES]
        self.rounds = [iterations if start is None else 0, *shares]

    def begin(self) -> State:
        """State before the first round."""
        prior = linear_prior(self.problem.part(PART)) if self.start is None else self.start
        prior = self.problem.symmetric(prior)
        return State(prior, np.clip(prior, LOW, HIGH))

    def _hold(self, table: np.ndarray) -> np.ndarray:
        return self.ridge * table + self.smooth * self.rough.product(table)

    def run(self, state: State, after: Callable[[], None] = lambda: None) -> None:
        """Bring ``state`` to the end of the last round, with ``after()`` after each iteration."""
        while state.round < len(self.rounds):
            self._run_round(state, after)

    def _run_round(self, state: State, after: Callable[[], None]) -> None:
        problem = self.problem.part(PART) if state.round == 0 else self.problem
        diagonal = problem.diagonal() + self.ridge + self.smooth * self.rough.diagonal()
        gradient, squares = problem.residual(state.table)
        away = state.table - state.prior
        gradient -= self._hold(away)
        held = ((state.table >= HIGH) & (gradient > 0)) | ((state.table <= LOW) & (gradient < 0))
        free = ~held
        if state.search is None:
            state.search = Search.start(free * gradient, diagonal)
            state.objective = (squares + np.vdot(away, self._hold(away))) / problem.values
        while state.done < self.rounds[state.round]:
            gain = state.search.advance(
                lambda t: free * (problem.product(t) + self._hold(t)), diagonal
            )
            state.objective -= gain / problem.values
            state.done += 1
            after()
        state.table = np.clip(state.current, LOW, HIGH)
        state.search, state.done = None, 0
        state.round += 1


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
    for _ in range(ROUNDING_PASSES):
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
