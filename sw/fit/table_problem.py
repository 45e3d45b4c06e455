"""The squared error of a table over photographs, as the functions that a solver calls.

A picture before rounding and clipping is A·t, linear in the table's entries t. The error e is
*one-sided*: where the photograph is white, values above 255 are no error, because clipping removes
them; where it is black, neither are values below 0. The squares are weighted by patch, with the
weights W. The problem stays convex.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from sw.fit import passes
from sw.fit.lookups import lookup_plan
from sw.golden import pad
from sw.photos.planes import Plane
from sw.tables.flat_sums import FlatConstraint
from sw.tables.grid import UniformGrid
from sw.tables.rotation import mirror
from sw.tables.spec import Stage, Table

SLICES = 4
"""The photographs are split into this many parts, whose sums are added in a fixed order: the result
does not depend on the number of cores."""


def photograph_weights(planes: Sequence[Plane]) -> list[np.ndarray]:
    """A weight for each patch of each plane: float32, the same over a plane, with mean 1.

    The weight is 1/√MSE of nearest-neighbour enlargement of the plane. With 1/MSE all photographs
    would count alike in decibels; with 1 the few roughest would decide everything.
    """
    weights = []
    for plane in planes:
        height, width = plane.lr.shape
        r = len(plane.hr) // height
        blocks = plane.hr.reshape(height, r, width, r).astype(np.float32)
        mse = np.mean((blocks - plane.lr[:, None, :, None]) ** 2)
        patches = -(-height // passes.PATCH), -(-width // passes.PATCH)
        # Flat pictures have almost no error: the 2 limits their weight.
        weights.append(np.full(patches, (mse + 2) ** -0.5, np.float32))
    pixels = np.array([plane.lr.size for plane in planes])
    mean = sum(n * w[0, 0] for n, w in zip(pixels, weights, strict=True)) / pixels.sum()
    return [w / np.float32(mean) for w in weights]


class Problem:
    """Weighted, one-sided squared error of a table over planes and their mirror images.

    Parameters
    ----------
    planes : sequence of Plane
    weights : sequence of ndarray of float32
        For each plane, a weight for each patch of ``passes.PATCH`` LR pixels a side.
    table : Table
        The taps, grid and scale to fit; its entries are not used.
    padding : str
        Padding of the stage, one of ``sw.tables.spec.PADDINGS``.

    Attributes
    ----------
    shape : (int, int)
        (rows, r*r), the shape of a table in all methods.
    values : int
        HR samples of all planes.
    flat : FlatConstraint
        Sums of a table's numbers, row-major, that keep flat fields.
    """

    def __init__(
        self, planes: Sequence[Plane], weights: Sequence[np.ndarray], table: Table, padding: str
    ) -> None:
        self.taps, self.grid, self.scale = table.taps, table.grid, table.scale
        self.reach, self.padding = table.reach, padding
        self.shape = (table.rows, table.scale**2)
        self._plan = lookup_plan([table])
        self._mirror = mirror(self.taps, self.scale)
        self.flat = FlatConstraint.of_stage(Stage(table.scale, padding, (table,)), final=True)
        # Planes are dealt out to the slices by size, so that all slices take about the same time.
        pairs = list(zip(planes, weights, strict=True))
        by_size = sorted(pairs, key=lambda pair: -pair[0].hr.size)
        self._slices = [by_size[s::SLICES] for s in range(SLICES)]
        self.values = sum(plane.hr.size for plane in planes)

    def on(self, grid: UniformGrid, every: int) -> "Problem":
        """The problem for a table on ``grid``, over one plane in ``every``, of all sizes alike."""
        if (grid, every) == (self.grid, 1):
            return self
        pairs = [pair for part in self._slices for pair in part][::every]
        table = Table.blank(self.taps, grid, self.scale)
        return Problem(*zip(*pairs, strict=True), table, self.padding)

    def _look_up_arguments(self, plane: Plane) -> tuple:
        padded = pad(plane.lr, self.reach, self.padding)
        return padded, self.reach, self._plan

    def _with_mirror(self, pair: tuple[Plane, np.ndarray]) -> Iterator[tuple[Plane, np.ndarray]]:
        """The plane, and its mirror image unless :meth:`symmetric` makes that unnecessary."""
        yield pair
        if not self._mirror:
            plane, weight = pair
            yield plane.transposed(), np.ascontiguousarray(weight.T)

    def symmetric(self, table: np.ndarray) -> np.ndarray:
        """Mean of ``table`` and its mirror image, both of shape (rows, r*r or 1).

        Returns ``table`` itself if the window is not its own mirror image.
        """
        if not self._mirror:
            return table
        order, positions = self._mirror
        grid = table.reshape(*(self.grid.levels,) * len(self.taps), -1)
        mirrored = grid.transpose(*order, len(order))
        if table.shape[1] > 1:
            mirrored = mirrored[..., positions]
        return (table + mirrored.reshape(table.shape)) / 2

    def _sum(self, run: Callable[[Plane, np.ndarray, np.ndarray], float], columns: int) -> tuple:
        """Run ``run(plane, weight, total)`` for all planes and their mirror images.

        ``run`` adds to ``total``, of shape (rows, columns), and returns a number or None. Returns
        the total and the sum of the numbers, as means over the planes and their mirror images.
        """

        def one_slice(pairs: Sequence[tuple]) -> tuple[np.ndarray, float]:
            total, result = np.zeros((self.shape[0], columns)), 0.0
            for pair in pairs:
                for plane, weight in self._with_mirror(pair):
                    result += run(plane, weight, total) or 0.0
            return total, result

        with ThreadPoolExecutor() as pool:
            parts = list(pool.map(one_slice, self._slices))
        total = sum((part[0] for part in parts[1:]), parts[0][0])
        images = 1 if self._mirror else 2
        return self.symmetric(total) / images, sum(part[1] for part in parts) / images

    def residual(self, table: np.ndarray) -> tuple[np.ndarray, float]:
        """Aᵀ·W·e, shape (rows, r*r), and eᵀ·W·e of the one-sided error e = hr - A·table."""
        entries, r = table.astype(np.float32), self.scale

        def run(plane: Plane, weight: np.ndarray, total: np.ndarray) -> float:
            arguments = self._look_up_arguments(plane)
            error = plane.hr - passes.enlarge(*arguments, entries, r)
            beyond = ((plane.hr == 0) & (error > 0)) | ((plane.hr == 255) & (error < 0))
            error[beyond] = 0
            wide = np.kron(weight, np.ones((r * passes.PATCH,) * 2, np.float32))
            weighted = wide[: error.shape[0], : error.shape[1]] * error
            passes.adjoint(*arguments, weighted, total)
            return float(np.vdot(weighted, error))

        return self._sum(run, self.shape[1])

    def product(self, table: np.ndarray) -> np.ndarray:
        """AᵀWA·table, shape (rows, r*r).

        Clipping is left out, so this is an upper bound of the curvature of the one-sided error.
        """
        entries = table.astype(np.float32)

        def run(plane: Plane, weight: np.ndarray, total: np.ndarray) -> None:
            arguments = self._look_up_arguments(plane)
            passes.product(*arguments, weight, entries, total)

        return self._sum(run, self.shape[1])[0]

    def diagonal(self) -> np.ndarray:
        """Diagonal of AᵀWA, shape (rows, 1): it is the same for all pixels of a block.

        It is approximate for the middle of a 3×3 block, which stays in place when it is rotated:
        its four look-ups may read the same entry, and their mixed products are left out. That is
        good enough for a preconditioner.
        """

        def run(plane: Plane, weight: np.ndarray, total: np.ndarray) -> None:
            passes.squared_weights(*self._look_up_arguments(plane), weight, total[:, 0])

        return self._sum(run, 1)[0]
