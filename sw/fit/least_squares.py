"""The table of least squared error: a convex problem, solved with conjugate gradients.

For the table t, this is minimised::

    eᵀWe + ridge·|t - prior|² + smooth·|D·(t - prior)|²,   -128 ≤ t ≤ 127

- e is the error of the pictures and W its weights, as :mod:`sw.fit.table_problem` defines them.
- prior is the best linear function of the taps, which is a 3×3 filter for 2×2 taps. Neither of the
  two last terms therefore pulls a linear table away from the data.
- D takes second differences along each axis of the table, so that entries which the photographs
  seldom or never reach follow their neighbours.

Sums of entries on the table's diagonal are held, so that the table keeps flat fields
(:mod:`sw.tables.flat_sums`).

Squares are in grey levels. ``ridge`` and ``smooth`` are in look-ups: a ridge of 1 pulls an entry as
strongly as one look-up in the photographs does. ``smooth`` holds for a step of 16 grey levels, and
is scaled for finer grids.

The solver works in rounds. At the start of a round it fixes the entries that press against their
bounds and drops the errors that clipping removes; what remains is a linear system.

A grid finer than 16 grey levels is fitted in two steps: first on a grid of 16, then on the fine
grid with that result as the prior. Conjugate gradients would need many iterations to carry coarse
shapes across a fine grid.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sw.fit.conjugate_gradients import CgState
from sw.fit.resample import resample_uniform
from sw.fit.table_problem import Problem
from sw.tables.grid import UniformGrid

LOW, HIGH = -128, 127
"""Range of an entry."""

PRIOR_ITERATIONS = 16

ROUND_SHARES = (0.5, 0.25, 0.25)
"""Shares of the iterations that the rounds over all photographs get."""

PART = 6
"""The first round uses every sixth photograph, which costs little."""

COARSE = UniformGrid(4)
"""A finer grid is fitted after this one."""


class Roughness:
    """DᵀD: squared second differences along the axes of a table of ``levels`` points each."""

    def __init__(self, levels: int, axes: int) -> None:
        self.shape = (levels,) * axes
        difference = np.diff(np.eye(levels), n=2, axis=0)
        self.one_axis = difference.T @ difference

    def product(self, table: np.ndarray) -> np.ndarray:
        """DᵀD·table, of the shape of ``table``, (rows, r*r)."""
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


def linear_prior(problem: Problem) -> np.ndarray:
    """The best table that is a linear function of the taps, shape (rows, r*r)."""
    n = len(problem.taps)
    points = np.indices((problem.grid.levels,) * n).reshape(n, -1).T * float(problem.grid.q)
    right, _ = problem.residual(np.zeros(problem.shape))
    # The four rotations share pixels, which leaves some filters undetermined: keep those small.
    ridge = 1e-4 * problem.values / problem.shape[1] * 128.0**2
    one = np.ones((n, 1))
    cg = CgState.start(points.T @ right, one)
    for _ in range(PRIOR_ITERATIONS):
        cg.advance(lambda c: points.T @ problem.product(points @ c) + ridge * c, one)
    return points @ cg.x


@dataclass(frozen=True)
class Round:
    """One round of the solver.

    Parameters
    ----------
    grid : UniformGrid
        Grid of the table in this round.
    every : int
        Use only one photograph in so many.
    iterations : int
        Of conjugate gradients.
    """

    grid: UniformGrid
    every: int
    iterations: int


@dataclass
class State:
    """Progress of a fit: everything that is needed to continue it.

    Parameters
    ----------
    prior, table : ndarray of float64, shape (rows, r*r)
        The prior, and the table at the start of the round, on the round's grid.
    round : int
        The current round, from 0.
    done : int
        Iterations done in the current round.
    objective : float
        The value that is minimised, divided by the number of samples.
    cg : CgState or None
        Of the current round; None before its first iteration.
    """

    prior: np.ndarray
    table: np.ndarray
    round: int = 0
    done: int = 0
    objective: float = np.inf
    cg: CgState | None = None

    @property
    def current(self) -> np.ndarray:
        """The table after the iterations done so far."""
        return self.table + self.cg.x if self.cg else self.table


class Solver:
    """The fit of one table, round after round.

    Parameters
    ----------
    problem : Problem
    iterations : int
        Of conjugate gradients over all photographs. Without ``start`` as many more go over a part
        of the photographs first; a grid finer than COARSE adds half as many over all of them on
        the coarse grid.
    ridge, smooth : float
        Pull to the prior and to smoothness, in look-ups.
    start : ndarray, optional
        Table to start from, shape (rows, r*r). It is the prior too, and the round over a part of
        the photographs is left out.
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
        """Iterations of all rounds together."""
        return _iterations(self.rounds)

    def done(self, state: State) -> int:
        """Iterations that ``state`` has done, over all rounds."""
        return _iterations(self.rounds[: state.round]) + state.done

    def begin(self) -> State:
        """The state before the first round."""
        problem = self.problem.on(self.rounds[0].grid, PART)
        prior = problem.symmetric(linear_prior(problem) if self.start is None else self.start)
        table = np.clip(prior, LOW, HIGH)
        problem.flat.project(table.reshape(-1))
        return State(prior, table)

    def run(self, state: State, after: Callable[[], None] = lambda: None) -> None:
        """Bring ``state`` to the end of the last round; calls ``after()`` after each iteration."""
        while state.round < len(self.rounds):
            self._run_round(state, after)

    def _run_round(self, state: State, after: Callable[[], None]) -> None:
        this = self.rounds[state.round]
        problem, axes = self.problem.on(this.grid, this.every), len(self.problem.taps)
        if len(state.table) != problem.shape[0]:
            levels, factor = COARSE.levels, COARSE.q // this.grid.q
            state.table = state.prior = resample_uniform(state.table, levels, axes, factor)
        rough, finer = Roughness(this.grid.levels, axes), max(1, COARSE.q / this.grid.q)
        # On a grid that is finer by a factor, second differences of a curve are smaller by its
        # square, and there are factor**axes times as many: this scaling keeps their sum the same.
        smooth = self.smooth * finer ** (4 - axes)
        diagonal = problem.diagonal() + self.ridge + smooth * rough.diagonal()

        def regularise(table: np.ndarray) -> np.ndarray:
            return self.ridge * table + smooth * rough.product(table)

        gradient, squares = problem.residual(state.table)
        from_prior = state.table - state.prior
        gradient -= regularise(from_prior)
        fixed = ((state.table >= HIGH) & (gradient > 0)) | ((state.table <= LOW) & (gradient < 0))
        movable = ~fixed | problem.flat.held(fixed.size).reshape(fixed.shape)

        def free(direction: np.ndarray) -> np.ndarray:
            direction = movable * direction
            # The members of a sum have the same diagonal, so that the preconditioner keeps sums.
            problem.flat.free(direction.reshape(-1))
            return direction

        if state.cg is None:
            state.cg = CgState.start(free(gradient), diagonal)
            penalty = np.vdot(from_prior, regularise(from_prior))
            state.objective = (squares + penalty) / problem.values
        while state.done < this.iterations:
            gain = state.cg.advance(lambda t: free(problem.product(t) + regularise(t)), diagonal)
            state.objective -= gain / problem.values
            state.done += 1
            after()
        state.table = np.clip(state.current, LOW, HIGH)
        state.cg, state.done = None, 0
        state.round += 1


def _iterations(rounds: list[Round]) -> int:
    return sum(item.iterations for item in rounds)
