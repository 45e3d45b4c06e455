import importlib
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from pictures import photo_like
from sw.errors import BadInput
from sw.pictures.colour import eight_bits, to_rgb, to_ycbcr
from sw.pictures.lpips import _packages, is_published, load_lpips
from sw.pictures.metrics import compare
from sw.pictures.quality import measure


def test_measures_of_a_known_error():
    original = np.full((40, 40, 3), 100, np.uint8)
    enlarged = original.copy()
    enlarged[:, :, 0] += 6
    enlarged[:, :, 2] -= 3
    scores = measure(original, enlarged, 4)
    assert list(scores) == ["mae", "mse", "psnr_y", "psnr_rgb", "ssim"]
    assert scores["mae"] == pytest.approx(3)
    assert scores["mse"] == pytest.approx((36 + 9) / 3)
    assert scores["psnr_rgb"] == pytest.approx(10 * np.log10(255**2 / 15))
    luma_error = (6 * 65.481 - 3 * 24.966) / 255
    assert scores["psnr_y"] == pytest.approx(20 * np.log10(255 / luma_error))


def test_border_is_shaved_and_luma_is_that_of_the_scores():
    original = photo_like(40, 50)
    damaged = original.copy()
    damaged[:4], damaged[-4:], damaged[:, :4], damaged[:, -4:] = 0, 0, 0, 0
    assert measure(original, damaged, 4)["mae"] == 0
    assert measure(original, damaged, 4)["psnr_rgb"] == float("inf")
    assert measure(original, damaged, 3)["mae"] > 0
    other = photo_like(40, 50, seed=1)
    scores = measure(original, other, 3)
    assert compare(original, other, 3) == {name: scores[name] for name in ("psnr_y", "ssim")}


def test_differences_do_not_wrap():
    black, white = np.zeros((30, 30, 1), np.uint8), np.full((30, 30, 1), 255, np.uint8)
    assert measure(black, white, 4)["mae"] == measure(white, black, 4)["mae"] == 255
    assert measure(black, white, 4)["psnr_rgb"] == pytest.approx(0)


def test_order_of_colours_matters():
    original = photo_like(40, 40)
    red = original.copy()
    red[:, :, 0] = eight_bits(red[:, :, 0] + 20.0)
    blue = original[:, :, ::-1].copy()
    blue[:, :, 0] = red[:, :, 0]
    both = measure(original, red, 4), measure(original[:, :, ::-1], red[:, :, ::-1], 4)
    # All samples count alike in RGB, whatever their order; Y knows red from blue.
    assert both[0]["psnr_rgb"] == pytest.approx(both[1]["psnr_rgb"])
    assert both[0]["psnr_y"] < both[1]["psnr_y"] - 5
    assert measure(original, original[:, :, ::-1], 4)["mae"] > 10


def test_eight_bits_clips_and_rounds():
    values = [-300.0, -0.6, 0.5, 1.5, 254.5, 255.4, 256.0, 700.0]
    assert eight_bits(np.array(values)).tolist() == [0, 0, 0, 2, 254, 255, 255, 255]


def test_ycbcr_there_and_back():
    primaries = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [0, 0, 0]])
    expected = [
        [81.481, 90.203, 240],
        [144.553, 53.797, 34.214],
        [40.966, 240, 109.786],
        [235, 128, 128],
        [16, 128, 128],
    ]
    assert np.allclose(to_ycbcr(primaries), expected)
    pixels = photo_like(10, 10)
    assert np.array_equal(eight_bits(to_rgb(to_ycbcr(pixels))), pixels)


def test_refuses_what_cannot_be_compared():
    picture = photo_like(30, 30)
    with pytest.raises(BadInput, match="enlarged picture is float64; uint8 is accepted"):
        measure(picture, picture.astype(float), 4)
    with pytest.raises(BadInput, match=r"shape \(30, 29, 3\); \(30, 30, 3\), that of the original"):
        measure(picture, picture[:, :-1], 4)
    with pytest.raises(BadInput, match="1 or 3"):
        measure(picture[:, :, :2], picture[:, :, :2], 4)
    with pytest.raises(BadInput, match="too small to score"):
        measure(picture[:18], picture[:18], 4)


@pytest.fixture
def models():
    """Torchvision's networks."""
    pytest.importorskip("torch", reason="the extra `train` is not installed")
    if not find_spec("lpips"):
        pytest.skip("the extra `lpips` is not installed")
    return _packages()[0], importlib.import_module("torchvision.models")


@pytest.mark.parametrize("kind", ["alexnet", "vgg16"])
def test_lpips_with_a_random_backbone(tmp_path, models, kind):
    torch, networks = models
    path = tmp_path / "backbone.pth"
    with torch.device("meta"):
        layers = getattr(networks, kind)(weights=None).features
    # The classifier, most of the file, plays no part.
    layers.to_empty(device="cpu")
    with torch.random.fork_rng():
        torch.manual_seed(3)
        for layer in layers:
            if hasattr(layer, "weight"):
                layer.reset_parameters()
    network = torch.nn.ModuleDict({"features": layers})
    torch.save(network.state_dict(), path)
    distance = load_lpips(path)
    assert not is_published(path)
    original, other = photo_like(60, 70), photo_like(60, 70, seed=1)
    near = (0.7 * original + 0.3 * other).astype(np.uint8)
    scores = measure(original, near, 4, distance)
    assert list(scores)[-1] == "lpips"
    assert measure(original, original, 4, distance)["lpips"] == 0
    assert 0 < scores["lpips"] < measure(original, other, 4, distance)["lpips"]
    # Colours go in as R, G, B: exchanged, they are other pictures.
    swapped = measure(original[:, :, ::-1], near[:, :, ::-1], 4, distance)
    assert abs(swapped["lpips"] - scores["lpips"]) > 1e-4
    grey = photo_like(60, 70, 1)
    assert measure(grey, grey, 4, distance)["lpips"] == 0
    with pytest.raises(BadInput, match="30×60 is too small for LPIPS; 31×31 or more"):
        distance(original[:61, :30], original[:61, :30])
    # The weights that count are those of the file.
    with torch.no_grad():
        layers[0].weight[:10] = 0
    torch.save(network.state_dict(), path)
    assert load_lpips(path)(original, other) != distance(original, other)


def test_lpips_refuses_other_files(tmp_path, models):
    torch, networks = models
    path = tmp_path / "backbone.pth"
    with pytest.raises(BadInput, match=r"backbone.pth: no such file; the state dict of torchvis"):
        load_lpips(path)
    path.write_bytes(b"PK")
    with pytest.raises(BadInput, match="not a state dict of PyTorch"):
        load_lpips(path)
    torch.save(networks.resnet18(weights=None).state_dict(), path)
    with pytest.raises(BadInput, match="neither AlexNet nor VGG-16"):
        load_lpips(path)


@pytest.mark.parametrize("missing", ["torch", "lpips"])
def test_lpips_without_its_extra_says_how_to_get_it(tmp_path, monkeypatch, missing):
    if missing == "lpips":
        pytest.importorskip("torchvision", reason="the extra `lpips` is not installed")
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(BadInput, match=rf"LPIPS needs {missing}; install the extra with: pip inst"):
        load_lpips(tmp_path / "backbone.pth")
