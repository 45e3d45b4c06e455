import sys
from contextlib import contextmanager

import numpy as np
import pytest
from tqdm import tqdm

from commands import refused, write_photos
from pictures import photo_like
from sw.__main__ import main
from sw.commands import info, tune
from sw.commands.fit_output import state_path
from sw.errors import BadInput
from sw.photos.crops import RandomCrops, crop_weight
from sw.photos.planes import Plane
from sw.tables import manifest
from sw.tables.design import BREAKPOINTS, WINDOWS, parse
from sw.tables.files import load
from sw.tune.chain import Chain
from sw.tune.tuning import MEAN_SHARE, Adam, Tuning, noise


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def command(tmp_path, out, *more):
    base = ["tune", "--data", tmp_path / "photos", "--out", out, "--steps", "12", "--batch", "3"]
    base += ["--crop", "12", "--sizes", "1", "--drawings", "0"]
    return [str(arg) for arg in (*base, *more)]


@contextmanager
def interrupted(monkeypatch, step):
    """Ctrl-C after step number ``step``; the state is saved after each step."""
    advance = Tuning.advance

    def advance_or_stop(self):
        if self.adam.step == step:
            raise KeyboardInterrupt
        return advance(self)

    with monkeypatch.context() as patch:
        patch.setattr("sw.commands.tune_steps.SAVE_SECONDS", 0)
        patch.setattr(Tuning, "advance", advance_or_stop)
        yield


@contextmanager
def interrupted_last(monkeypatch):
    """Ctrl-C between two passes over the last stage."""

    def after(self, n=1):
        if self.desc == "last stage" and self.n == 1:
            raise KeyboardInterrupt
        return update(self, n)

    update = tqdm.update
    with monkeypatch.context() as patch:
        patch.setattr(tqdm, "update", after)
        yield


DESIGN = "--design", "x1 V:5 | V:5 ; x2 V:5 + V@1:5 + V@2:5 ; x2 V:5"


def test_pytorch_tunes_as_numba_does(tmp_path, capsys, monkeypatch):
    pytest.importorskip("torch", reason="the extra `train` is not installed")
    photos = write_photos(tmp_path / "photos", size=(80, 96))
    score = *DESIGN, "--score", str(photos)
    assert main(command(tmp_path, tmp_path / "numba.npz", *score)) == 0
    assert main(command(tmp_path, tmp_path / "torch.npz", *score, "--device", "cpu")) == 0
    numba, torch = (
        manifest.read(tmp_path / f"{name}.npz")["scores"][str(photos)]["table"]["psnr_y"]
        for name in ("numba", "torch")
    )
    assert torch == pytest.approx(numba, abs=0.02)
    # Interrupted by Ctrl-C in Numba, finished in PyTorch.
    out = tmp_path / "both.npz"
    with interrupted(monkeypatch, 7):
        assert main(command(tmp_path, out, *score)) == 130
    assert main(command(tmp_path, out, *score, "--device", "cpu", "--resume")) == 0
    assert manifest.read(out)["scores"][str(photos)]["table"]["psnr_y"] == pytest.approx(
        numba, abs=0.02
    )
    assert refused(capsys, *command(tmp_path, out, *DESIGN, "--device", "cuda:77")) == (
        "error: --device is cuda:77, which is not available here; it must be auto, cpu or a GPU "
        "that PyTorch finds"
    )
    assert refused(capsys, *command(tmp_path, out, *DESIGN, "--device", "meta")) == (
        "error: --device is meta; it must be auto, cpu or a GPU with CUDA: cuda:0"
    )


def test_tune_writes_tables_and_a_manifest(tmp_path, capsys):
    photos = write_photos(tmp_path / "photos", size=(80, 96))
    for name in ("a.npz", "b.npz"):
        assert main(command(tmp_path, tmp_path / name, *DESIGN, "--score", str(photos))) == 0
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert "fitted in" in capsys.readouterr().out
    content = manifest.read(tmp_path / "a.npz")
    mean = content["scores"][str(photos)]
    # The entries start at 0, which is nearest neighbour.
    assert mean["table"]["psnr_y"] > mean["nearest"]["psnr_y"] + 0.1
    assert not state_path(tmp_path / "a.npz").exists()
    assert main(command(tmp_path, tmp_path / "c.npz", "--init", str(tmp_path / "a.npz"))) == 0
    assert (tmp_path / "c.npz").read_bytes() != (tmp_path / "a.npz").read_bytes()


def test_frac_bits_of_a_design(tmp_path):
    write_photos(tmp_path / "photos", size=(80, 96))
    for bits, options in ((4, ()), (6, ("--frac-bits", 6))):
        assert main(command(tmp_path, tmp_path / "a.npz", *DESIGN, *options)) == 0
        stages = load(tmp_path / "a.npz").stages
        assert {table.grid.frac_bits for stage in stages for table in stage.tables} == {bits}


