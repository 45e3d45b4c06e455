"""A chain fitted stage by stage, each a convex problem: a starting point for tuning.

The target of a stage that enlarges is the photograph, reduced to the size of the stage's output.
With the maps that come in fixed, the stage's output is linear in its entries before rounding and
clipping, so that conjugate gradients find them. The next stage then reads what this one makes.
Stages of scale 1 have no target: their entries stay as they are.
"""

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from sw.fit.conjugate_gradients import CgState
from sw.photos.crops import RandomCrops, crop_weight
from sw.pictures.bicubic import resize
from sw.tune.chain import Chain
from sw.tune.stage_problem import StageProblem

ITERATIONS = 12
"""Of conjugate gradients, for each stage."""

RIDGE = 0.02
"""Pull of an entry to 0, in look-ups."""

CROPS = 256


def solve(problem: StageProblem, after: Callable[[], None]) -> np.ndarray:
    """Entries of the stage: float64, clipped to the range of an int8.

    Calls ``after()`` after each iteration. Clipping of the pixels is left out, because it is not
    linear.
    """
    ridge = RIDGE * problem.gain**2
    diagonal = problem.diagonal() + ridge
    cg = CgState.start(problem.right, diagonal)
    for _ in range(ITERATIONS):
        cg.advance(lambda x: ridge * x + problem.product(x), diagonal)
        after()
    return np.clip(cg.x, -128, 127)


def fit_stages(
    chain: Chain,
    vector: np.ndarray,
    crops: RandomCrops,
    seed: int,
    after: Callable[[], None] = lambda: None,
) -> np.ndarray:
    """A copy of ``vector`` in which the entries of every stage that enlarges are fitted.

    Parameters
    ----------
    chain : Chain
    vector : ndarray of float32
        Entries of the chain.
    crops : RandomCrops
    seed : int
        The same seed draws the same crops.
    after : callable
        Called after each iteration, :func:`iterations` times in all.
    """
    rng = np.random.default_rng([seed, 1])
    drawn = [crops.draw(rng) for _ in range(CROPS)]
    weights = [crop_weight(lr, hr) for lr, hr in drawn]
    maps = [[np.ascontiguousarray(lr)] for lr, _ in drawn]
    vector = vector.copy()
    for number, stage in enumerate(chain.upsampler.stages):
        if stage.scale > 1:
            targets = []
            for (_, hr), maps_in in zip(drawn, maps, strict=True):
                ratio = Fraction(len(maps_in[0]) * stage.scale, len(hr))
                targets.append(hr if ratio == 1 else resize(hr, ratio))
            problem = StageProblem(chain, number, vector, maps, targets, weights)
            vector[problem.where] = solve(problem, after)
        rounded = chain.flat.rounded(vector)
        maps = [chain.forward_stage(number, maps_in, rounded)[0] for maps_in in maps]
    return vector


def iterations(chain: Chain) -> int:
    """How often :func:`fit_stages` calls ``after``."""
    return ITERATIONS * sum(stage.scale > 1 for stage in chain.upsampler.stages)
