import numpy as np
import pytest

from pictures import photo_like
from sw.compare.methods.classical import METHODS, lanczos
from sw.pictures.metrics import BASELINES

SCALES = [2, 3, 4, 8]


def slow_lanczos_line(line, scale):
    """One line by the textbook: sinc windowed by a sinc, weights within the picture sum to 1."""
    out = []
    for i in range(len(line) * scale):
        centre = (i + 0.5) / scale - 0.5
        weights = [
            np.sinc(k - centre) * np.sinc((k - centre) / 3) if abs(k - centre) < 3 else 0
            for k in range(len(line))
        ]
        out.append(np.dot(weights, line) / sum(weights))
    return np.clip(np.rint(out), 0, 255)


def test_the_baselines_come_first_as_they_are():
    assert [m.name for m in METHODS] == ["nearest", "bilinear", "bicubic", "lanczos"]
    assert [m.enlarge for m in METHODS[:3]] == list(BASELINES.values())
    assert {m.kind for m in METHODS} == {"interpolation"}


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("size", [(1, 1), (2, 7), (12, 9)])
def test_lanczos_equals_the_textbook(scale, size):
    image = np.random.default_rng(scale).integers(0, 256, (*size, 1), dtype=np.uint8)
    rows = [slow_lanczos_line(row, scale) for row in image[:, :, 0].astype(float)]
    slow = np.array([slow_lanczos_line(column, scale) for column in np.array(rows).T]).T
    # Pillow weighs with fixed-point numbers, which may round a value near a half to the other side.
    assert np.abs(lanczos(image, scale)[:, :, 0] - slow).max() <= 1


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
