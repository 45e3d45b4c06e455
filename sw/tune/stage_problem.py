"""The squared error of one stage of a chain over crops, as the functions that a solver calls.

A stage is linear in its entries as long as the maps that come into it stay as they are. As for the
problem of one table, no error counts that clipping removes: white asks for 255 or more, black for
0 or less.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import numpy as np

from sw.fit import passes as normal
from sw.fit.table_problem import SLICES
from sw.golden import pad
from sw.tune.chain import Chain, gains


class StageProblem:
    """Weighted, one-sided squared error over crops of stage ``number``, by its entries.

    Entries are the part ``where`` of the chain's vector: float, shape (entries,).

    Parameters
    ----------
    chain : Chain
    number : int
        From 0.
    vector : ndarray of float32
        Entries of the whole chain.
    maps : sequence of list of ndarray
        For each crop, the maps that come into the stage.
    targets : sequence of ndarray
        For each crop, what each map that the stage makes should be: uint8.
    weights : sequence of float
    edge : int
        Pixels along the borders of the maps that come in whose blocks do not count.
    """

    def __init__(
        self,
        chain: Chain,
        number: int,
        vector: np.ndarray,
        maps: Sequence[list[np.ndarray]],
        targets: Sequence[np.ndarray],
        weights: Sequence[float],
        edge: int = 0,
    ) -> None:
        self.chain, self.number, self.edge = chain, number, edge
        groups = chain.groups[number]
        self.where = slice(groups[0].where.start, groups[-1].where.stop)
        self.rest = vector.copy()
        self.rest[self.where] = 0
        self.crops = list(zip(maps, targets, weights, strict=True))
        stage = chain.upsampler.stages[number]
        self.gain = float(gains(stage)[0, 0, 0])
        inner = (self._inner(each, stage.scale).size for each in targets)
        self.values = len(stage.maps) * sum(inner)

    def _inner(self, picture: np.ndarray, scale: int) -> np.ndarray:
        """``picture`` without its edge, it being ``scale`` times as large as the maps."""
        edge, (height, width) = scale * self.edge, picture.shape[-2:]
        return picture[..., edge : height - edge, edge : width - edge]

    def _sum(self, entries: np.ndarray, one_sided: bool) -> tuple[np.ndarray, float]:
        """Aᵀ·W·e and eᵀ·W·e of e, the targets less what ``entries`` make before rounding."""
        vector, scale = self.rest.copy(), self.chain.upsampler.stages[self.number].scale
        vector[self.where] = entries

        def one_slice(crops: Sequence[tuple]) -> tuple[np.ndarray, float]:
            total, squares = np.zeros(self.where.stop - self.where.start), 0.0
            for maps, target, weight in crops:
                _, trace = self.chain.forward_stage(self.number, maps, vector)
                errors = np.zeros_like(trace.sums)
                inner, wanted = self._inner(errors, scale), self._inner(target, scale)
                inner[:] = wanted - self._inner(trace.sums, scale)
                if one_sided:
                    inner[((wanted == 0) & (inner > 0)) | ((wanted == 255) & (inner < 0))] = 0
                weighted, gradient = errors * np.float32(weight), np.zeros_like(vector)
                # The stage's own clipping stops gradients: it is in the errors already.
                free = trace._replace(sums=np.zeros_like(trace.sums))
                self.chain.backward_stage(self.number, weighted, vector, free, gradient)
                total += gradient[self.where]
                squares += float(np.vdot(weighted, errors))
            return total, squares

        with ThreadPoolExecutor() as pool:
            parts = list(pool.map(one_slice, (self.crops[s::SLICES] for s in range(SLICES))))
        return sum(total for total, _ in parts), sum(squares for _, squares in parts)

    def residual(self, entries: np.ndarray) -> tuple[np.ndarray, float]:
        """Aᵀ·W·e, float64 (entries,), and eᵀ·W·e of the one-sided error e = targets - A·entries."""
        return self._sum(entries, True)

    @cached_property
    def right(self) -> np.ndarray:
        """Aᵀ·W·targets, less what the stage makes without entries: float64, (entries,)."""
        return self._sum(np.zeros(self.where.stop - self.where.start), False)[0]

    def product(self, entries: np.ndarray) -> np.ndarray:
        """AᵀWA·entries: float64, (entries,)."""
        return self.right - self._sum(entries, False)[0]

    def symmetric(self, entries: np.ndarray) -> np.ndarray:
        """``entries``: a chain learns what mirror images ask from mirrored crops."""
        return entries

    def diagonal(self) -> np.ndarray:
        """Diagonal of AᵀWA: float64, (entries,); the same for all numbers of an entry."""
        stage, parts = self.chain.upsampler.stages[self.number], []
        for group in self.chain.groups[self.number]:
            table = group.tables[0]
            total = np.zeros(table.rows)
            for maps, _, weight in self.crops:
                padded = self._inner(pad(maps[table.source], stage.reach, stage.padding), 1)
                patches = -(-np.array(padded.shape) // normal.PATCH)
                everywhere = np.full(patches, weight, np.float32)
                normal.squared_weights(padded, stage.reach, group.place, everywhere, total)
            parts.append(np.repeat(total, (group.where.stop - group.where.start) // table.rows))
        return np.concatenate(parts) * self.gain**2
