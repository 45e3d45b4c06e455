"""The squared error of one stage of a chain over crops, as the functions that a solver calls.

With the maps that it reads fixed, the output of a stage before rounding and clipping is linear in
its entries. The error is one-sided as in :mod:`sw.fit.table_problem`: values above a white target
or below a black one are no error.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import numpy as np

from sw.fit import passes
from sw.fit.table_problem import SLICES
from sw.golden import pad
from sw.tune.chain import Chain, gains


class StageProblem:
    """Weighted, one-sided squared error of one stage's output over crops.

    All methods take and return the entries of the stage as a vector, which is the part ``where``
    of the chain's vector.

    Parameters
    ----------
    chain : Chain
    number : int
        Number of the stage, from 0.
    vector : ndarray of float32
        Entries of the whole chain.
    maps : sequence of list of ndarray of uint8
        For each crop, the maps that the stage reads.
    targets : sequence of ndarray of uint8
        For each crop, the wanted output; it is the same for all maps that the stage makes.
    weights : sequence of float
        For each crop, the weight of its squared error.
    edge : int
        Pixels along the borders of the maps whose blocks are ignored.

    Attributes
    ----------
    where : slice
    gain : float
        Grey levels that one look-up adds for each unit of its entry.
    values : int
        Samples that the error is summed over.
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
        samples = sum(self._inner(target, stage.scale).size for target in targets)
        self.values = len(stage.maps) * samples

    def _inner(self, picture: np.ndarray, scale: int) -> np.ndarray:
        """``picture``, ``scale`` times as large as the maps, without its edge."""
        edge, (height, width) = scale * self.edge, picture.shape[-2:]
        return picture[..., edge : height - edge, edge : width - edge]

    def _sum(self, entries: np.ndarray, one_sided: bool) -> tuple[np.ndarray, float]:
        """Aᵀ·W·e and eᵀ·W·e for e = targets - output, before rounding and clipping."""
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
                # With sums of 0, the backward pass does not stop gradients where the stage clips:
                # the errors allow for clipping already.
                unclipped = trace._replace(sums=np.zeros_like(trace.sums))
                self.chain.backward_stage(self.number, weighted, vector, unclipped, gradient)
                total += gradient[self.where]
                squares += float(np.vdot(weighted, errors))
            return total, squares

        with ThreadPoolExecutor() as pool:
            parts = list(pool.map(one_slice, (self.crops[s::SLICES] for s in range(SLICES))))
        return sum(total for total, _ in parts), sum(squares for _, squares in parts)

    def residual(self, entries: np.ndarray) -> tuple[np.ndarray, float]:
        """Aᵀ·W·e, float64 (entries,), and eᵀ·W·e for the one-sided error e = targets - output."""
        return self._sum(entries, True)

    @cached_property
    def right(self) -> np.ndarray:
        """Aᵀ·W·e for entries of 0, without one-sidedness: float64, (entries,)."""
        return self._sum(np.zeros(self.where.stop - self.where.start), False)[0]

    def product(self, entries: np.ndarray) -> np.ndarray:
        """AᵀWA·entries: float64, (entries,)."""
        return self.right - self._sum(entries, False)[0]

    def symmetric(self, entries: np.ndarray) -> np.ndarray:
        """``entries``: the crops are mirrored at random, so that symmetry is not imposed."""
        return entries

    def diagonal(self) -> np.ndarray:
        """Diagonal of AᵀWA: float64, (entries,); it is the same for all pixels of a block."""
        stage, parts = self.chain.upsampler.stages[self.number], []
        for group in self.chain.groups[self.number]:
            table = group.tables[0]
            total = np.zeros(table.rows)
            for maps, _, weight in self.crops:
                padded = self._inner(pad(maps[table.source], stage.reach, stage.padding), 1)
                patches = -(-np.array(padded.shape) // passes.PATCH)
                patch_weight = np.full(patches, weight, np.float32)
                passes.squared_weights(padded, stage.reach, group.plan, patch_weight, total)
            parts.append(np.repeat(total, (group.where.stop - group.where.start) // table.rows))
        return np.concatenate(parts) * self.gain**2
