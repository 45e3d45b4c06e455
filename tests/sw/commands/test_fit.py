import re
import sys
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from commands import refused, write_photos
from pictures import photo_like
from suites import long
from sw.__main__ import main
from sw.commands.fit_output import state_path
from sw.fit.checkpoint import load_state, save_state
from sw.fit.hard_weights import hard_weights
from sw.fit.least_squares import Solver
from sw.fit.passes import PATCH
from sw.golden import upscale
from sw.photos.planes import read_planes
from sw.pictures.bicubic import resize
from sw.tables import manifest
from sw.tables.files import load
from sw.tables.published import FAMILIES


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_fit_writes_a_table_and_its_manifest(tmp_path, capsys):
    photos = write_photos(tmp_path / "photos")
    (photos / "deep").mkdir()
    Image.fromarray(photo_like(30, 30, seed=9)).save(photos / "deep" / "more.png")
    (photos / "broken.png").write_bytes(b"\x89PNG")
    Image.new("L", (3, 9)).save(photos / "tiny.png")
    results = []
    for name in ("a.npz", "b.npz"):
        command = ["fit", "--data", photos, "--out", tmp_path / name, "--family", "F"]
        command += ["--step", "32", "--iterations", "8", "--score", photos / "deep"]
        assert main([str(arg) for arg in command]) == 0
        results.append((tmp_path / name).read_bytes())
    assert results[0] == results[1]
    output = capsys.readouterr()
    assert "4 photographs, 0.0 M samples of HR, 2 files skipped" in output.out
    assert re.search(r"skipped .*broken\.png: not an image", output.err)
    assert re.search(r"skipped .*tiny\.png: smaller than 4×4", output.err)

    upsampler = load(tmp_path / "a.npz")
    assert upsampler.stages[0].tables[0].taps == FAMILIES["F"]
    assert upsampler.stages[0].tables[0].grid.q == 32
    content = manifest.read(tmp_path / "a.npz")
    assert content["data"]["files"] == 6
    mean = content["scores"][str(photos / "deep")]
    assert mean["table"]["psnr_y"] > mean["bicubic"]["psnr_y"]

    assert main(["info", str(tmp_path / "a.npz")]) == 0
    info = capsys.readouterr().out
    assert "uniform grid: 9 levels" in info
    assert "1 2 3\n" in info
    assert content["sha256"] in info


def test_fit_refuses(tmp_path, capsys):
    def say(data, out=tmp_path / "a.npz", *more):
        message = refused(capsys, "fit", "--data", data, "--out", out, *more)
        assert not list(tmp_path.glob("*.npz"))
        return message

    assert "no such folder" in say(tmp_path / "missing")
    (tmp_path / "empty").mkdir()
    assert "holds no image files" in say(tmp_path / "empty")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "a.png").write_bytes(b"")
    assert re.search("none of the 1 image files can be used; the first: .*a.png", say(broken))
    photos = write_photos(tmp_path / "photos", 1)
    assert "must end in .npz, or in .npy" in say(photos, tmp_path / "a.txt")
    assert "there is no folder" in say(photos, tmp_path / "no" / "a.npz")
    long = tmp_path / f"{'n' * 245}.npz"
    assert ".npz.unfinished: the name is too long (260 bytes)" in say(photos, long)
    assert "no such folder" in say(photos, tmp_path / "a.npz", "--score", tmp_path / "missing")
    for option in ("--score", "--val"):
        assert "a.png: not an image" in say(photos, tmp_path / "a.npz", option, broken)
    assert "--ridge: is '0'; it must be a number above 0" in say(
        photos, tmp_path / "a.npz", "--ridge", 0
    )
    assert "no unfinished fit to resume" in say(photos, tmp_path / "a.npz", "--resume")
    assert "no such folder" in say(photos, tmp_path / "a.npz", "--val", tmp_path / "missing")
    assert "no table of this name" in say(photos, tmp_path / "a.npz", "--init", "none")
    assert "has 4430766096 bytes; it must have" in say(photos, tmp_path / "a.npz", "--step", 2)
    for option, value, sentence in (
        ("--scale", "5", "invalid choice: 5 (choose from 2, 3, 4)"),
        ("--sizes", "5", "is '5'; it must be a fraction from 1/8 to 1, like 2/3"),
        ("--sizes", "1/0", "is '1/0'; it must be a fraction from 1/8 to 1"),
        ("--sizes", "half", "is 'half'; it must be a fraction from 1/8 to 1"),
    ):
        with pytest.raises(SystemExit) as stop:
            main(["fit", "--data", str(photos), "--out", "a.npz", option, value])
        assert stop.value.code == 2
        assert sentence in capsys.readouterr().err


def fit_command(tmp_path, out, *more):
    command = ["fit", "--data", tmp_path / "photos", "--out", out, "--family", "V", "--step", "32"]
    return [str(arg) for arg in [*command, "--iterations", "8", *more]]


