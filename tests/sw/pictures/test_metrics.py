import numpy as np
import pytest
from scipy.signal import convolve2d

from pictures import photo_like
from sw.errors import BadInput
from sw.pictures.metrics import bicubic, bilinear, compare, luma, nearest, psnr, ssim


def test_luma_of_black_white_and_primaries():
    pixels = np.array([[[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255]]])
    # BT.601: 16 is black, 235 white.
    assert np.allclose(luma(pixels.astype(np.uint8)), [[16, 235, 81.481, 144.553, 40.966]])


def test_luma_of_grey_is_grey():
    assert luma(np.full((2, 2, 1), 77, np.uint8)).tolist() == [[77, 77], [77, 77]]


def test_psnr_of_a_known_error():
    a = np.zeros((10, 10))
    assert psnr(a, a + 1) == pytest.approx(48.1308, abs=1e-4)
    assert psnr(a, a) == float("inf")


def test_ssim_equals_its_formula():
    a, b = (photo_like(30, 25, 1, seed)[:, :, 0].astype(float) for seed in (0, 1))
    b = 0.7 * a + 0.3 * b
    x = np.arange(-5, 6)
    line = np.exp(-(x**2) / (2 * 1.5**2))
    window = np.outer(line, line) / np.sum(line) ** 2

    def local_mean(plane):
        return convolve2d(plane, window, mode="valid")

    ma, mb = local_mean(a), local_mean(b)
    va, vb = local_mean(a * a) - ma**2, local_mean(b * b) - mb**2
    cov = local_mean(a * b) - ma * mb
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    formula = (2 * ma * mb + c1) * (2 * cov + c2) / ((ma**2 + mb**2 + c1) * (va + vb + c2))
    assert ssim(a, b) == pytest.approx(formula.mean(), abs=1e-9)


def test_compare_shaves_the_border():
    original = photo_like(30, 40)
    damaged = original.copy()
    damaged[:4], damaged[-4:], damaged[:, :4], damaged[:, -4:] = 0, 0, 0, 0
    assert compare(original, damaged, 4) == {"psnr_y": float("inf"), "ssim": pytest.approx(1)}
    assert compare(original, damaged, 3)["psnr_y"] < 40


def test_compare_refuses_what_is_too_small():
    image = photo_like(18, 40)
    with pytest.raises(BadInput, match=r"40×18 is too small to score; 19×19 or more"):
        compare(image, image, 4)


@pytest.mark.parametrize("enlarge", [nearest, bilinear, bicubic])
@pytest.mark.parametrize("channels", [1, 3])
def test_baselines_keep_a_flat_picture_flat(enlarge, channels):
    flat = np.full((3, 5, channels), 93, np.uint8)
    assert np.array_equal(enlarge(flat, 4), np.full((12, 20, channels), 93))


def test_nearest_and_bilinear_of_a_step():
    step = np.array([[[0], [200]]], np.uint8)
    assert nearest(step, 2)[0, :, 0].tolist() == [0, 0, 200, 200]
    assert bilinear(step, 2)[0, :, 0].tolist() == [0, 50, 150, 200]
