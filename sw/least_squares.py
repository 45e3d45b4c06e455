"""The table of least squared error: one convex problem, solved with conjugate gradients.

A picture before rounding and clipping is linear in the table's entries t, so the best table
minimises::

    |hr - A·t|² + ridge·|t - prior|² + smooth·|D·t|²

over the samples and their transposes. D takes second differences along each axis of the table:
entries that the photographs seldom or never visit follow their neighbours. The prior is the best
linear function of the taps, a 3×3 filter for 2×2 taps, so that neither term pulls at straight
lines. Squares are in grey levels, and the ridge and the smoothness count as that many look-ups of
an entry.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from sw.errors import BadInput
from sw.photos import Sample
from sw.rotation import ROTATIONS, block_source, rotate_taps
from sw.spec import Taps, UniformGrid

try:
    from sw import normal
except ModuleNotFoundError as error:
    raise BadInput(
        f"fitting needs {error.name}; install the extra with: pip install -e '.[fit]'"
    ) from error

SLICES = 4
"""Parts whose sums are added up in order: the result does not depend on the number of cores."""

PRIOR_PART = 8
PRIOR_ITERATIONS = 16
"""The prior's few unknowns are fitted on every eighth sample."""


class Problem:
    """Squared error of a table over samples, as the functions a solver calls.

    Parameters
    ----------
    samples : sequence of Sample
        Padded by ``reach`` pixels.
    taps, grid, scale
        Of the table to fit.
    """

    def __init__(
        self, samples: Sequence[Sample], taps: Taps, grid: UniformGrid, scale: int, reach: int
    ) -> None:
        self.taps, self.grid, self.scale = taps, grid, scale
        self.shape = (grid.levels ** len(taps), scale * scale)
        self.reach = reach
        # Transposing a picture is transposing the offsets and the block's positions.
        rotated = np.array([rotate_taps(taps, k) for k in range(ROTATIONS)])
        source = np.array([block_source(scale, k) for k in range(ROTATIONS)])
        across = source.reshape(ROTATIONS, scale, scale).swapaxes(1, 2).reshape(ROTATIONS, -1)
        self.ways = (rotated, source), (rotated[:, :, ::-1].copy(), across.copy())
        self.strides = np.array([grid.levels**j for j in reversed(range(len(taps)))])
        # Largest first, dealt out in turn: the slices take about the same time.
        by_size = sorted(samples, key=lambda sample: -sample.hr.size)
        self.slices = [by_size[s::SLICES] for s in range(SLICES)]
        self.values = len(self.ways) * sum(sample.hr.size for sample in samples)

    def _sum_slices(self, run: Callable[[Sequence[Sample]], tuple]) -> list:
        with ThreadPoolExecutor() as pool:
            parts = list(pool.map(run, self.slices))
        return [sum(part[1:], part[0]) for part in zip(*parts, strict=True)]

    def _residual(self, table: np.ndarray, wanted: Callable[[Sample], np.ndarray]) -> list:
        entries = table.astype(np.float32)

        def run(samples: Sequence[Sample]) -> tuple[np.ndarray, float]:
            gradient, squares = np.zeros(self.shape), 0.0
            for sample in samples:
                for taps, source in self.ways:
                    squares += normal.residual_adjoint(
                        sample.padded,
                        self.reach,
                        wanted(sample),
                        taps,
                        self.strides,
                        self.grid.frac_bits,
                        source,
                        entries,
                        gradient,
                    )
            return gradient, squares

        return self._sum_slices(run)

    def residual(self, table: np.ndarray) -> tuple[np.ndarray, float]:
        """Aᵀ(hr - A·table), shape (rows, r*r), and |hr - A·table|²."""
        gradient, squares = self._residual(table, lambda sample: sample.hr)
        return gradient, squares

    def product(self, table: np.ndarray) -> np.ndarray:
        """AᵀA·table."""
        black = np.zeros((0, 0, 0), np.uint8)
        return -self._residual(table, lambda sample: black)[0]

    def diagonal(self) -> np.ndarray:
        """Diagonal of AᵀA, shape (rows, 1): it is the same for every position of a block.

        The middle of a 3×3 block stays in place when it is turned, and its four look-ups may meet
        in one entry; their products are left out, which a preconditioner may.
        """

        def run(samples: Sequence[Sample]) -> tuple[np.ndarray]:
            total = np.zeros(self.shape[0])
            for sample in samples:
                for taps, _ in self.ways:
                    normal.squared_weights(
                        sample.padded, self.reach, taps, self.strides, self.grid.frac_bits, total
                    )
            return (total,)

        return self._sum_slices(run)[0][:, None]


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


