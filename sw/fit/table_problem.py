"""The squared error of a table over photographs, as the functions that a solver calls.

A picture before rounding and clipping is A·t, linear in the table's entries t. The error counts
with a weight for each patch, and not at all where clipping removes it: white asks for 255 or more,
black for 0 or less. Both keep the problem convex.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from sw.errors import BadInput
from sw.golden import pad
from sw.photos.planes import Plane
from sw.tables.grid import UniformGrid
from sw.tables.rotation import mirror
from sw.tables.spec import Table

try:
    from sw.fit import passes as normal
    from sw.fit.lookups import lookup_plan
except ModuleNotFoundError as error:
    raise BadInput(
        f"fitting needs {error.name}; install the extra with: pip install -e '.[fit]'"
    ) from error

SLICES = 4
"""Parts whose sums are added up in order: the result does not depend on the number of cores."""


def photograph_weights(planes: Sequence[Plane]) -> list[np.ndarray]:
    """A weight for each patch of each plane, the same for all patches of one: float32, mean 1.

    A plane weighs 1/√MSE of what nearest-neighbour enlargement makes of it. With 1/MSE every
    photograph would count alike in decibels, with 1 the roughest few would decide everything.
    """
    weights = []
    for plane in planes:
        height, width = plane.lr.shape
        r = len(plane.hr) // height
        blocks = plane.hr.reshape(height, r, width, r).astype(np.float32)
        mse = np.mean((blocks - plane.lr[:, None, :, None]) ** 2)
        patches = -(-height // normal.PATCH), -(-width // normal.PATCH)
        # Flat pictures have no error to speak of and would weigh without limit.
        weights.append(np.full(patches, (mse + 2) ** -0.5, np.float32))
    pixels = np.array([plane.lr.size for plane in planes])
    mean = sum(p * w[0, 0] for p, w in zip(pixels, weights, strict=True)) / pixels.sum()
    return [w / np.float32(mean) for w in weights]


class Problem:
    """Weighted, one-sided squared error of a table over planes and their mirror images.

    Parameters
    ----------
    planes : sequence of Plane
    weights : sequence of ndarray of float32
        For each plane, a weight for each patch of ``normal.PATCH`` LR pixels a side.
    table : Table
        What to fit; its entries are not looked at.
    padding : str
        Of the stage.
    """

    def __init__(
        self, planes: Sequence[Plane], weights: Sequence[np.ndarray], table: Table, padding: str
    ) -> None:
        self.taps, self.grid, self.scale, self.reach = (
            table.taps,
            table.grid,
            table.scale,
            table.reach,
        )
        self.padding = padding
        self.shape = (table.rows, table.scale**2)
        self._place = lookup_plan([table])
        self._mirror = mirror(self.taps, self.scale)
        # Large and small planes are dealt out in turn: the slices take about the same time.
        pairs = list(zip(planes, weights, strict=True))
        by_size = sorted(pairs, key=lambda pair: -pair[0].hr.size)
        self._slices = [by_size[s::SLICES] for s in range(SLICES)]
        self.values = sum(plane.hr.size for plane in planes)

    def on(self, grid: UniformGrid, every: int) -> "Problem":
        """The problem for a table on ``grid``, over every so many of the planes of each size."""
        if (grid, every) == (self.grid, 1):
            return self
        pairs = [pair for part in self._slices for pair in part][::every]
        table = Table.blank(self.taps, grid, self.scale)
        return Problem(*zip(*pairs, strict=True), table, self.padding)

    def _full_shape(self) -> tuple[int, ...]:
        return (self.grid.levels,) * len(self.taps) + (self.scale, self.scale)

    def _look_up_arguments(self, plane: Plane) -> tuple:
        padded = pad(plane.lr, self.reach, self.padding)
        return padded, self.reach, self._place

    def _ways(self, pair: tuple[Plane, np.ndarray]) -> Iterator[tuple[Plane, np.ndarray]]:
        """The plane, and its mirror image unless a symmetric table takes care of that."""
        yield pair
        if not self._mirror:
            plane, weight = pair
            yield plane.transposed(), np.ascontiguousarray(weight.T)

    def symmetric(self, table: np.ndarray) -> np.ndarray:
        """Mean of ``table`` and its mirror image, both (rows, r*r or 1).

        The table itself, for a window that is not its own mirror image.
        """
        if not self._mirror:
            return table
        order, positions = self._mirror
        grid = table.reshape(*self._full_shape()[:-2], -1)
        mirrored = grid.transpose(*order, len(order))
        if table.shape[1] > 1:
            mirrored = mirrored[..., positions]
        return (table + mirrored.reshape(table.shape)) / 2

    def _sum(self, run: Callable[[Plane, np.ndarray, np.ndarray], float], columns: int) -> tuple:
        """Mean over the two ways of what ``run(plane, weight, total)`` adds up and returns."""

        def one_slice(pairs: Sequence[tuple]) -> tuple[np.ndarray, float]:
            total, result = np.zeros((self.shape[0], columns)), 0.0
            for pair in pairs:
                for plane, weight in self._ways(pair):
                    result += run(plane, weight, total) or 0.0
            return total, result

        with ThreadPoolExecutor() as pool:
            parts = list(pool.map(one_slice, self._slices))
        total = sum((part[0] for part in parts[1:]), parts[0][0])
        ways = 1 if self._mirror else 2
        return self.symmetric(total) / ways, sum(part[1] for part in parts) / ways

    def residual(self, table: np.ndarray) -> tuple[np.ndarray, float]:
        """Aᵀ·W·e, shape (rows, r*r), and eᵀ·W·e of the one-sided error e = hr - A·table."""
        entries, r = table.astype(np.float32), self.scale

        def run(plane: Plane, weight: np.ndarray, total: np.ndarray) -> float:
            arguments = self._look_up_arguments(plane)
            error = plane.hr - normal.forward(*arguments, entries, r)
            beyond = ((plane.hr == 0) & (error > 0)) | ((plane.hr == 255) & (error < 0))
            error[beyond] = 0
            wide = np.kron(weight, np.ones((r * normal.PATCH,) * 2, np.float32))
            weighted = wide[: error.shape[0], : error.shape[1]] * error
            normal.adjoint(*arguments, weighted, total)
            return float(np.vdot(weighted, error))

        return self._sum(run, self.shape[1])

    def product(self, table: np.ndarray) -> np.ndarray:
        """AᵀWA·table: at least the curvature of the error, whatever clipping removes."""
        entries = table.astype(np.float32)

        def run(plane: Plane, weight: np.ndarray, total: np.ndarray) -> None:
            arguments = self._look_up_arguments(plane)
            normal.product(*arguments, weight, entries, total)

        return self._sum(run, self.shape[1])[0]

    def diagonal(self) -> np.ndarray:
        """Diagonal of AᵀWA, shape (rows, 1): it is the same for every position of a block.

        The middle of a 3×3 block stays in place when it is turned, and its four look-ups may meet
        in one entry; their products are left out, which a preconditioner may.
        """

        def run(plane: Plane, weight: np.ndarray, total: np.ndarray) -> None:
            normal.squared_weights(*self._look_up_arguments(plane), weight, total[:, 0])

        return self._sum(run, 1)[0]
