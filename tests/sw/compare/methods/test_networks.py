import shutil
import sys
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest

from pictures import photo_like
from sw.compare.methods.method import Method, Skipped
from sw.compare.methods.networks import methods
from sw.errors import BadInput
from sw.extras import install
from sw.networks import weights as files
from sw.networks.published import NETWORKS
from sw.scores import Validation
from sw.tables import manifest

SHIPPED = sorted(files.FOLDER.glob("*.npz"))


def test_weights_that_are_missing_are_skipped_with_the_command(tmp_path):
    found = methods(4, tmp_path)
    assert [method.name for method in found] == list(NETWORKS)
    assert all(isinstance(method, Skipped) for method in found)
    assert found[0].reason.endswith(
        "(RUN/weights.npz) with: python -m sw baseline srcnn --scale 4 --data photos/ --run RUN"
    )
    (srresnet,) = (method for method in methods(3, tmp_path) if method.name == "srresnet")
    assert srresnet.reason == "SRResNet is defined for ×2 and ×4, not ×3"


def test_shipped_networks_are_small():
    assert all(path.stat().st_size <= 300_000 for path in SHIPPED)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_network_has_its_manifest_and_its_row(path):
    network = NETWORKS[files.load(path).network]
    content = manifest.read(path)
    assert content["command"].startswith("python -m sw baseline ")
    assert set(content) >= {"command", "data", "seconds", "versions", "scores", "sha256"}
    for scores in content["scores"].values():
        assert scores["network"]["psnr_y"] > scores["bicubic"]["psnr_y"] + 0.5
    (row,) = (
        line
        for line in (files.FOLDER / "README.md").read_text().splitlines()
        if line.startswith(f"| {path.stem} |")
    )
    assert f" {content['seconds']} |" in row
    assert row.endswith(f"| {network.set5:.2f} |" if network.set5 else "|  |")
    for scores in content["scores"].values():
        assert f" {scores['network']['psnr_y']:.3f} / {scores['network']['ssim']:.4f} |" in row


