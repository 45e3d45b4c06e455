import numpy as np
import pytest
from scipy.signal import convolve2d

from pictures import photo_like
from sw.errors import BadInput
from sw.pictures.colour import eight_bits
from sw.pictures.metrics import all_metrics, psnr, psnr_ssim_y, ssim


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


def test_psnr_ssim_y_leaves_out_the_border():
    original = photo_like(30, 40)
    damaged = original.copy()
    damaged[:4], damaged[-4:], damaged[:, :4], damaged[:, -4:] = 0, 0, 0, 0
    assert psnr_ssim_y(original, damaged, 4) == {"psnr_y": float("inf"), "ssim": pytest.approx(1)}
    assert psnr_ssim_y(original, damaged, 3)["psnr_y"] < 40


def test_psnr_ssim_y_refuses_small_pictures():
    image = photo_like(18, 40)
    with pytest.raises(BadInput, match=r"40×18 is too small to score; it must be at least 19×19"):
        psnr_ssim_y(image, image, 4)


def test_all_metrics_of_a_known_error():
    original = np.full((40, 40, 3), 100, np.uint8)
    enlarged = original.copy()
    enlarged[:, :, 0] += 6
    enlarged[:, :, 2] -= 3
    scores = all_metrics(original, enlarged, 4)
    assert list(scores) == ["mae", "mse", "psnr_y", "psnr_rgb", "ssim"]
    assert scores["mae"] == pytest.approx(3)
    assert scores["mse"] == pytest.approx((36 + 9) / 3)
    assert scores["psnr_rgb"] == pytest.approx(10 * np.log10(255**2 / 15))
    luma_error = (6 * 65.481 - 3 * 24.966) / 255
    assert scores["psnr_y"] == pytest.approx(20 * np.log10(255 / luma_error))


def test_all_metrics_leave_out_the_border_and_agree_with_psnr_ssim_y():
    original = photo_like(40, 50)
    damaged = original.copy()
    damaged[:4], damaged[-4:], damaged[:, :4], damaged[:, -4:] = 0, 0, 0, 0
    assert all_metrics(original, damaged, 4)["mae"] == 0
    assert all_metrics(original, damaged, 4)["psnr_rgb"] == float("inf")
    assert all_metrics(original, damaged, 3)["mae"] > 0
    other = photo_like(40, 50, seed=1)
    scores = all_metrics(original, other, 3)
    assert psnr_ssim_y(original, other, 3) == {name: scores[name] for name in ("psnr_y", "ssim")}


def test_differences_do_not_wrap():
    black, white = np.zeros((30, 30, 1), np.uint8), np.full((30, 30, 1), 255, np.uint8)
    assert all_metrics(black, white, 4)["mae"] == all_metrics(white, black, 4)["mae"] == 255
    assert all_metrics(black, white, 4)["psnr_rgb"] == pytest.approx(0)


def test_order_of_colours_matters():
    original = photo_like(40, 40)
    red = original.copy()
    red[:, :, 0] = eight_bits(red[:, :, 0] + 20.0)
    blue = original[:, :, ::-1].copy()
    blue[:, :, 0] = red[:, :, 0]
    both = all_metrics(original, red, 4), all_metrics(original[:, :, ::-1], red[:, :, ::-1], 4)
    # All samples count alike in RGB, whatever their order; Y knows red from blue.
    assert both[0]["psnr_rgb"] == pytest.approx(both[1]["psnr_rgb"])
    assert both[0]["psnr_y"] < both[1]["psnr_y"] - 5
    assert all_metrics(original, original[:, :, ::-1], 4)["mae"] > 10


def test_refuses_what_cannot_be_compared():
    picture = photo_like(30, 30)
    with pytest.raises(BadInput, match="enlarged picture is float64; it must be uint8"):
        all_metrics(picture, picture.astype(float), 4)
    with pytest.raises(BadInput, match=r"shape \(30, 29, 3\); it must be \(30, 30, 3\)"):
        all_metrics(picture, picture[:, :-1], 4)
    with pytest.raises(BadInput, match=r"it must be \(height, width, 1\) or"):
        all_metrics(picture[:, :, :2], picture[:, :, :2], 4)
    with pytest.raises(BadInput, match="too small to score"):
        all_metrics(picture[:18], picture[:18], 4)
