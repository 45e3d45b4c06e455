"""Seeded random tables."""

import numpy as np

from sw.files import FAMILIES
from sw.spec import Stage, Table, UniformGrid, Upsampler


def make_table(taps, frac_bits, scale, seed=0, low=-128, high=127):
    rng = np.random.default_rng(seed)
    grid = UniformGrid(frac_bits)
    shape = (grid.levels,) * len(taps) + (scale, scale)
    return Table(taps, grid, rng.integers(low, high, shape, dtype=np.int8, endpoint=True))


def make_upsampler(family="S", frac_bits=6, scale=4, padding="reflect", **kwargs):
    table = make_table(FAMILIES[family], frac_bits, scale, **kwargs)
    return Upsampler((Stage(scale, padding, (table,)),))
