import numpy as np
import pytest

from pictures import photo_like
from sw.compare.methods.interpolation import METHODS
from sw.pictures.interpolation import BASELINES

SCALES = [2, 3, 4, 8]


def test_the_baselines_come_first_as_they_are():
    assert [m.name for m in METHODS] == ["nearest", "bilinear", "bicubic", "lanczos"]
    assert [m.enlarge for m in METHODS[:3]] == list(BASELINES.values())
    assert {m.kind for m in METHODS} == {"interpolation"}


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("channels", [1, 3])
def test_every_scale_and_kind_of_picture(method, scale, channels):
    image = photo_like(5, 8, channels)
    large = method.enlarge(image, scale)
    assert large.shape == (5 * scale, 8 * scale, channels)
    assert large.dtype == np.uint8
    # An enlarged picture is the picture, only larger.
    blocks = large.reshape(5, scale, 8, scale, channels).mean(axis=(1, 3))
    assert np.abs(blocks - image).mean() < 20
    flat = np.full_like(image, 201)
    assert np.all(method.enlarge(flat, scale) == 201)
