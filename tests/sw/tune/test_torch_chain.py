"""The chain in PyTorch, and its kernels in Triton's interpreter, against the golden model."""

import importlib

import numpy as np
import pytest

from chains import chain_of_maps, random_chain
from pictures import assert_same, photo_like
from sw.golden import upscale
from sw.tune.chain import Chain

pytest.importorskip("torch", reason="the extra `train` is not installed")

import torch

from sw.tune.torch_chain import TorchChain

CPU = torch.device("cpu")

CHAINS = {
    "maps": lambda: chain_of_maps(-20, 19),
    "clipped": lambda: chain_of_maps(-128, 127),
    "windows": lambda: random_chain("x1 S2:5+V:7 | D:5 | V:7 ; x2 S2:5+S@1:7+V@3 ; x2 S:11"),
    "x3": lambda: random_chain("x3 S2:5 + T:7"),
}


@pytest.fixture(params=["torch", "triton"])
def passes(request):
    pytest.importorskip(request.param, reason=f"there is no {request.param} for this system")
    return importlib.import_module(f"sw.tune.{request.param}_passes")


def batch(count, height=5, width=7):
    return np.stack([photo_like(height, width, 1, seed)[:, :, 0] for seed in range(count)])


@pytest.mark.parametrize("chain", CHAINS)
def test_forward_is_the_golden_model(chain, passes):
    upsampler = CHAINS[chain]()
    lr = batch(3)
    own = TorchChain(Chain(upsampler), CPU, passes)
    result, _ = own.forward(torch.tensor(lr), torch.tensor(own.chain.vector()))
    assert result.dtype == torch.uint8
    for picture, enlarged in zip(lr, result.numpy(), strict=True):
        assert_same(upscale(picture, upsampler), enlarged, f"{chain}-torch")


@pytest.mark.parametrize("chain", CHAINS)
def test_gradients_are_those_of_the_chain(chain, passes):
    chain = Chain(CHAINS[chain]())
    lr, vector = batch(2), chain.vector()
    rng, scale = np.random.default_rng(0), chain.upsampler.scale
    gradient = rng.normal(size=(2, scale * 5, scale * 7)).astype(np.float32)
    own = TorchChain(chain, CPU, passes)
    _, traces = own.forward(torch.tensor(lr), torch.tensor(vector))
    entries, pictures = own.backward(torch.tensor(gradient), torch.tensor(vector), traces)
    total = 0
    for picture, of_picture, got in zip(lr, gradient, pictures.numpy(), strict=True):
        _, traces = chain.forward(picture, vector)
        expected, of_lr = chain.backward(of_picture, vector, traces)
        total = total + expected
        assert np.abs(got - of_lr).max() <= 1e-4 * np.abs(of_lr).max()
    assert np.abs(entries.numpy() - total).max() <= 1e-4 * np.abs(total).max()


def test_a_flat_picture_sums_up_in_one_entry(passes):
    # All pixels add to the gradient of the same entries.
    chain = Chain(random_chain("x2 S:7"))
    own = TorchChain(chain, CPU, passes)
    lr = torch.full((2, 16, 16), 77, dtype=torch.uint8)
    vector = torch.tensor(chain.vector())
    _, traces = own.forward(lr, vector)
    entries, _ = own.backward(torch.ones(2, 32, 32), vector, traces)
    assert torch.count_nonzero(entries) == 4
    assert entries.sum() == pytest.approx(2 * 32 * 32 * 4 * float(own.gains[0]), rel=1e-5)


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (3, 2)])
def test_pictures_smaller_than_the_reach(size, passes):
    chain = Chain(chain_of_maps(-20, 19))
    lr = batch(2, *size)
    own = TorchChain(chain, CPU, passes)
    result, _ = own.forward(torch.tensor(lr), torch.tensor(chain.vector()))
    for picture, enlarged in zip(lr, result.numpy(), strict=True):
        assert_same(upscale(picture, chain.upsampler), enlarged, "small-torch")
