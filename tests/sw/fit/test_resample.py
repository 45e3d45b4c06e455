import numpy as np
import pytest

from pictures import photo_like
from sw.fit.resample import refine
from sw.golden import upscale
from sw.tables.files import FAMILIES
from sw.tables.grid import UniformGrid
from sw.tables.spec import Stage, Table, Upsampler
from tables import make_table


@pytest.mark.parametrize(("family", "factor"), [("V", 16), ("F", 4), ("S", 2)])
def test_refined_table_is_the_same_upsampler(family, factor):
    coarse = make_table(FAMILIES[family], 6, 2)
    # Multiples of the factor have whole numbers between them.
    entries = coarse.entries // factor * factor
    axes, bits = len(coarse.taps), 6 - factor.bit_length() + 1
    fine = refine(entries.reshape(-1, 4).astype(float), coarse.grid.levels, axes, factor)
    assert np.array_equal(fine, np.rint(fine))
    grid = UniformGrid(bits)
    shaped = fine.reshape((grid.levels,) * axes + (2, 2)).astype(np.int8)
    picture = photo_like(30, 40, seed=2)
    results = [
        upscale(picture, Upsampler((Stage(2, "reflect", (table,)),)))
        for table in (Table(coarse.taps, coarse.grid, entries), Table(coarse.taps, grid, shaped))
    ]
    assert np.array_equal(*results)