@pytest.mark.parametrize("stop_after", [long(3), 11, long(15)])
def test_resumed_fit_gives_the_same_table(tmp_path, capsys, monkeypatch, stop_after):
    write_photos(tmp_path / "photos")
    assert main(fit_command(tmp_path, tmp_path / "whole.npz")) == 0
    assert not state_path(tmp_path / "whole.npz").exists()

    def interrupted(solver, state, after):
        count = 0

        def stop():
            nonlocal count
            after()
            count += 1
            if count == stop_after:
                raise KeyboardInterrupt

        run_whole(solver, state, stop)

    run_whole = Solver.run
    monkeypatch.setattr("sw.commands.fit.SAVE_SECONDS", 0)
    monkeypatch.setattr(Solver, "run", interrupted)
    assert main(fit_command(tmp_path, tmp_path / "parts.npz")) == 130
    assert not (tmp_path / "parts.npz").exists()
    unfinished = state_path(tmp_path / "parts.npz")
    assert unfinished.exists()

    monkeypatch.setattr(Solver, "run", run_whole)
    resumed = fit_command(tmp_path, tmp_path / "parts.npz", "--resume")
    message = refused(capsys, *resumed, "--ridge", 3)
    assert "belongs to a fit with another ridge (0.1, now 3.0)" in message
    assert main(resumed) == 0
    assert (tmp_path / "parts.npz").read_bytes() == (tmp_path / "whole.npz").read_bytes()
    assert not unfinished.exists()


def test_damaged_state_is_refused(tmp_path, capsys, monkeypatch):
    write_photos(tmp_path / "photos")
    kept = {}

    def keep(path, state, identity):
        save_state(path, state, identity)
        kept.setdefault("bytes", path.read_bytes())
        kept["identity"] = identity

    monkeypatch.setattr("sw.fit.checkpoint.save_state", keep)
    out = tmp_path / "a.npz"
    assert main(fit_command(tmp_path, out)) == 0
    unfinished = state_path(out)

    unfinished.write_bytes(kept["bytes"][:1000])
    message = refused(capsys, *fit_command(tmp_path, out, "--resume"))
    assert "damaged, or no unfinished fit of this version" in message

    unfinished.write_bytes(kept["bytes"])
    state = load_state(unfinished, kept["identity"])
    state.table[0, 0] = np.nan
    save_state(unfinished, state, kept["identity"])
    message = refused(capsys, *fit_command(tmp_path, out, "--resume"))
    assert "table holds values that are not finite" in message


def test_fit_from_a_table_stays_near_it(tmp_path, capsys):
    write_photos(tmp_path / "photos")
    assert main(fit_command(tmp_path, tmp_path / "first.npz")) == 0
    capsys.readouterr()
    command = ["fit", "--data", tmp_path / "photos", "--out", tmp_path / "second.npz"]
    command += ["--init", tmp_path / "first.npz", "--val", tmp_path / "photos", "--ridge", 100]
    assert main([str(arg) for arg in command]) == 0
    first, second = (load(tmp_path / f"{name}.npz") for name in ("first", "second"))
    entries = [upsampler.stages[0].tables[0].entries.astype(int) for upsampler in (first, second)]
    assert entries[0].shape == entries[1].shape
    assert np.abs(entries[0] - entries[1]).mean() < 1


def test_fit_without_its_extra_says_how_to_get_it(tmp_path, capsys, monkeypatch):
    photos = write_photos(tmp_path / "photos", 1)
    monkeypatch.setitem(sys.modules, "numba", None)
    message = refused(capsys, "fit", "--data", photos, "--out", tmp_path / "a.npz")
    assert "numba is not installed; install the extra with: pip install -e '.[fit]'" in message


def test_hard_patches_count_more(tmp_path, capsys):
    write_photos(tmp_path / "photos", size=(410, 200))
    whole = ["--sizes", "1"]
    assert main(fit_command(tmp_path, tmp_path / "first.npz", *whole)) == 0
    planes, _ = read_planes(
        sorted((tmp_path / "photos").iterdir()), 4, [Fraction(1)], tmp_path / "cache"
    )
    ones = [np.ones((3, 2), np.float32) for _ in planes]
    upsampler = load(tmp_path / "first.npz")
    weights = hard_weights(planes, ones, upsampler)
    assert np.mean(weights) == pytest.approx(1, rel=1e-5)
    size = 4 * PATCH
    gains = []
    for plane in planes:
        enlarged = upscale(plane.lr[:, :, None], upsampler)[:, :, 0]
        bicubic = resize(plane.lr, Fraction(4))
        for y in range(0, 410 - 2, size):
            for x in range(0, 200, size):
                patch = slice(y, y + size), slice(x, x + size)
                hr = plane.hr[patch].astype(float)
                fitted, simple = (
                    np.mean((picture[patch] - hr) ** 2) for picture in (enlarged, bicubic)
                )
                gains.append(10 * np.log10(simple / fitted))
    by_gain = np.concatenate([w.ravel() for w in weights])[np.argsort(gains)]
    assert (np.diff(by_gain) <= 1e-6).all()
    assert by_gain[0] > by_gain[-1]

    more = ["--init", tmp_path / "first.npz", "--hard", *whole]
    assert main(fit_command(tmp_path, tmp_path / "second.npz", *more)) == 0
    assert (tmp_path / "second.npz").read_bytes() != (tmp_path / "first.npz").read_bytes()
    message = refused(capsys, *fit_command(tmp_path, tmp_path / "third.npz", "--hard"))
    assert "--hard: needs --init" in message
