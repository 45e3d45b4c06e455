"""The tuning in PyTorch beside the one in Numba."""

import numpy as np
import pytest

from chains import random_chain
from pictures import photo_like
from sw.errors import BadInput
from sw.photos.crops import RandomCrops, crop_weight
from sw.photos.planes import Plane
from sw.tables.flat_sums import HIGH, LOW
from sw.tune.chain import Chain
from sw.tune.tuning import Adam, Tuning, noise

pytest.importorskip("torch", reason="the extra `train` is not installed")

import torch

from sw.tune.torch_crops import TorchCrops
from sw.tune.torch_tuning import TorchFlat, TorchTuning, crop_weights

CPU = torch.device("cpu")
DESIGN = "x1 V:5 | V:5 ; x2 S:5 + V@1:5 + V@2:5 ; x2 V:5"


@pytest.fixture(scope="module")
def crops():
    planes = []
    for seed, (height, width) in enumerate([(20, 31), (17, 15), (40, 16)]):
        hr = photo_like(4 * height, 4 * width, 1, seed)[:, :, 0]
        planes.append(Plane(np.ascontiguousarray(hr[::4, ::4]), hr))
    return RandomCrops(planes[:2], 14, planes[2:], 0.3)


def tunings(crops, **changed):
    """The same tuning by Numba and by PyTorch."""
    chain = Chain(random_chain(DESIGN))
    options = {"steps": 20, "batch": 4, "rate": 2.0, "seed": 5} | changed
    start = noise(chain, 0)
    return (
        Tuning(chain, crops, Adam.start(start.copy()), **options),
        TorchTuning(chain, crops, Adam.start(start.copy()), device=CPU, **options),
    )


def test_crops_are_those_of_the_same_random_numbers(crops):
    own = TorchCrops(crops, CPU)
    places = own.places(40, np.random.default_rng(3))
    assert 0 < places[:, 3].sum() < 40, "all crops are mirrored, or none is"
    lr, hr = own.cut(torch.tensor(places))
    rng = np.random.default_rng(3)
    for got_lr, got_hr in zip(lr.numpy(), hr.numpy(), strict=True):
        expected_lr, expected_hr = crops.draw(rng)
        assert np.array_equal(got_lr, expected_lr)
        assert np.array_equal(got_hr, expected_hr)
    weights = [crop_weight(one, other) for one, other in zip(lr.numpy(), hr.numpy(), strict=True)]
    assert np.allclose(crop_weights(lr, hr), weights, rtol=1e-5)


def test_steps_are_those_of_numba(crops):
    numba, own = tunings(crops)
    errors = [(numba.advance(), own.advance()) for _ in range(12)]
    assert all(a == pytest.approx(b, rel=1e-3) for a, b in errors)
    assert own.step == own.adam.step == 12
    for name in ("vector", "mean", "square"):
        a, b = getattr(numba.adam, name), getattr(own.adam, name)
        assert np.abs(a - b).mean() <= 1e-3 * np.abs(a).mean(), name
    differing = numba.chain.vector() != Chain(numba.rounded()).vector()
    assert differing.any(), "nothing was tuned"


def test_goes_on_from_the_state_of_the_other(crops):
    numba, _ = tunings(crops)
    for _ in range(5):
        numba.advance()
    state = numba.adam
    copied = Adam(state.vector.copy(), state.mean.copy(), state.square.copy(), state.step)
    options = {"steps": 20, "batch": 4, "rate": 2.0, "seed": 5}
    own = TorchTuning(numba.chain, crops, copied, device=CPU, **options)
    assert numba.advance() == pytest.approx(own.advance(), rel=1e-5)
    assert np.abs(numba.adam.vector - own.adam.vector).max() < 1e-3


def test_little_memory_takes_more_parts(crops, monkeypatch, capsys):
    whole, parted = tunings(crops)[1], tunings(crops)[1]
    forward = parted.torch_chain.forward

    def with_little_memory(lr, vector):
        if len(lr) > 1:
            raise torch.OutOfMemoryError
        return forward(lr, vector)

    monkeypatch.setattr(parted.torch_chain, "forward", with_little_memory)
    assert whole.advance() == pytest.approx(parted.advance(), rel=1e-5)
    assert np.abs(whole.adam.vector - parted.adam.vector).max() < 1e-3
    out = "".join(capsys.readouterr())
    assert "cpu is out of memory; a step now takes 2 parts" in out
    assert "cpu is out of memory; a step now takes 4 parts" in out


def test_too_little_memory_is_said(crops, monkeypatch):
    _, own = tunings(crops)

    def without_memory(*_):
        raise torch.OutOfMemoryError

    monkeypatch.setattr(own.torch_chain, "forward", without_memory)
    with pytest.raises(BadInput, match="--device cpu: its memory is too small for one crop; use"):
        own.advance()
    monkeypatch.setattr("sw.tune.torch_tuning.TorchCrops", without_memory)
    with pytest.raises(BadInput, match="--device cpu: its memory is too small for the photographs"):
        tunings(crops)


@pytest.mark.parametrize("design", ["x2 S:5+V:7 ; x2 S:11+D", "x1 V | V ; x4 S@1", "x3 T"])
@pytest.mark.parametrize("spread", [0.3, 9, 90])
def test_flat_fields_are_kept_alike(design, spread):
    chain = Chain(random_chain(design))
    flat, rng = TorchFlat(chain.flat, CPU), np.random.default_rng(2)
    vector = chain.vector() + rng.normal(0, spread, chain.size).astype(np.float32)
    vector = np.clip(vector, LOW, HIGH)
    expected = vector.copy()
    chain.flat.project(expected)
    got = torch.tensor(vector)
    flat.project(got)
    assert np.abs(got.numpy() - expected).max() < 1e-3
    rounded = flat.rounded(torch.tensor(vector)).numpy()
    again = rounded.copy()
    chain.flat.project(again)
    if spread < 90:
        assert np.array_equal(again, rounded), "a sum is wrong"
        assert np.abs(rounded - chain.flat.rounded(vector)).mean() < 1e-3
    assert rounded.min() >= LOW
    assert rounded.max() <= HIGH
