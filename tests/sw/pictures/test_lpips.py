import importlib
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from pictures import photo_like
from sw.errors import BadInput
from sw.pictures.lpips import _packages, is_published, load_lpips
from sw.pictures.metrics import all_metrics


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
    scores = all_metrics(original, near, 4, distance)
    assert list(scores)[-1] == "lpips"
    assert all_metrics(original, original, 4, distance)["lpips"] == 0
    assert 0 < scores["lpips"] < all_metrics(original, other, 4, distance)["lpips"]
    # Colours go in as R, G, B: exchanged, they are other pictures.
    swapped = all_metrics(original[:, :, ::-1], near[:, :, ::-1], 4, distance)
    assert abs(swapped["lpips"] - scores["lpips"]) > 1e-4
    grey = photo_like(60, 70, 1)
    assert all_metrics(grey, grey, 4, distance)["lpips"] == 0
    with pytest.raises(BadInput, match="30×60 is too small for LPIPS; it must be at least 31×31"):
        distance(original[:61, :30], original[:61, :30])
    # The weights that count are those of the file.
    with torch.no_grad():
        layers[0].weight[:10] = 0
    torch.save(network.state_dict(), path)
    assert load_lpips(path)(original, other) != distance(original, other)


def test_lpips_refuses_other_files(tmp_path, models):
    torch, networks = models
    path = tmp_path / "backbone.pth"
    with pytest.raises(BadInput, match=r"backbone.pth: no such file; it must be the state dict"):
        load_lpips(path)
    path.write_bytes(b"PK")
    with pytest.raises(BadInput, match="not a state dict of PyTorch"):
        load_lpips(path)
    torch.save(networks.resnet18(weights=None).state_dict(), path)
    with pytest.raises(BadInput, match="neither AlexNet nor VGG-16"):
        load_lpips(path)


def test_lpips_without_its_extra_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "lpips", None)
    with pytest.raises(BadInput, match=r"lpips is not installed; install .*: pip .*lpips"):
        load_lpips(tmp_path / "backbone.pth")
