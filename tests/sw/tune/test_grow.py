import numpy as np
import pytest

from pictures import photo_like
from sw.golden import upscale
from sw.tables.design import parse
from sw.tables.grid import DifferenceGrid
from sw.tables.spec import Table, Upsampler
from sw.tune.chain import Chain
from sw.tune.grow import grow, resampled
from sw.tune.tuning import noise

DESIGN = "x1 V:5+F:5 | V:5+S@0:5 ; x2 V:5+V@1:5+V@2:5"


def random_upsampler(design, seed=0):
    chain = Chain(parse(design))
    vector = np.random.default_rng(seed).integers(-90, 90, chain.size).astype(np.float32)
    return chain.rounded(vector)


def grown(design, known: Upsampler) -> tuple[int, Upsampler]:
    chain = Chain(parse(design))
    vector = noise(chain, 1)
    return grow(chain, vector, known), chain.rounded(vector)


def test_the_same_design_grows_to_itself():
    known = random_upsampler(DESIGN)
    found, same = grown(DESIGN, known)
    assert found == 7
    for stage, other in zip(known.stages, same.stages, strict=True):
        for table, copy in zip(stage.tables, other.tables, strict=True):
            assert np.array_equal(table.entries, copy.entries)


def test_what_is_new_has_no_effect_at_first():
    known = random_upsampler(DESIGN)
    more = "x1 S:5+V:5+F:5 | V:5+S@0:5 | Y:5 ; x2 V@3:5+V:5+V@1:5+S@2:5+V@2:5"
    found, larger = grown(more, known)
    assert found == 7
    picture = photo_like(20, 24, seed=3)
    assert np.array_equal(upscale(picture, known), upscale(picture, larger))
    # A map of its own starts with noise: gradients of equal maps are alike for ever.
    (own,) = (table for table in larger.stages[0].tables if table.target == 2)
    assert own.entries.any()


@pytest.mark.parametrize("points", [(0, 16, 48, 112, 368), (0, 32, 96, 352), (0, 32, 64, 128, 384)])
def test_a_function_that_is_straight_stays_as_it_is(points):
    """Sums of axes, straight from each old grid point to the next, are so on every finer grid."""
    old = DifferenceGrid((0, 32, 288), 0)
    new = DifferenceGrid(points, -1)

    def straight(grid):
        at = np.array(grid.points)
        bent = np.where(np.abs(at) <= 32, at, np.sign(at) * (32 + (np.abs(at) - 32) / 4))
        return (bent[:, None] - bent[None, :] / 4)[..., None, None] / 2

    taps = (0, 0), (0, 1), (1, 0)
    table = Table(taps, old, np.rint(straight(old)).astype(np.int8))
    wanted = straight(new).reshape(-1, 1) / 2
    assert np.abs(resampled(table, new) - np.clip(wanted, -128, 127)).max() < 0.51
