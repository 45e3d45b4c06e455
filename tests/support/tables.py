"""Tables and upsamplers with seeded random entries."""

from dataclasses import replace

import numpy as np

from sw.tables.grid import UniformGrid
from sw.tables.published import FAMILIES
from sw.tables.spec import Stage, Table, Upsampler


def make_table(taps, grid, scale, seed=0, low=-128, high=127, **maps):
    """A table with random entries; ``grid`` is a grid, or the fraction bits of a uniform one."""
    rng = np.random.default_rng(seed)
    grid = UniformGrid(grid) if isinstance(grid, int) else grid
    blank = Table.blank(taps, grid, scale, **maps)
    entries = rng.integers(low, high, blank.entries.shape, dtype=np.int8, endpoint=True)
    return replace(blank, entries=entries)


def filled(upsampler, seed=0, low=-128, high=127):
    """``upsampler`` with its entries replaced by random ones."""
    rng, stages = np.random.default_rng(seed), []
    for stage in upsampler.stages:
        tables = [
            replace(
                table,
                entries=rng.integers(low, high, table.entries.shape, np.int8, endpoint=True),
            )
            for table in stage.tables
        ]
        stages.append(replace(stage, tables=tuple(tables)))
    return Upsampler(tuple(stages))


def make_upsampler(family="S", frac_bits=6, scale=4, padding="reflect", **kwargs):
    """An upsampler of one published family; ``kwargs`` go to :func:`make_table`."""
    table = make_table(FAMILIES[family], frac_bits, scale, **kwargs)
    return Upsampler((Stage(scale, padding, (table,)),))