def test_tuning_lowers_the_error():
    lr = photo_like(60, 60, 1)[:, :, 0]
    plane = Plane(lr, np.clip(lr.repeat(2, 0).repeat(2, 1) * 0.9 + 20, 0, 255).astype(np.uint8))
    chain = Chain(parse("x2 S:5"))
    options = {"steps": 120, "batch": 4, "rate": 1.0, "seed": 0}
    tuning = Tuning(chain, RandomCrops([plane], 20), Adam.start(noise(chain, 0)), **options)
    errors = [tuning.advance() for _ in range(120)]
    assert np.mean(errors[-10:]) < 0.5 * errors[0]


def test_a_mean_error_counts_less():
    """Otherwise all entries would follow it at once, and overshoot."""
    lr = photo_like(20, 20, 1)[:, :, 0] // 2
    near = lr.repeat(2, 0).repeat(2, 1)
    chain = Chain(parse("x2 S:5"))
    options = {"steps": 1, "batch": 1, "rate": 1.0, "seed": 0}
    start = Adam.start(np.zeros(chain.size, np.float32))
    tuning = Tuning(chain, RandomCrops([Plane(lr, near)], 20), start, **options)
    gradient, squares = tuning._gradient(lr, near + np.uint8(10), start.vector)
    assert squares == 100
    _, traces = chain.forward(lr, start.vector)
    error, inner = np.zeros(near.shape, np.float32), np.s_[2:-2, 2:-2]
    error[inner] = -10 * MEAN_SHARE * 2 * crop_weight(lr, near + np.uint8(10)) / near[inner].size
    wanted, _ = chain.backward(error, start.vector, traces)
    assert wanted.any()
    assert np.allclose(gradient, wanted, rtol=1e-4, atol=1e-7)


@pytest.mark.long
def test_steps_of_0_improve_the_last_stage_alone(tmp_path):
    photos = write_photos(tmp_path / "photos", size=(80, 96))
    first, second = tmp_path / "a.npz", tmp_path / "b.npz"
    score = "--score", str(photos)
    assert main(command(tmp_path, first, *DESIGN, "--steps", "1", *score)) == 0
    assert main(command(tmp_path, second, "--init", first, "--steps", "0", *score)) == 0
    before, after = load(first), load(second)
    for stage, same in zip(before.stages[:-1], after.stages[:-1], strict=True):
        for table, other in zip(stage.tables, same.tables, strict=True):
            assert np.array_equal(table.entries, other.entries)
    scores = [manifest.read(path)["scores"][str(photos)]["table"] for path in (first, second)]
    assert scores[1]["psnr_y"] > scores[0]["psnr_y"] + 0.03


def test_resume_gives_the_same_tables(tmp_path, monkeypatch):
    write_photos(tmp_path / "photos", size=(80, 96))
    assert main(command(tmp_path, tmp_path / "whole.npz", *DESIGN)) == 0
    parts = command(tmp_path, tmp_path / "parts.npz", *DESIGN)
    resumed = [*parts, "--resume"]
    stops = (parts, interrupted(monkeypatch, 7)), (resumed, interrupted_last(monkeypatch))
    for arguments, stop in stops:
        with stop:
            assert main(arguments) == 130
        assert not (tmp_path / "parts.npz").exists()
        assert state_path(tmp_path / "parts.npz").exists()
    assert main(resumed) == 0
    assert (tmp_path / "parts.npz").read_bytes() == (tmp_path / "whole.npz").read_bytes()


def test_crop_is_checked_before_photographs_are_read(tmp_path, capsys):
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "bad.png").write_bytes(b"\x89PNG")
    argv = command(tmp_path, tmp_path / "a.npz", *DESIGN, "--crop", 2)
    assert "--crop 2: it must be more than" in refused(capsys, *argv)


def test_refusals(tmp_path, capsys, monkeypatch):
    write_photos(tmp_path / "photos", size=(80, 96))
    out = tmp_path / "a.npz"

    def say(*more):
        return refused(capsys, *command(tmp_path, out, *more))

    assert "no unfinished fit to resume" in say(*DESIGN, "--resume")
    assert "--crop 2: it must be more than" in say(*DESIGN, "--crop", 2)
    assert "smaller than 30×30 LR pixels; choose smaller" in say(*DESIGN, "--crop", 30)
    assert "--rate: is '0'; it must be a number above 0, at most 16" in say(*DESIGN, "--rate", 0)
    assert "--drawings: is '1'; it must be a number from 0 to 0.9" in say(*DESIGN, "--drawings", 1)
    assert "give --design, --init or both" in say()
    assert "--init: its stages are ×2 ×2; they must be ×1 ×2 ×2 as in the design" in say(
        *DESIGN, "--init", "pico"
    )
    assert "all its tables must have difference grids" in say("--design", "x4 S", "--init", "S")
    assert "--greedy: starts a design anew" in say("--init", "S", "--greedy")
    assert "--frac-bits: is '9'; it must be a whole number from 0 to" in say(
        *DESIGN, "--frac-bits", 9
    )
    assert "the tables of --init have their own" in say("--init", "nano", "--frac-bits", 4)
    assert "--steps: is '-1'; it must be a whole number, 0 or more" in say(*DESIGN, "--steps", -1)
    assert "--steps is 0: without --init or --greedy" in say(*DESIGN, "--steps", 0)
    assert "'S' is not a stage" in say("--design", "S")
    assert "enlarges ×1" in say("--design", "x1 S")
    assert "no table of this name" in say("--init", "none")
    with interrupted(monkeypatch, 4):
        assert main(command(tmp_path, out, *DESIGN)) == 130
    assert "another rate (2, now 0.25)" in say(*DESIGN, "--rate", 0.25, "--resume")
    assert "another chain" in say("--design", "x2 V:5 ; x2 V:5", "--resume")
    with np.load(state_path(out)) as content:
        arrays = dict(content)
    arrays["mean"][3] = np.nan
    with state_path(out).open("wb") as file:
        np.savez(file, **arrays)
    assert "mean holds values that are not finite" in say(*DESIGN, "--resume")


