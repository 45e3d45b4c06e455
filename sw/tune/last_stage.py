"""The last stage of a tuned chain, entry by entry.

Tuning moves all entries at once, so that its results tend to be a little too dark or too bright on
the whole, and its entries are rounded without regard to the error. With the maps that come in
fixed, the result of the last stage is linear in its entries before rounding. So this works as in
:func:`sw.fit.round_entries.round_entries`: single entries move by one where that lowers the error
over many crops. Entries that keep flat fields are not moved.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from sw.fit.round_entries import round_entries
from sw.photos.crops import RandomCrops, crop_weight
from sw.tune.chain import Chain
from sw.tune.stage_problem import StageProblem

CROPS = 1024
"""Most crops to use; a short tuning uses no more than it drew."""

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
    """Round ``vector``, and improve the entries of the last stage over ``count`` crops.

    Parameters
    ----------
    chain : Chain
    vector : ndarray of float32
        Entries of the chain.
    crops : RandomCrops
    count : int
    margin : int
        LR pixels along the borders of a crop whose error is ignored, because their look-ups reach
        beyond the crop.
    seed : int
        The same seed draws the same crops.
    after : callable
        Called with the mean weighted squared error, once before the first of PASSES passes and
        after each.

    Returns
    -------
    ndarray of float32
        Integers.
    """
    rng = np.random.default_rng([seed, 2])
    drawn = [crops.draw(rng) for _ in range(count)]
    rounded, last = chain.flat.rounded(vector), len(chain.groups) - 1

    def maps_into_last(lr: np.ndarray) -> list[np.ndarray]:
        maps = [np.ascontiguousarray(lr)]
        for number in range(last):
            maps, _ = chain.forward_stage(number, maps, rounded)
        return maps

    with ThreadPoolExecutor() as pool:
        maps = list(pool.map(maps_into_last, (lr for lr, _ in drawn)))
    problem = StageProblem(
        chain,
        last,
        rounded,
        maps,
        [hr for _, hr in drawn],
        [crop_weight(lr, hr) for lr, hr in drawn],
        margin * (len(maps[0][0]) // crops.size),
    )
    start = rounded[problem.where]
    held = chain.flat.held(chain.size)[problem.where]
    rounded[problem.where] = round_entries(
        problem, start, after, held=held, within=np.inf, passes=PASSES
    )
    return rounded
