"""The last stage of a tuned chain, entry by entry: what gradients leave over.

Tuning moves all entries at once, so its tables end a little too dark or bright in the mean, and
their rounding is nobody's choice. What the last stage makes of its maps is linear in its entries:
one for one, those move by whole units that make the error of many crops less.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from sw.fit.round_entries import round_entries
from sw.photos.random_crops import RandomCrops, crop_weight
from sw.tune.chain import Chain
from sw.tune.stage_problem import StageProblem

CROPS = 1024
"""At most; a short tuning settles on as many as it drew."""

PASSES = 24


def settle(
    chain: Chain,
    vector: np.ndarray,
    crops: RandomCrops,
    *,
    count: int,
    margin: int,
    seed: int,
    after: Callable[[float], None],
) -> np.ndarray:
    """``vector`` rounded, with entries of the last stage that fit ``count`` crops better.

    Parameters
    ----------
    margin : int
        LR pixels along the borders of a crop that see beyond it: they do not count.
    after : callable
        Called before the first of PASSES and after each, with the mean weighted squared error.

    Returns
    -------
    ndarray of float32, integers
    """
    rng = np.random.default_rng([seed, 2])
    drawn = [crops.draw(rng) for _ in range(count)]
    whole, last = np.rint(vector), len(chain.groups) - 1

    def into_last(lr: np.ndarray) -> list[np.ndarray]:
        maps = [np.ascontiguousarray(lr)]
        for number in range(last):
            maps, _ = chain.forward_stage(number, maps, whole)
        return maps

    with ThreadPoolExecutor() as pool:
        maps = list(pool.map(into_last, (lr for lr, _ in drawn)))
    problem = StageProblem(
        chain,
        last,
        whole,
        maps,
        [hr for _, hr in drawn],
        [crop_weight(lr, hr) for lr, hr in drawn],
        margin * (len(maps[0][0]) // crops.size),
    )
    start = whole[problem.where]
    whole[problem.where] = round_entries(problem, start, after, within=np.inf, passes=PASSES)
    return whole
