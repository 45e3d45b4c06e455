"""The table of least squared error: a convex problem, solved with conjugate gradients.

What is minimised over the table t, with the error as :class:`sw.fit.table_problem.Problem` has it::

    eᵀWe + ridge·|t - prior|² + smooth·|D·(t - prior)|²,   -128 ≤ t ≤ 127

D takes second differences along each axis of the table: entries that the photographs seldom or
never visit follow their neighbours. The prior is the best linear function of the taps, a 3×3
filter for 2×2 taps, so that neither term pulls at straight lines. Squares are in grey levels, and
the ridge and the smoothness count as that many look-ups of an entry, the latter on a grid of 16
grey levels; it is scaled with finer ones.

The solver goes in rounds. In each, entries that press against their bounds are held there, and so
are the pixels that clipping satisfies; what is left is linear.

A grid finer than 16 grey levels is fitted after one of 16, which is then its prior: what the
photographs say about coarse shapes would take conjugate gradients many iterations to carry across
a fine grid.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sw.fit.conjugate_gradients import CgState
from sw.fit.resample import refine
from sw.fit.roughness import Roughness
from sw.fit.table_problem import Problem
from sw.tables.grid import UniformGrid

LOW, HIGH = -128, 127
"""Range of an entry."""

PRIOR_ITERATIONS = 16

ROUND_SHARES = (0.5, 0.25, 0.25)
"""Rounds on all photographs, with their shares of the iterations."""

PART = 6
"""The solver starts with a round on every sixth photograph, which costs little."""

COARSE = UniformGrid(4)
"""Finer grids are fitted after this one."""


def linear_prior(problem: Problem) -> np.ndarray:
    """The best table that is a linear function of the taps, shape (rows, r*r)."""
    n = len(problem.taps)
    points = np.indices((problem.grid.levels,) * n).reshape(n, -1).T * float(problem.grid.q)
    right, _ = problem.residual(np.zeros(problem.shape))
    # The four rotations share pixels, which leaves some filters undetermined: hold them small.
    hold = 1e-4 * problem.values / problem.shape[1] * 128.0**2
    one = np.ones((n, 1))
    search = CgState.start(points.T @ right, one)
    for _ in range(PRIOR_ITERATIONS):
        search.advance(lambda c: points.T @ problem.product(points @ c) + hold * c, one)
    return points @ search.x


@dataclass(frozen=True)
class Round:
    """What a round of the solver works on, and how long.

    Parameters
    ----------
    grid : UniformGrid
    every : int
        It takes every so many of the photographs.
    iterations : int
    """

    grid: UniformGrid
    every: int
    iterations: int


@dataclass
class State:
    """How far a fit has come; all that is needed to go on.

    Parameters
    ----------
    prior, table : ndarray of float64, shape (rows, r*r)
        Table at the start of the round, on the round's grid.
    round : int
        Round under way.
    done : int
        Its iterations that are done.
    objective : float
        What is minimised, now.
    search : CgState or None
        Of the round, None before its first iteration.
    """

    prior: np.ndarray
    table: np.ndarray
    round: int = 0
    done: int = 0
    objective: float = np.inf
    search: CgState | None = None

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
        Of conjugate gradients over all photographs; as many again go over a part of them first,
        and half as many over all of them on the coarse grid that a finer one needs.
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
        grid = problem.grid
        self.rounds = []
        if start is None:
            first = grid if grid.q >= COARSE.q else COARSE
            self.rounds.append(Round(first, PART, iterations))
            if first != grid:
                self.rounds.append(Round(first, 1, max(1, iterations // 2)))
        shares = [max(1, round(iterations * share)) for share in ROUND_SHARES]
        self.rounds += [Round(grid, 1, share) for share in shares]

    @property
    def iterations(self) -> int:
        """Of all rounds."""
        return sum(each.iterations for each in self.rounds)

    def done(self, state: State) -> int:
        """Iterations that are behind ``state``."""
        return sum(each.iterations for each in self.rounds[: state.round]) + state.done

    def begin(self) -> State:
        """State before the first round."""
        problem = self.problem.on(self.rounds[0].grid, PART)
        prior = problem.symmetric(linear_prior(problem) if self.start is None else self.start)
        return State(prior, np.clip(prior, LOW, HIGH))

    def run(self, state: State, after: Callable[[], None] = lambda: None) -> None:
        """Bring ``state`` to the end of the last round, with ``after()`` after each iteration."""
        while state.round < len(self.rounds):
            self._run_round(state, after)

    def _run_round(self, state: State, after: Callable[[], None]) -> None:
        this = self.rounds[state.round]
        problem, axes = self.problem.on(this.grid, this.every), len(self.problem.taps)
        if len(state.table) != problem.shape[0]:
            levels, factor = COARSE.levels, COARSE.q // this.grid.q
            state.table = state.prior = refine(state.table, levels, axes, factor)
        rough, finer = Roughness(this.grid.levels, axes), max(1, COARSE.q / this.grid.q)
        # A curve has finer**2 smaller second differences on a finer grid, at finer**axes points:
        # this way it costs the same.
        smooth = self.smooth * finer ** (4 - axes)
        diagonal = problem.diagonal() + self.ridge + smooth * rough.diagonal()

        def hold(table: np.ndarray) -> np.ndarray:
            return self.ridge * table + smooth * rough.product(table)

        gradient, squares = problem.residual(state.table)
        away = state.table - state.prior
        gradient -= hold(away)
        held = ((state.table >= HIGH) & (gradient > 0)) | ((state.table <= LOW) & (gradient < 0))
        free = ~held
        if state.search is None:
            state.search = CgState.start(free * gradient, diagonal)
            state.objective = (squares + np.vdot(away, hold(away))) / problem.values
        while state.done < this.iterations:
            gain = state.search.advance(lambda t: free * (problem.product(t) + hold(t)), diagonal)
            state.objective -= gain / problem.values
            state.done += 1
            after()
        state.table = np.clip(state.current, LOW, HIGH)
        state.search, state.done = None, 0
        state.round += 1