def test_without_torch_they_are_skipped(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    (tmp_path / "espcn.npz").touch()
    (espcn,) = (method for method in methods(4, tmp_path) if method.name == "espcn")
    assert espcn.reason == "torch is not installed; install the extra with: " + install("train")


def runnable(found):
    return [method for method in found if isinstance(method, Method)]


@pytest.fixture
def torch():
    module = pytest.importorskip("torch", reason="the extra `train` is not installed")
    module.set_num_threads(1)
    module.manual_seed(0)
    return module


def put_weights(torch, folder, name, scale=4):
    from sw.networks.build import build
    from sw.networks.state import learned_state

    network = build(name, scale)
    arrays = {key: tensor.numpy() for key, tensor in learned_state(network).items()}
    files.save(files.weights_path(name, scale, folder), files.Weights(name, scale, arrays, {}))


def test_weights_of_another_network_or_scale_are_refused(tmp_path, torch):
    put_weights(torch, tmp_path, "espcn", 3)
    shutil.copy(tmp_path / "espcn_x3.npz", tmp_path / "espcn.npz")
    with pytest.raises(
        BadInput, match=r"espcn.npz: holds weights of espcn ×3; they must be of espcn ×4"
    ):
        methods(4, tmp_path)
    (tmp_path / "espcn.npz").unlink()
    shutil.copy(tmp_path / "espcn_x3.npz", tmp_path / "vdsr_x3.npz")
    with pytest.raises(
        BadInput, match=r"vdsr_x3.npz: holds weights of espcn ×3; they must be of vdsr ×3"
    ):
        methods(3, tmp_path)
    weights = files.load(tmp_path / "espcn_x3.npz")
    weights.arrays["last.bias"] = np.zeros(16, np.float32)
    files.save(tmp_path / "espcn_x3.npz", weights)
    (tmp_path / "vdsr_x3.npz").unlink()
    with pytest.raises(
        BadInput, match=r"espcn_x3.npz: the names or shapes of its weights are not those of espcn"
    ):
        methods(3, tmp_path)


@pytest.mark.parametrize("name", NETWORKS)
def test_any_network_enlarges_colour_and_grey(tmp_path, torch, name):
    put_weights(torch, tmp_path, name)
    (method,) = runnable(methods(4, tmp_path))
    assert (method.name, method.kind) == (name, "network")
    assert method.size >= 4 * method.parameters > 0
    assert method.macs > 0
    for channels in (1, 3):
        enlarged = method.enlarge(photo_like(12, 9, channels), 4)
        assert enlarged.shape == (48, 36, channels)
        assert enlarged.dtype == np.uint8
    with pytest.raises(BadInput, match="scale is 2; for this network it must be 4"):
        method.enlarge(photo_like(12, 9), 2)


@pytest.mark.parametrize(("name", "scale"), [(n, s) for n in NETWORKS for s in (2, 4)])
def test_reach_is_how_far_a_network_looks(torch, name, scale):
    from sw.networks.build import build

    network = build(name, scale).eval().double()
    for parameter in network.parameters():
        # Positive weights of mean 1: nothing cancels out or vanishes on the way through 40 layers.
        parameter.data.fill_(1 / max(1, parameter[0].numel()) if parameter.ndim == 4 else 0.25)
    reach = network.reach
    lr = torch.full((1, network.colours, 3, 2 * reach + 5), 0.5, dtype=torch.double)
    lr.requires_grad_()
    middle = reach + 2
    hr = network(lr)
    hr[..., scale : 2 * scale, scale * middle : scale * (middle + 1)].sum().backward()
    seen = np.flatnonzero(lr.grad.abs().sum(dim=(0, 1, 2)).numpy())
    assert seen.min() >= middle - reach
    assert seen.max() <= middle + reach
    # A larger reach than needed would only cost time.
    assert seen.max() - seen.min() >= 2 * reach - 4


@pytest.mark.parametrize("name", ["srcnn", "fsrcnn", "fsrcnn-s", "espcn"])
def test_tiles_give_the_same_picture_as_the_whole(torch, name):
    from sw.networks.build import build
    from sw.networks.enlarge import tiles

    def enlarged(size):
        picture = np.full((1, 4 * 19, 4 * 30), np.nan, np.float32)
        for (rows, columns), planes in tiles(network, lr, size):
            picture[:, rows, columns] = planes
        return picture

    network = build(name, 4).eval()
    for parameter in network.parameters():
        # An untrained network depends on few neighbours only.
        parameter.data += 0.02 * torch.randn(parameter.shape)
    lr = photo_like(19, 30, 1).transpose(2, 0, 1).astype(np.float32)
    whole = enlarged(30)
    assert np.abs(enlarged(11) - whole).max() < 1e-3
    network.reach = 1
    assert np.abs(enlarged(11) - whole).max() > 1e-2


def test_colours_are_bicubic_and_black_stays_black(tmp_path, torch):
    from sw.pictures.colour import to_ycbcr
    from sw.pictures.interpolation import bicubic

    put_weights(torch, tmp_path, "vdsr")  # starts as bicubic of Y
    (method,) = runnable(methods(4, tmp_path))
    pixels = (photo_like(20, 20) // 2 + 60).astype(np.uint8)
    enlarged, expected = (to_ycbcr(f(pixels, 4)) for f in (method.enlarge, bicubic))
    assert np.abs(enlarged - expected).max() < 4
    assert np.abs(enlarged - expected).mean() < 0.6
    for level in (0, 255):
        flat = np.full((9, 9, 3), level, np.uint8)
        assert np.array_equal(method.enlarge(flat, 4), np.full((36, 36, 3), level))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_scores_of_the_manifest_can_be_measured_again(path, torch):
    from sw.pictures.metrics import psnr_ssim_y

    folder = "data/val/set5/HR"
    if not Path(folder).is_dir():
        pytest.skip(f"no {folder} in this checkout")
    (method,) = (found for found in methods(4) if found.name == path.stem)
    measured = fmean(
        psnr_ssim_y(hr, method.enlarge(lr, 4), 4)["psnr_y"]
        for hr, lr in Validation(Path(folder), 4).pairs
    )
    stored = manifest.read(path)["scores"][folder]["network"]["psnr_y"]
    assert measured == pytest.approx(stored, abs=0.01)
