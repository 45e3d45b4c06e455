import sys
from fractions import Fraction

import numpy as np
import pytest

from pictures import photo_like
from sw.compare.methods import selfexsr
from sw.compare.methods.method import Method, Skipped
from sw.compare.methods.selfexsr.back_projection import back_project
from sw.compare.methods.selfexsr.resize import resize_to
from sw.compare.methods.selfexsr.synthesis import FAST, FULL, sizes_between
from sw.pictures.bicubic import resize
from sw.pictures.interpolation import bicubic
from sw.pictures.metrics import psnr

FULLY, FASTER = (method.enlarge for method in selfexsr.METHODS)

pytestmark = pytest.mark.long


@pytest.mark.parametrize("size", [(1, 1), (3, 8), (13, 10)])
@pytest.mark.parametrize("ratio", [4, 3, 2])
def test_resizing_is_bicubic(size, ratio):
    image = np.random.default_rng(3).integers(60, 190, size, dtype=np.uint8)
    large = resize_to(image.astype(np.float32), *(ratio * side for side in size))
    # The integers are rounded after each of the two passes.
    assert np.abs(large - resize(image, Fraction(ratio))).max() <= 1.2
    small = resize_to(np.repeat(np.repeat(image, ratio, 0), ratio, 1).astype(np.float32), *size)
    assert small.shape == size
    assert np.abs(small - image).mean() < 25


def test_resizing_to_any_size_keeps_a_ramp_straight():
    y, x = np.mgrid[:40, :31]
    ramp = (2 * (y + 0.5) / 40 - (x + 0.5) / 31).astype(np.float32)
    large = resize_to(ramp, 57, 44)
    y, x = np.mgrid[:57, :44]
    straight = 2 * (y + 0.5) / 57 - (x + 0.5) / 44
    assert np.abs(large - straight)[6:-6, 6:-6].max() < 1e-3


def test_back_projection_makes_the_reduction_agree():
    original = photo_like(64, 48, 1)[:, :, 0].astype(np.float32) / 255
    low = resize_to(original, 16, 12)
    guess = resize_to(low, 64, 48)
    better = back_project(guess, low)

    def error(plane):
        return np.sqrt(np.mean((resize_to(plane, 16, 12) - low) ** 2))

    assert error(better) < 0.1 * error(guess)
    assert psnr(255 * better, 255 * original) > psnr(255 * guess, 255 * original)
    assert better.min() >= 0
    assert better.max() <= 1


def test_steps():
    assert sizes_between((10, 20), 4, FULL)[0] == pytest.approx(2 ** (1 / 3))
    assert sizes_between((10, 20), 3, FULL)[0] == pytest.approx(3 ** (1 / 5))
    step, sizes = sizes_between((10, 20), 4, FAST)
    assert step == pytest.approx(2**0.5)
    assert sizes == [(14, 28), (20, 40), (28, 57), (40, 80)]
    for scale in range(2, 9):
        assert sizes_between((7, 9), scale, FULL)[1][-1] == (7 * scale, 9 * scale)


def shapes(size):
    """Two discs of different sizes and a wide stripe: uint8 (size, size, 3)."""
    y, x = np.mgrid[: 4 * size, : 4 * size] / (4 * size)
    discs = (np.hypot(y - 0.35, x - 0.35) < 0.25) | (np.hypot(y - 0.75, x - 0.75) < 0.15)
    stripe = np.abs(y - 0.4 * x - 0.62) < 0.07
    grey = 60 + 120 * discs - 40 * stripe
    grey = grey.reshape(size, 4, size, 4).mean(axis=(1, 3))
    return np.stack([grey, 0.9 * grey, 0.8 * grey + 20], axis=2).astype(np.uint8)


@pytest.mark.parametrize("enlarge", [FULLY, FASTER], ids=["full", "fast"])
def test_edges_that_recur_come_out_better_than_by_bicubic(enlarge):
    original = shapes(128)
    low = resize(original, Fraction(1, 4))
    large = enlarge(low, 4)
    assert large.shape == original.shape
    assert large.dtype == np.uint8
    assert psnr(large, original) > psnr(bicubic(low, 4), original) + 2.5


@pytest.mark.parametrize("scale", [2, 3, 4, 8])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_scale_and_kind_of_picture(scale, channels):
    image = photo_like(24, 24, channels)
    large = FASTER(image, scale)
    assert large.shape == (24 * scale, 24 * scale, channels)
    assert large.dtype == np.uint8
    # Reduced again it is the picture.
    again = resize(large, Fraction(1, scale)).astype(int)
    assert np.abs(again - image).mean() < 3


@pytest.mark.parametrize("size", [(1, 1), (1, 8), (2, 3), (4, 5), (5, 5), (8, 8)])
@pytest.mark.parametrize("scale", [2, 4])
def test_tiny_pictures(size, scale):
    large = FASTER(photo_like(*size), scale)
    assert large.shape == (size[0] * scale, size[1] * scale, 3)
    flat = np.full((*size, 3), 120, np.uint8)
    assert np.all(FASTER(flat, scale) == 120)


def test_grey_is_equal_colours():
    grey = photo_like(20, 18, 1)
    colour = FASTER(np.repeat(grey, 3, axis=2), 2)
    # Sums of three equal costs and one cost times three are rounded differently, if at all.
    differs = colour != np.repeat(FASTER(grey, 2), 3, axis=2)
    assert np.mean(differs) < 0.1


def test_the_same_picture_gives_the_same_result():
    image = photo_like(16, 20)
    np.random.seed(1)  # noqa: NPY002 (the result must not hang on it)
    once = FULLY(image, 2)
    np.random.seed(2)  # noqa: NPY002
    assert np.array_equal(once, FULLY(image, 2))


def test_without_numba_it_is_skipped_with_the_reason(monkeypatch):
    assert all(isinstance(method, Method) for method in selfexsr.METHODS)
    monkeypatch.setitem(sys.modules, "numba", None)
    skipped = selfexsr.method("selfexsr", fast=False)
    assert isinstance(skipped, Skipped)
    assert skipped.reason.startswith("numba is not installed; install the extra with: pip install")
