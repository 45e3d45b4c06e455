from fractions import Fraction

import numpy as np

from pictures import photo_like
from sw.photos.crops import RandomCrops
from sw.photos.planes import Plane
from sw.pictures.bicubic import resize
from sw.tables.design import parse
from sw.tune import stage_by_stage
from sw.tune.chain import Chain
from sw.tune.stage_by_stage import fit_stages, iterations
from sw.tune.tuning import noise


def crops_of(upsampler, lr):
    """Crops of ``lr`` and of its enlargement by ``upsampler``, which a fit can therefore reach."""
    result, _ = Chain(upsampler).forward(lr, Chain(upsampler).vector())
    return RandomCrops([Plane(lr, result)], 24)


def some_table(design, seed):
    """The design with random entries."""
    chain = Chain(parse(design))
    entries = np.random.default_rng(seed).normal(0, 6, chain.size).astype(np.float32)
    return chain.rounded(entries)


def error(chain, vector, crops):
    rng = np.random.default_rng(9)
    errors = []
    for _ in range(20):
        lr, hr = crops.draw(rng)
        result, _ = chain.forward(np.ascontiguousarray(lr), np.rint(vector))
        errors.append(np.mean((result[4:-4, 4:-4].astype(float) - hr[4:-4, 4:-4]) ** 2))
    return np.mean(errors)


def test_one_stage_finds_the_table_that_made_the_picture(monkeypatch):
    monkeypatch.setattr(stage_by_stage, "CROPS", 40)
    monkeypatch.setattr(stage_by_stage, "ITERATIONS", 60)
    wanted = some_table("x2 V:5 + F:5", 3)
    crops = crops_of(wanted, photo_like(60, 70, 1)[:, :, 0] // 2 + 60)
    # Mirrored crops would need a symmetric table.
    monkeypatch.setattr(RandomCrops, "draw", unmirrored(RandomCrops.draw))
    chain = Chain(parse("x2 V:5 + F:5"))
    start = noise(chain, 0)
    calls = []
    found = fit_stages(chain, start, crops, 0, lambda: calls.append(0))
    assert len(calls) == iterations(chain) == 60
    assert not start.any()
    assert error(chain, start, crops) > 3
    assert error(chain, found, crops) < 0.5


def unmirrored(draw):
    def drawn(self, rng):
        while True:
            lr, hr = draw(self, rng)
            if lr.strides[1] == 1:  # a mirrored crop is a transposed view
                return lr, hr

    return drawn


def test_each_stage_lowers_the_error_and_maps_stay(monkeypatch):
    monkeypatch.setattr(stage_by_stage, "CROPS", 20)
    hr = photo_like(160, 160, 1)[:, :, 0]
    plane = Plane(resize(hr, Fraction(1, 4)), hr)
    crops = RandomCrops([plane], 24)
    chain = Chain(parse("x1 V:5 | V:5 ; x2 V:5 + V@1:5 | V@2:5 ; x2 V:5 + V@1:5"))
    start = noise(chain, 0)
    found = fit_stages(chain, start, crops, 0)
    first = chain.groups[0][-1].where.stop
    assert np.array_equal(found[:first], start[:first])
    assert abs(found).max() <= 128
    one = start.copy()
    second = chain.groups[1][-1].where.stop
    one[first:second] = found[first:second]
    assert error(chain, found, crops) < error(chain, one, crops) < error(chain, start, crops)
