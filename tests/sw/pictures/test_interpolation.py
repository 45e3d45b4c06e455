import numpy as np
import pytest

from sw.pictures.interpolation import bicubic, bilinear, lanczos, nearest


@pytest.mark.parametrize("enlarge", [nearest, bilinear, bicubic, lanczos])
@pytest.mark.parametrize("channels", [1, 3])
def test_baselines_keep_a_flat_picture_flat(enlarge, channels):
    flat = np.full((3, 5, channels), 93, np.uint8)
    assert np.array_equal(enlarge(flat, 4), np.full((12, 20, channels), 93))


def test_nearest_and_bilinear_of_a_step():
    step = np.array([[[0], [200]]], np.uint8)
    assert nearest(step, 2)[0, :, 0].tolist() == [0, 0, 200, 200]
    assert bilinear(step, 2)[0, :, 0].tolist() == [0, 50, 150, 200]


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


@pytest.mark.parametrize("scale", [2, 3, 4, 8])
@pytest.mark.parametrize("size", [(1, 1), (2, 7), (12, 9)])
def test_lanczos_equals_the_textbook(scale, size):
    image = np.random.default_rng(scale).integers(0, 256, (*size, 1), dtype=np.uint8)
    rows = [slow_lanczos_line(row, scale) for row in image[:, :, 0].astype(float)]
    slow = np.array([slow_lanczos_line(column, scale) for column in np.array(rows).T]).T
    # Pillow weighs with fixed-point numbers, which may round a value near a half to the other side.
    assert np.abs(lanczos(image, scale)[:, :, 0] - slow).max() <= 1
