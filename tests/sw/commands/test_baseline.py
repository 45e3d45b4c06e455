import csv
import sys

import numpy as np
import pytest
from PIL import Image

from commands import refused, write_photos
from pictures import photo_like
from sw.__main__ import main
from sw.networks import weights as files
from sw.networks.published import NETWORKS

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")
# Tests run in parallel; several threads per test would only wait for one another.
torch.set_num_threads(1)

from sw.networks.build import cost  # noqa: E402
from sw.networks.layers import bicubic  # noqa: E402


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write_photos(tmp_path / "photos", size=(96, 112))


def train(tmp_path, run, *more, network="fsrcnn-s"):
    command = ["baseline", network, "--data", tmp_path / "photos", "--run", tmp_path / run]
    command += ["--crops", 32, 40, "--batch", 4, "--sizes", 1, *more]
    return main([str(arg) for arg in command])


def losses(folder):
    return [
        float(row["loss"]) for row in csv.DictReader((folder / "log.csv").read_text().splitlines())
    ]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_few_steps_reduce_the_loss(tmp_path, name):
    # Large networks are slow, and a few steps are enough to see that they learn.
    steps, batch = (40, 2) if cost(name, 4).macs < 1e4 else (12, 1)
    more = ["--steps", steps, "--batch", batch, "--crops", 32]
    assert train(tmp_path, "run", *more, network=name) == 0
    loss = losses(tmp_path / "run")
    assert len(loss) == steps
    assert np.mean(loss[-steps // 4 :]) < np.mean(loss[: steps // 4])
    assert np.isfinite(loss).all()


@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
def test_run_leaves_weights_manifest_log_and_picture(tmp_path, optimiser, capsys):
    run = tmp_path / "run"
    photos = tmp_path / "photos"
    more = ["--steps", 40, "--optimiser", optimiser, "--val", photos, "--val-every", 20]
    assert train(tmp_path, "run", *more, "--score", photos, "--dtype", "float16") == 0
    output = capsys.readouterr().out
    assert "40 steps in " in output
    assert "network " in output
    with Image.open(run / "loss.png") as picture:
        assert picture.width > 500
    weights = files.load(run / "weights.npz")
    assert (weights.network, weights.scale) == ("fsrcnn-s", 4)
    assert weights.origin["optimiser"] == optimiser
    with np.load(run / "weights.npz") as content:
        assert content["deconvolution.weight"].dtype == np.float16
    from sw.tables import manifest

    scores = manifest.read(run / "weights.npz")["scores"][str(photos)]
    assert scores["network"]["psnr_y"] > 0
    assert np.mean(losses(run)[-10:]) < np.mean(losses(run)[:10])


def test_convolutions_of_16_bits_learn_the_same(tmp_path, capsys):
    """The run differs a little from one in 32 bits. It can be resumed only with ``--bfloat16``."""
    photos = tmp_path / "photos"
    for run, *more in ("32",), ("16", "--bfloat16"):
        assert train(tmp_path, run, "--steps", 40, *more) == 0
    whole, short = (losses(tmp_path / run) for run in ("32", "16"))
    assert whole != short
    # A single step differs by about 5 %, depending on the processor; the run by less.
    difference = np.abs(np.subtract(whole, short)) / whole
    assert difference.max() < 0.1
    assert difference.mean() < 0.03
    weights = files.load(tmp_path / "16" / "weights.npz")
    assert {array.dtype for array in weights.arrays.values()} == {np.dtype(np.float32)}
    again = ["--data", photos, "--run", tmp_path / "16", "--resume"]
    assert "batch 4, not 16" in refused(capsys, "baseline", "fsrcnn-s", *again)
    again += ["--batch", 4, "--crops", 32, 40]
    assert "bfloat16 True, not False" in refused(capsys, "baseline", "fsrcnn-s", *again)


def test_bicubic_is_of_32_bits_beside_shorter_convolutions():
    lr = torch.rand(1, 1, 9, 11)
    expected = bicubic(lr, 4)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(bicubic(lr, 4), expected)


def test_resumed_run_is_the_run(tmp_path, monkeypatch):
    assert train(tmp_path, "whole", "--steps", 30) == 0
    from sw.training.baseline_run import BaselineRun

    advance, count = BaselineRun.advance, 0

    def stop(training):
        nonlocal count
        count += 1
        if count > 17:
            raise KeyboardInterrupt
        return advance(training)

    monkeypatch.setattr("sw.training.run.SAVE_SECONDS", 0)
    monkeypatch.setattr(BaselineRun, "advance", stop)
    assert train(tmp_path, "parts", "--steps", 30) == 130
    assert len(losses(tmp_path / "parts")) == 17
    monkeypatch.setattr(BaselineRun, "advance", advance)
    assert train(tmp_path, "parts", "--steps", 30, "--resume") == 0
    assert losses(tmp_path / "parts") == losses(tmp_path / "whole")
    parts, whole = (files.load(tmp_path / run / "weights.npz") for run in ("parts", "whole"))
    assert all(np.array_equal(parts.arrays[name], whole.arrays[name]) for name in whole.arrays)


def test_early_stop_keeps_the_best(tmp_path, monkeypatch):
    scores = ({"psnr_y": score} for score in (20.0, 25.0, 24.0, 23.0, 22.0, 21.0))
    monkeypatch.setattr("sw.training.baseline_run.psnr_ssim_y", lambda *_: next(scores))
    (tmp_path / "one").mkdir()
    Image.fromarray(photo_like(40, 40)).save(tmp_path / "one" / "picture.png")
    more = ["--val", tmp_path / "one", "--val-every", 2, "--patience", 3, "--steps", 90]
    assert train(tmp_path, "run", *more) == 0
    assert len(losses(tmp_path / "run")) == 10
    best = files.load(tmp_path / "run" / "weights.npz")
    checkpoint = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)
    name = "deconvolution.weight"
    assert np.array_equal(best.arrays[name], checkpoint["best"][name].numpy())
    assert not np.array_equal(best.arrays[name], checkpoint["network"][name].numpy())


def test_minutes_end_a_run(tmp_path):
    assert train(tmp_path, "run", "--minutes", 0.005) == 0
    assert 1 <= len(losses(tmp_path / "run")) < 1000


def test_crops_grow_and_become_fewer(tmp_path, monkeypatch):
    from sw.training.baseline_run import BaselineRun

    shapes, advance = [], BaselineRun.advance

    def note(training):
        shapes.append(training.batch_shape())
        return advance(training)

    monkeypatch.setattr(BaselineRun, "advance", note)
    assert train(tmp_path, "run", "--steps", 6, "--crops", 32, 64, 96, "--batch", 8) == 0
    assert shapes == [(8, 8), (8, 8), (2, 16), (2, 16), (1, 24), (1, 24)]


def test_transfer_between_scales_trains_the_deconvolution_alone(tmp_path, capsys):
    assert train(tmp_path, "x4", "--steps", 10) == 0
    start = tmp_path / "x4" / "weights.npz"
    more = ["--scale", 2, "--init", start, "--freeze-convolutions", "--rate", 0.01]
    assert train(tmp_path, "x2", "--steps", 60, *more) == 0
    assert np.mean(losses(tmp_path / "x2")[-10:]) < np.mean(losses(tmp_path / "x2")[:10])
    four, two = files.load(start), files.load(tmp_path / "x2" / "weights.npz")
    assert two.scale == 2
    for name, array in four.arrays.items():
        assert np.array_equal(array, two.arrays[name]) == (not name.startswith("deconvolution"))
    error = refused(
        capsys, "baseline", "fsrcnn", "--data", "d", "--run", tmp_path / "no", "--init", start
    )
    assert "x4/weights.npz: holds weights of fsrcnn-s ×4; they must be of fsrcnn" in error
    error = refused(
        capsys, "baseline", "vdsr", "--data", "d", "--run", tmp_path / "no", "--freeze-convolutions"
    )
    assert "--freeze-convolutions: vdsr would have nothing left to train" in error


def test_refuses(tmp_path, capsys):
    def message(*more, run="run"):
        command = ["baseline", "espcn", "--data", tmp_path / "photos", "--run", tmp_path / run]
        return refused(capsys, *command, "--sizes", 1, *more)

    assert "--crops: all pictures are smaller than 128×128; crops of these" in message()
    assert not (tmp_path / "run").exists()
    assert "--crops: 30 must be a multiple of 4, the scale, and 32 or more" in message(
        "--crops", 30
    )
    assert "--batch: is '0'; it must be a whole number, 1 or more" in message("--batch", 0)
    assert "--minutes: is '0'; it must be a number above 0" in message("--minutes", 0)
    assert "--patience: needs --val" in message("--patience", 2)
    Image.fromarray(photo_like(18, 40)).save(write_photos(tmp_path / "small") / "small.png")
    assert "small.png: 40×18 is too small to score at scale 4; it must be at least 20" in message(
        "--val", tmp_path / "small"
    )
    assert "no such checkpoint" in message("--resume")
    assert "no.npz: no such file" in message("--init", tmp_path / "no.npz")
    assert train(tmp_path, "done", "--steps", 2) == 0
    assert "already holds a run" in message("--crops", 32, run="done")
    assert "was started with network fsrcnn-s, not espcn" in message("--resume", run="done")
    Image.fromarray(photo_like(96, 112)).save(tmp_path / "photos" / "more.png")
    assert train(tmp_path, "done", "--steps", 3, "--resume") == 2
    assert "--data: holds other photographs than the run was" in capsys.readouterr().err
    (tmp_path / "done" / "checkpoint.pt").write_bytes(b"PK")
    assert "is damaged, or is no checkpoint of `baseline`" in message("--resume", run="done")
    command = ["baseline", "srresnet", "--scale", 3, "--crops", 48]
    error = refused(capsys, *command, "--data", "d", "--run", tmp_path / "no")
    assert "scale is 3; for srresnet it must be 2 or 4" in error


def test_baseline_without_its_extra_says_how_to_get_it(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    error = refused(
        capsys, "baseline", "espcn", "--data", tmp_path / "photos", "--run", tmp_path / "r"
    )
    assert "torch is not installed; install the extra with: pip install -e '.[train]'" in error
