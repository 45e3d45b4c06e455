"""Chains of small tables for the tests of tuning."""

import numpy as np

from sw.tables.design import parse
from sw.tables.grid import DifferenceGrid, UniformGrid
from sw.tables.published import FAMILIES
from sw.tables.spec import Stage, Upsampler
from sw.tune.chain import Chain
from tables import make_table

GRID = DifferenceGrid((0, 16, 48, 112, 368))
HALF = DifferenceGrid((0, 128, 256), 1)
S, V = FAMILIES["S"], FAMILIES["V"]
WIDE = ((0, 0), (0, 1), (-1, 0), (1, 2))


def chain_of_maps(low=-128, high=127):
    """A ×1 stage with two maps, a ×2 of all three, a ×2 on a uniform grid."""
    kwargs = {"low": low, "high": high}
    features = [make_table(S, GRID, 1, seed=t, target=t, **kwargs) for t in (0, 1)]
    features.append(make_table(WIDE, GRID, 1, seed=7, target=1, **kwargs))
    middle = [
        make_table(WIDE, HALF, 2, seed=2, source=0, **kwargs),
        make_table(WIDE, HALF, 2, seed=3, source=1, **kwargs),
        make_table(S, HALF, 2, seed=4, source=2, **kwargs),
    ]
    last = [make_table(S, UniformGrid(5), 2, seed=5, low=-20, high=80)]
    stages = Stage(1, "reflect", features), Stage(2, "edge", middle), Stage(2, "reflect", last)
    return Upsampler(stages)


def random_chain(design):
    """The chain ``design`` with random entries that keep flat fields."""
    chain, rng = Chain(parse(design, "reflect", 6)), np.random.default_rng(1)
    return chain.rounded(rng.normal(0, 20, chain.size).astype(np.float32))
