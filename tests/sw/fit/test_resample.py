import numpy as np
import pytest

from pictures import photo_like
from sw.fit.resample import resample_differences, resample_uniform
from sw.golden import upscale
from sw.tables.grid import DifferenceGrid, UniformGrid
from sw.tables.published import FAMILIES
from sw.tables.spec import Stage, Table, Upsampler
from tables import make_table


@pytest.mark.parametrize(("family", "factor"), [("V", 16), ("F", 4), ("S", 2)])
def test_a_finer_uniform_grid_gives_the_same_upsampler(family, factor):
    coarse = make_table(FAMILIES[family], 6, 2)
    # With multiples of the factor, the entries between them are integers too.
    entries = coarse.entries // factor * factor
    axes, bits = len(coarse.taps), 6 - factor.bit_length() + 1
    fine = resample_uniform(entries.reshape(-1, 4).astype(float), coarse.grid.levels, axes, factor)
    assert np.array_equal(fine, np.rint(fine))
    grid = UniformGrid(bits)
    shaped = fine.reshape((grid.levels,) * axes + (2, 2)).astype(np.int8)
    picture = photo_like(30, 40, seed=2)
    results = [
        upscale(picture, Upsampler((Stage(2, "reflect", (table,)),)))
        for table in (Table(coarse.taps, coarse.grid, entries), Table(coarse.taps, grid, shaped))
    ]
    assert np.array_equal(*results)


@pytest.mark.parametrize("points", [(0, 16, 48, 112, 368), (0, 32, 96, 352), (0, 32, 64, 128, 384)])
def test_a_piecewise_linear_table_is_the_same_on_a_finer_difference_grid(points):
    """A sum of functions of one axis each, linear from each old grid point to the next."""
    old = DifferenceGrid((0, 32, 288), 0)
    new = DifferenceGrid(points, -1)

    def piecewise_linear(grid):
        levels = np.array(grid.points)
        flat = np.sign(levels) * (32 + (np.abs(levels) - 32) / 4)
        bent = np.where(np.abs(levels) <= 32, levels, flat)
        return (bent[:, None] - bent[None, :] / 4)[..., None, None] / 2

    taps = (0, 0), (0, 1), (1, 0)
    table = Table(taps, old, np.rint(piecewise_linear(old)).astype(np.int8))
    wanted = np.clip(piecewise_linear(new).reshape(-1, 1) / 2, -128, 127)
    assert np.abs(resample_differences(table, new) - wanted).max() < 0.51