def conjugate_gradients(
    product: Callable[[np.ndarray], np.ndarray],
    right: np.ndarray,
    diagonal: np.ndarray,
    iterations: int,
    after: Callable[[np.ndarray, float], None] = lambda x, gain: None,
) -> np.ndarray:
    """Solve H·x = ``right`` from x = 0, preconditioned with H's ``diagonal``.

    ``after(x, gain)`` is called after each iteration; ``gain`` is how much xᵀHx - 2·xᵀright fell.
    """
    x = np.zeros_like(right)
    residual = right.copy()
    direction = residual / diagonal
    rho = np.vdot(residual, direction)
    for _ in range(iterations):
        if not rho:
            break
        image = product(direction)
        step = rho / np.vdot(direction, image)
        x += step * direction
        residual -= step * image
        after(x, step * rho)
        scaled = residual / diagonal
        rho, previous = np.vdot(residual, scaled), rho
        direction = scaled + rho / previous * direction
    return x


def linear_prior(problem: Problem) -> np.ndarray:
    """The best table that is a linear function of the taps, shape (rows, r*r)."""
    n = len(problem.taps)
    points = np.indices((problem.grid.levels,) * n).reshape(n, -1).T * float(problem.grid.q)
    right, _ = problem.residual(np.zeros(problem.shape))
    # The four rotations share pixels, which leaves some filters undetermined: hold them small.
    hold = 1e-4 * problem.values / problem.shape[1] * 128.0**2
    coefficients = conjugate_gradients(
        lambda c: points.T @ problem.product(points @ c) + hold * c,
        points.T @ right,
        np.ones((n, 1)),
        PRIOR_ITERATIONS,
    )
    return points @ coefficients


def solve(
    samples: Sequence[Sample],
    taps: Taps,
    grid: UniformGrid,
    scale: int,
    reach: int,
    *,
    iterations: int,
    ridge: float,
    smooth: float,
    after: Callable[[float, np.ndarray], None] = lambda mse, table: None,
) -> np.ndarray:
    """Fit a table.

    Parameters
    ----------
    samples : sequence of Sample
        Padded by ``reach``.
    taps, grid, scale
        Of the table.
    iterations : int
        Of conjugate gradients; each passes twice over the samples, as they are and transposed.
    ridge, smooth : float
        Pull to the prior and to smoothness, in look-ups.
    after : callable
        Called after each iteration with the mean squared error (of the sum of all three terms,
        in grey levels squared per HR pixel) and the table so far.

    Returns
    -------
    ndarray of float64, shape (rows, r*r)
        Entries in grey levels, not rounded; four look-ups add up to a pixel.
    """
    part = sorted(samples, key=lambda sample: -sample.hr.size)[::PRIOR_PART]
    prior = linear_prior(Problem(part, taps, grid, scale, reach))
    problem = Problem(samples, taps, grid, scale, reach)
    rough = Roughness(grid.levels, len(taps))
    right, objective = problem.residual(prior)

    def product(table: np.ndarray) -> np.ndarray:
        return problem.product(table) + ridge * table + smooth * rough.product(table)

    def report(change: np.ndarray, gain: float) -> None:
        nonlocal objective
        objective -= gain
        after(objective / problem.values, prior + change)

    diagonal = problem.diagonal() + ridge + smooth * rough.diagonal()
    return prior + conjugate_gradients(product, right, diagonal, iterations, report)
