"""A chain fitted stage after stage, each a convex problem: where tuning starts.

A stage that enlarges has a target, the photograph reduced to the size of what the stage makes, and
is linear in its entries as long as the maps that come into it stay as they are. Its entries are
found with conjugate gradients; then the next stage reads what this one makes. Maps of ×1 stages
have no target: their entries stay as they are.
"""

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from sw.fit.conjugate_gradients import CgState
from sw.photos.random_crops import RandomCrops, crop_weight
from sw.pictures.bicubic import resize
from sw.tune.chain import Chain
from sw.tune.stage_problem import StageProblem

ITERATIONS = 12
"""Of conjugate gradients, for each stage."""

RIDGE = 0.02
"""Pull of an entry to 0, in look-ups."""

CROPS = 256


def solve(problem: StageProblem, after: Callable[[], None]) -> np.ndarray:
    """Entries of the stage, in the range of an int8; ``after()`` is called for each iteration.

    Clipping is left out, which would not be linear.
    """
    ridge = RIDGE * problem.gain**2
    diagonal = problem.diagonal() + ridge
    search = CgState.start(problem.right, diagonal)
    for _ in range(ITERATIONS):
        search.advance(lambda x: ridge * x + problem.product(x), diagonal)
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
            vector[problem.where] = solve(problem, after)
        rounded = np.rint(vector)
        maps = [chain.forward_stage(number, each, rounded)[0] for each in maps]
    return vector


def iterations(chain: Chain) -> int:
    """How often :func:`fit_stages` calls ``after``."""
    return ITERATIONS * sum(stage.scale > 1 for stage in chain.upsampler.stages)