def test_an_impossible_output_is_refused_before_the_work(tmp_path, capsys):
    write_photos(tmp_path / "photos", size=(80, 96))
    message = refused(capsys, *command(tmp_path, tmp_path / "a.npy", *DESIGN))
    assert "an .npy can hold only one S, F or V table" in message
    assert "M samples" not in capsys.readouterr().out


def test_a_failed_save_keeps_the_state(tmp_path, capsys, monkeypatch):
    write_photos(tmp_path / "photos", size=(80, 96))
    out = tmp_path / "a.npz"
    monkeypatch.setattr("sw.commands.tune_steps.SAVE_SECONDS", 0)

    def full(*args):
        raise BadInput(f"{out}: cannot be written (No space left on device)")

    with monkeypatch.context() as patch:
        patch.setattr("sw.commands.fit_output.save", full)
        assert "No space left" in refused(capsys, *command(tmp_path, out, *DESIGN))
    assert state_path(out).exists()
    assert main(command(tmp_path, out, *DESIGN, "--resume")) == 0
    assert out.exists()
    assert not state_path(out).exists()


def test_tune_without_its_extra_says_how_to_get_it(tmp_path, capsys, monkeypatch):
    write_photos(tmp_path / "photos", size=(80, 96))
    monkeypatch.setitem(sys.modules, "numba", None)
    message = refused(capsys, *command(tmp_path, tmp_path / "a.npz", *DESIGN))
    assert "numba is not installed; install the extra" in message


def test_fit_refuses_difference_grids(tmp_path, capsys):
    write_photos(tmp_path / "photos", size=(80, 96))
    assert main(command(tmp_path, tmp_path / "a.npz", "--design", "x2 V:5")) == 0
    options = ["--data", tmp_path / "photos", "--init", tmp_path / "a.npz"]
    message = refused(capsys, "fit", *options, "--out", tmp_path / "b.npz")
    assert "has a difference grid; continue it with `tune`" in message


@pytest.mark.long
def test_greedy_resumes_to_the_same_tables(tmp_path, monkeypatch):
    write_photos(tmp_path / "photos", size=(80, 96))
    chosen = "--design", "x2 V:5 ; x2 V:5", "--greedy"
    assert main(command(tmp_path, tmp_path / "whole.npz", *chosen)) == 0
    with interrupted(monkeypatch, 7):
        assert main(command(tmp_path, tmp_path / "parts.npz", *chosen)) == 130
    assert main(command(tmp_path, tmp_path / "parts.npz", *chosen, "--resume")) == 0
    assert (tmp_path / "parts.npz").read_bytes() == (tmp_path / "whole.npz").read_bytes()


def test_inner_maps_start_different():
    chain = Chain(parse("x1 V | V ; x2 V + V@1 + V@2"))
    tables = chain.rounded(noise(chain, 1)).stages[0].tables
    assert not tables[0].entries.any()
    assert tables[1].entries.std() > 1


def test_tuned_tables_are_a_file(tmp_path):
    write_photos(tmp_path / "photos", size=(80, 96))
    assert main(command(tmp_path, tmp_path / "a.npz", "--design", "x2 V:5", "--seed", "3")) == 0
    assert load(tmp_path / "a.npz").scale == 2
    more = "--design", "x2 V:5", "--seed", "3", "--drawings", "0.5"
    assert main(command(tmp_path, tmp_path / "b.npz", *more)) == 0
    assert (tmp_path / "b.npz").read_bytes() != (tmp_path / "a.npz").read_bytes()


def test_help_draws_all_windows_and_names_all_grids():
    lines = tune.__doc__.splitlines()
    top = next(y for y, line in enumerate(lines) if line.startswith("  V  1 2"))
    for name in WINDOWS:
        left = lines[top].index(f"  {name}  ") + len(f"  {name}  ")
        (table,) = parse(f"x2 {name}").stages[0].tables
        for y, row in enumerate(info._window(table), top):
            assert lines[y][left:].startswith(row)
    *levels, last = BREAKPOINTS
    assert f"{', '.join(map(str, levels))} or {last}" in tune.__doc__
