"""A chain fitted stage after stage, each a convex problem: where tuning starts.

A stage that enlarges has a target, the photograph reduced to the size of what the stage makes, and
is linear in its entries as long as the maps that come into it stay as they are. Its entries are
found with conjugate gradients; then the next stage reads what this one makes. Maps of ×1 stages
have no target: their entries stay as they are.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import numpy as np

from sw import normal
from sw.bicubic import resize
from sw.chain import Chain, gains
from sw.conjugate_gradients import Search
from sw.golden import pad
from sw.random_crops import RandomCrops, crop_weight

ITERATIONS = 12
"""Of conjugate gradients, for each stage."""

RIDGE = 0.02
"""Pull of an entry to 0, in look-ups."""

CROPS = 256

Crop = tuple[np.ndarray, np.ndarray]


class StageProblem:
    """Weighted squared error of stage ``number`` over crops, as a function of its entries.

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
        For each crop, what each map that the stage makes should be.
    weights : sequence of float
    """

    def __init__(
        self,
        chain: Chain,
        number: int,
        vector: np.ndarray,
        maps: Sequence[list[np.ndarray]],
        targets: Sequence[np.ndarray],
        weights: Sequence[float],
    ) -> None:
        self.chain, self.number, self.rest = chain, number, vector.copy()
        groups = chain.groups[number]
        self.where = slice(groups[0].where.start, groups[-1].where.stop)
        self.rest[self.where] = 0
        self.crops = list(zip(maps, targets, weights, strict=True))
        self.gain = float(gains(chain.upsampler.stages[number])[0, 0, 0])

    def _residual(self, entries: np.ndarray) -> np.ndarray:
        """Aᵀ·W·(targets - what ``entries`` make): float64, (entries,)."""
        vector = self.rest.copy()
        vector[self.where] = entries

        def one(crop: tuple) -> np.ndarray:
            maps, target, weight = crop
            _, trace = self.chain.forward_stage(self.number, maps, vector)
            errors = (target - trace.sums) * np.float32(weight)
            total = np.zeros(self.chain.size, np.float32)
            # No clipping here: it would not be linear.
            free = trace._replace(sums=np.zeros_like(trace.sums))
            self.chain.backward_stage(self.number, errors, vector, free, total)
            return total[self.where]

        with ThreadPoolExecutor() as pool:
            return sum(pool.map(one, self.crops), np.zeros(self.where.stop - self.where.start))

    def _diagonal(self) -> np.ndarray:
        """Diagonal of AᵀWA; the same for all numbers of an entry: float64, (entries,)."""
        stage, parts = self.chain.upsampler.stages[self.number], []
        for group in self.chain.groups[self.number]:
            table = group.tables[0]
            total = np.zeros(table.rows)
            for maps, _, weight in self.crops:
                padded = pad(maps[table.source], stage.reach, stage.padding)
                patches = -(-np.array(maps[0].shape) // normal.PATCH)
                everywhere = np.full(patches, weight, np.float32)
                normal.squared_weights(padded, stage.reach, group.place, everywhere, total)
            parts.append(np.repeat(total, (group.where.stop - group.where.start) // table.rows))
        return np.concatenate(parts) * self.gain**2

    def solve(self, after: Callable[[], None]) -> np.ndarray:
        """The entries, in the range of an int8; ``after()`` is called after each iteration."""
        ridge = RIDGE * self.gain**2
        diagonal = self._diagonal() + ridge
        right = self._residual(np.zeros_like(diagonal))
        search = Search.start(right, diagonal)
        for _ in range(ITERATIONS):
            search.advance(lambda x: ridge * x + right - self._residual(x), diagonal)
            after()
        return np.clip(search.x, -128, 127)


def fit_stages(
    chain: Chain,
    vector: np.ndarray,
    crops: RandomCrops,
    seed: int,
    after: Callable[[], None] = lambda: None,
) -> np.ndarray:
    """``vector`` with the entries of every stage that enlarges fitted, stage after stage."""
    rng = np.random.default_rng([seed, 1])
    drawn = [crops.draw(rng) for _ in range(CROPS)]
    weights = [crop_weight(lr, hr) for lr, hr in drawn]
    maps = [[np.ascontiguousarray(lr)] for lr, _ in drawn]
    vector = vector.copy()
    for number, stage in enumerate(chain.upsampler.stages):
        if stage.scale > 1:
            targets = []
            for (_, hr), each in zip(drawn, maps, strict=True):
                ratio = Fraction(len(each[0]) * stage.scale, len(hr))
                targets.append(hr if ratio == 1 else resize(hr, ratio))
            problem = StageProblem(chain, number, vector, maps, targets, weights)
            vector[problem.where] = problem.solve(after)
        rounded = np.rint(vector)
        maps = [chain.forward_stage(number, each, rounded)[0] for each in maps]
    return vector


def iterations(chain: Chain) -> int:
    """How often :func:`fit_stages` calls ``after``."""
    return ITERATIONS * sum(stage.scale > 1 for stage in chain.upsampler.stages)
