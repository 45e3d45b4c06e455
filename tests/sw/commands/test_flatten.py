"""Tables that do not keep flat fields: `flatten` mends them, others are refused or named."""

import json
import shlex
from dataclasses import replace

import numpy as np
import pytest

from commands import refused, write_photos
from sw.__main__ import main
from sw.pictures.flat_fields import flat_errors
from sw.tables import manifest
from sw.tables.design import parse
from sw.tables.files import load, save
from sw.tables.flat_sums import flattened
from sw.tables.spec import Upsampler
from tables import make_upsampler


@pytest.fixture
def off(tmp_path):
    """A published table in which two entries are one too large or too small."""
    entries = flattened(make_upsampler()).stages[0].tables[0].entries.copy()
    entries[1, 1, 1, 1, 0, 0] += 1
    entries[3, 3, 3, 3, 1, 1] -= 1
    path = tmp_path / "off.npy"
    np.save(path, entries.reshape(-1, 16))
    return path


@pytest.fixture
def corrections(tmp_path):
    """A table with the shape of S whose entries are small corrections, as in a second stage."""
    path = tmp_path / "second.npy"
    save(path, make_upsampler(low=-9, high=9))
    return path


def test_flatten_mends_a_table(off, tmp_path, capsys):
    assert main(["info", str(off)]) == 0
    assert "grey levels change, by 1 at most; `flatten` mends that" in capsys.readouterr().out
    out = tmp_path / "mended.npy"
    assert main(["flatten", str(off), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "2 of 10000 entries moved" in printed
    assert "all 256 grey levels are kept" in printed
    assert not flat_errors(load(out)).any()
    assert np.abs(np.load(out).astype(int) - np.load(off)).sum() == 2
    assert main(["info", str(out)]) == 0
    assert "flat fields: all 256 grey levels are kept" in capsys.readouterr().out


def test_flatten_goes_on_with_the_manifest(off, tmp_path, capsys, monkeypatch):
    manifest.write(off, {"command": "python -m sw fit", "seconds": 5, "scores": {"old": {}}})
    photos = write_photos(tmp_path / "photos", 1)
    argv = ["flatten", str(off), "--out", str(off), "--score", str(photos)]
    monkeypatch.setattr("sys.argv", ["sw", *argv])
    assert main(argv) == 0
    content = manifest.read(off)
    assert content["command"] == shlex.join(
        ["python", "-m", "sw", "fit", "&&", "python", "-m", "sw", *argv]
    ).replace("'&&'", "&&")
    assert content["seconds"] == 5
    assert list(content["scores"]) == [str(photos)]
    assert "dB" in capsys.readouterr().out


def test_flatten_refuses_what_no_entries_can_keep(tmp_path, capsys):
    # The middle of a 3×3 block is four times one entry: only multiples of four are possible, and
    # 255, to which 256 is clipped.
    save(tmp_path / "V.npz", make_upsampler("V", 0, 3))
    out = tmp_path / "out.npz"
    message = refused(capsys, "flatten", tmp_path / "V.npz", "--out", out)
    assert "no entries keep 191 of the 256 grey levels" in message
    assert not out.exists()


def test_manifest_that_cannot_be_written_is_found_before_the_table_is(off, tmp_path, capsys):
    (tmp_path / "mine.json").mkdir()
    out = tmp_path / "mine.npz"
    assert "mine.json: is a folder" in refused(capsys, "flatten", off, "--out", out)
    assert not out.exists()
    out = tmp_path / f"{'n' * 251}.npz"
    assert ".json: the name is too long (256 bytes)" in refused(
        capsys, "flatten", off, "--out", out
    )
    assert not list(tmp_path.glob("*.npz"))


@pytest.mark.parametrize("command", ["upscale", "score", "compare", "demo", "fit", "tune"])
def test_a_table_of_something_else_is_refused(
    command, corrections, picture_file, photos, tmp_path, capsys
):
    before = sorted(tmp_path.rglob("*"))
    table, out = ["--table", corrections], tmp_path / "out.png"
    argv = {
        "upscale": [picture_file, out, *table],
        "score": [photos, *table],
        "compare": [photos, *table, "--out", tmp_path / "out"],
        "demo": ["--out", tmp_path / "out", *table],
        "fit": ["--data", photos, "--out", tmp_path / "f.npz", "--init", corrections],
        "tune": ["--data", photos, "--out", tmp_path / "f.npz", "--init", corrections],
    }[command]
    message = refused(capsys, command, *argv)
    assert f"{corrections}: turns flat fields into other grey levels, 12" in message
    assert "--force takes it as it is" in message
    assert sorted(tmp_path.rglob("*")) == before


def test_force_takes_it(corrections, picture_file, tmp_path):
    argv = ["upscale", picture_file, tmp_path / "out.png", "--table", corrections, "--force"]
    assert main(list(map(str, argv))) == 0
    assert (tmp_path / "out.png").is_file()


def test_info_explains_it(corrections, capsys):
    assert main(["info", str(corrections)]) == 0
    assert "of 256 grey levels change, by 25" in capsys.readouterr().out


def test_a_table_that_misses_levels_by_one_is_taken(off, picture_file, tmp_path):
    argv = ["upscale", picture_file, tmp_path / "out.png", "--table", off]
    assert main(list(map(str, argv))) == 0


@pytest.mark.long
def test_fit_writes_tables_that_keep_flat_fields(photos, tmp_path, capsys):
    pytest.importorskip("numba")
    for family, step, scale in (("V", "64", "4"), ("F", "32", "3"), ("S", "128", "2")):
        out = tmp_path / f"{family}.npz"
        argv = ["fit", "--data", photos, "--out", out, "--family", family, "--step", step]
        argv += ["--scale", scale, "--iterations", "4", "--sizes", "1"]
        assert main(list(map(str, argv))) == 0
        assert "flat fields: all 256 grey levels are kept" in capsys.readouterr().out
        assert not flat_errors(load(out)).any()


@pytest.mark.long
@pytest.mark.parametrize("command", ["fit", "tune"])
def test_table_that_keeps_none_is_mended_on_the_way(command, photos, tmp_path):
    pytest.importorskip("numba")
    before = flattened(make_upsampler("V", 6, 2) if command == "fit" else parse("x2 V:5 ; x2 V:5"))
    off, out = tmp_path / "off.npz", tmp_path / "out.npz"
    stages = [
        replace(stage, tables=tuple(replace(t, entries=shifted(t)) for t in stage.tables))
        for stage in before.stages
    ]
    save(off, Upsampler(tuple(stages)))
    assert np.count_nonzero(flat_errors(load(off))) > 250
    argv = [command, "--data", photos, "--init", off, "--out", out, "--sizes", "1"]
    argv += {
        "fit": ["--iterations", "4"],
        "tune": ["--steps", "4", "--batch", "2", "--crop", "16", "--drawings", "0"],
    }[command]
    assert main(list(map(str, argv))) == 0
    assert not flat_errors(load(out)).any()


def shifted(table):
    """Entries of ``table``, each one larger where there is room."""
    return np.clip(table.entries.astype(int) + 1, -128, 127).astype(np.int8)


@pytest.mark.long
def test_tune_writes_tables_that_keep_flat_fields(photos, tmp_path, capsys):
    pytest.importorskip("numba")
    out = tmp_path / "tuned.npz"
    argv = ["tune", "--data", photos, "--out", out, "--steps", "6", "--batch", "2", "--crop", "16"]
    argv += ["--sizes", "1", "--drawings", "0"]
    design = "x1 V:5 | V:5 ; x2 V:5 + V@1:5 + V@2:5 ; x2 V:5"
    assert main(list(map(str, [*argv, "--design", design]))) == 0
    assert "flat fields: all 256 grey levels are kept" in capsys.readouterr().out
    assert not flat_errors(load(out)).any()
    more = tmp_path / "more.npz"
    argv[argv.index(out)] = more
    argv[argv.index("--steps") + 1] = "0"
    assert main(list(map(str, [*argv, "--init", out]))) == 0
    assert not flat_errors(load(more)).any()
    assert json.loads(manifest.manifest_path(more).read_text())["scores"] == {}
