"""Files of weights, and pictures of the filters in them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from commands import refused
from sw.__main__ import main
from sw.networks import weights as files

pytest.importorskip("torch", reason="the extra `train` is not installed")

from sw.networks.build import build


def some_weights(network="fsrcnn-s", scale=4):
    state = build(network, scale).state_dict()
    arrays = {name: tensor.numpy() for name, tensor in state.items()}
    return files.Weights(network, scale, arrays, {"step": 1})


def test_weights_there_and_back(tmp_path):
    weights = some_weights()
    for dtype, tolerance in (("float32", 0), ("float16", 1e-3)):
        files.save(tmp_path / "w.npz", weights, dtype)
        back = files.load(tmp_path / "w.npz")
        assert (back.network, back.scale, back.origin) == ("fsrcnn-s", 4, {"step": 1})
        for name, array in weights.arrays.items():
            assert back.arrays[name].dtype == np.float32
            assert np.abs(back.arrays[name] - array).max() <= tolerance


def test_refuses_files_that_are_no_weights(tmp_path):
    path = tmp_path / "w.npz"

    def message():
        with pytest.raises(files.BadInput) as stop:
            files.load(path)
        return str(stop.value)

    assert "w.npz: no such file" in message()
    path.write_bytes(b"PK\x03\x04 cut short")
    assert "w.npz: is damaged, or is no file of weights" in message()
    np.savez(path, a=np.zeros(3))
    assert "is damaged, or is no file of weights" in message()
    np.savez(path, description=np.array([object()]), a=np.zeros(3))
    assert "is damaged, or is no file of weights" in message()
    weights = some_weights()
    weights.arrays["deconvolution.bias"] = np.array([np.nan])
    files.save(path, weights)
    assert "deconvolution.bias holds values that are not finite" in message()
    files.save(path, files.Weights("other", 4, {}, {}))
    assert "network is other; it must be one of srcnn, " in message()
    assert Path(path).is_file()


def test_show_filters(tmp_path, capsys):
    files.save(tmp_path / "fsrcnn.npz", some_weights("fsrcnn"))
    files.save(tmp_path / "srresnet.npz", some_weights("srresnet"))
    sizes = {}
    for name in ("fsrcnn", "srresnet"):
        out = tmp_path / f"{name}.png"
        assert main(["show-filters", str(tmp_path / f"{name}.npz"), "--out", str(out)]) == 0
        with Image.open(out) as picture:
            sizes[name] = picture.size
            pixels = np.asarray(picture)
        coloured = (pixels.min(axis=2) != pixels.max(axis=2)).any()
        assert coloured == (name == "srresnet")
    # fsrcnn: 56 filters of 5×5 and below them 56 of 9×9, in rows of 16. srresnet: 64 of 9×9.
    assert sizes["fsrcnn"] == (16 * 56, 4 * 32 + 12 + 4 * 56 + 12)
    assert sizes["srresnet"] == (16 * 56, 4 * 56 + 12)
    out = tmp_path / "no.png"
    error = refused(capsys, "show-filters", tmp_path, "--out", out)
    assert "weights.npz: no such file" in error
    files.save(tmp_path / "none.npz", files.Weights("espcn", 4, {}, {}))
    error = refused(capsys, "show-filters", tmp_path / "none.npz", "--out", out)
    assert "the weights of espcn hold no convolution" in error
    assert "cannot write ending .txt" in refused(
        capsys, "show-filters", "espcn", "--out", tmp_path / "a.txt"
    )
    assert not out.exists()
