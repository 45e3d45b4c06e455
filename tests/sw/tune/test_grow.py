import numpy as np

from pictures import photo_like
from sw.golden import upscale
from sw.tables.design import parse
from sw.tables.spec import Upsampler
from sw.tune.chain import Chain
from sw.tune.grow import grow
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
    # A new map starts with noise: maps that start equal get equal gradients and stay equal.
    (new,) = (table for table in larger.stages[0].tables if table.target == 2)
    assert new.entries.any()
