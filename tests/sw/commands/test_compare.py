"""``python -m sw compare`` on small pictures; compare/report tests its page in a browser."""

import csv
import json
import os
import pty
import re
import signal
import subprocess
import sys
import termios
import time
from contextlib import suppress
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from commands import refused, write_photos
from comparing import compare, printed
from pictures import photo_like
from sw.compare.methods import known
from sw.golden import upscale
from sw.pictures.bicubic import resize
from sw.pictures.colour_formats import upscale_channels
from sw.pictures.metrics import all_metrics
from sw.tables.files import save
from sw.tables.flat_sums import flattened
from tables import make_upsampler

FILES = ["index.html", "quality.svg", "results.csv", "results.json"]


def test_methods_are_ranked(photos, capsys):
    methods = "nearest,bilinear,bicubic,lanczos,V,S,compact"
    assert compare(photos, "--methods", methods) == 0
    table = printed(capsys)
    ranks = ["nearest", "bilinear", "bicubic", "V", "S", "compact"]
    assert [name for name in table if name in ranks] == ranks[::-1]
    psnr = [float(row["PSNR-Y"]) for row in table.values()]
    assert psnr == sorted(psnr, reverse=True)
    assert table["S"]["bytes"] == "1336336"
    assert table["S"]["look-ups"] == "0.25"
    assert table["compact"]["kind"] == "table"


def test_figures_are_those_of_the_pictures(tmp_path, capsys):
    photos = tmp_path / "photos"
    photos.mkdir()
    for name, count in (("a", 2), ("b", 1)):
        write_photos(photos / name, count, (34, 45))
    out = tmp_path / "out"
    assert compare(photos, "--methods", "bicubic,pico", "--out", out) == 0
    assert sorted(path.name for path in out.iterdir()) == FILES
    table = printed(capsys)

    def measured(folder, i, name):
        original = np.asarray(Image.open(photos / folder / f"photo{i}.png"))[:32, :44]
        low = resize(original, Fraction(1, 4))
        (method,) = known.choose(known.known(4, {}), name)
        return all_metrics(original, method.enlarge(low, 4), 4)

    report = json.loads((out / "results.json").read_text(), parse_constant=pytest.fail)
    assert list(report["sets"]) == ["all", "a", "b"]
    assert list(report["pictures"]) == ["a/photo0", "a/photo1", "b/photo0"]
    assert report["scale"] == 4
    rows = list(csv.DictReader((out / "results.csv").read_text().splitlines()))
    assert [(row["set"], row["method"]) for row in rows] == [
        (name, row["method"]) for name, in_set in report["sets"].items() for row in in_set
    ]
    for method in ("bicubic", "pico"):
        in_set = {
            "a": [measured("a", 0, method), measured("a", 1, method)],
            "b": [measured("b", 0, method)],
        }
        in_set["all"] = in_set["a"] + in_set["b"]
        for row in rows:
            if row["method"] != method:
                continue
            (same,) = (other for other in report["sets"][row["set"]] if other["method"] == method)
            assert row["pictures"] == str(len(in_set[row["set"]])) == str(same["pictures"])
            for metric in ("psnr_y", "psnr_rgb", "ssim", "mae", "mse"):
                mean = np.mean([scores[metric] for scores in in_set[row["set"]]])
                assert float(row[metric]) == same[metric] == pytest.approx(mean)
            assert float(row["seconds_per_megapixel"]) == same["seconds_per_megapixel"] > 0
            if row["set"] == "all":
                assert table[method]["PSNR-Y"] == f"{same['psnr_y']:.3f}"
                assert table[method]["SSIM"] == f"{same['ssim']:.4f}"
                assert table[method]["MSE"] == f"{same['mse']:.2f}"
            else:
                assert table[method][f"{row['set']} PSNR-Y"] == f"{same['psnr_y']:.3f}"


def test_equal_pictures_are_valid_json(tmp_path):
    (tmp_path / "photos").mkdir()
    Image.new("L", (40, 40), 99).save(tmp_path / "photos" / "flat.png")
    out = tmp_path / "out"
    assert compare(tmp_path / "photos", "--methods", "bicubic,nearest", "--out", out) == 0
    report = json.loads((out / "results.json").read_text(), parse_constant=pytest.fail)
    assert report["sets"]["photos"][0]["psnr_y"] is None
    assert ",inf," in (out / "results.csv").read_text()


def test_tables_by_path(tmp_path, photos, capsys):
    table = flattened(make_upsampler(low=0, high=63))
    save(tmp_path / "published.npy", table)
    save(tmp_path / "other.npz", flattened(make_upsampler(seed=3)))
    (tmp_path / "more").mkdir()
    save(tmp_path / "more" / "other.npz", flattened(make_upsampler(seed=4)))
    given = [tmp_path / "published.npy", tmp_path / "other.npz", tmp_path / "more" / "other.npz"]
    options = [part for path in given for part in ("--table", path)]
    assert compare(photos, "--methods", "bicubic", *options, "--force") == 0
    rows = printed(capsys)
    assert set(rows) == {"bicubic", "published.npy", *map(str, given[1:])}
    original = np.asarray(Image.open(photos / "face.png"))
    expected = all_metrics(original, upscale(resize(original, Fraction(1, 4)), table), 4)
    assert rows["published.npy"]["PSNR-Y"] == f"{expected['psnr_y']:.3f}"
    assert rows["published.npy"]["bytes"] == "10000"


@pytest.mark.parametrize("colour", ["rgb", "luma"])
def test_colour_of_tables_by_path(tmp_path, photos, capsys, colour):
    table = flattened(make_upsampler())
    save(tmp_path / "my.npz", table)
    options = ["--methods", "bicubic", "--table", tmp_path / "my.npz", "--colour", colour]
    assert compare(photos, *options) == 0
    rows = printed(capsys)
    name = "my.npz" if colour == "rgb" else "my.npz-luma"
    assert set(rows) == {"bicubic", name}
    original = np.asarray(Image.open(photos / "face.png"))
    low = resize(original, Fraction(1, 4))
    expected = all_metrics(original, upscale_channels(low, [table], colour), 4)
    assert rows[name]["PSNR-RGB"] == f"{expected['psnr_rgb']:.3f}"


def test_other_scales(photos, capsys):
    assert compare(photos, "--scale", 2, "--methods", "bicubic,table") == 0
    rows = printed(capsys)
    assert {"bicubic", "S_x2", "nano_x2"} <= set(rows)
    assert float(rows["nano_x2"]["PSNR-Y"]) > float(rows["bicubic"]["PSNR-Y"])


def test_page_has_the_pictures_asked_for(tmp_path, capsys, monkeypatch):
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in ("a", "b"):
        write_photos(photos / name, 3, (32, 32))

    def shown(*options):
        out = tmp_path / "out"
        assert compare(photos, "--methods", "bicubic,nearest", "--out", out, *options) == 0
        html = (out / "index.html").read_text()
        data = json.loads(re.search(r'id="data">(.*?)</script>', html, re.DOTALL)[1])
        return [picture["name"] for picture in data["pictures"]]

    assert shown("--show", 3) == ["a/photo0", "a/photo1", "b/photo0"]
    assert shown("--show", "b/photo2, a/photo1") == ["a/photo1", "b/photo2"]
    assert shown("--show", 0) == []
    assert len(shown()) == 6
    monkeypatch.setattr("sw.compare.report.crops.MAX_BYTES", 1000)
    capsys.readouterr()
    assert shown("--show", "b/photo2, a/photo1") == ["a/photo1"]
    assert "left out beyond 0 MB: b/photo2" in capsys.readouterr().out


def test_compare_refuses(tmp_path, photos, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "weights.npz").write_bytes(b"PK no table")
    np.savez(tmp_path / "network.npz", conv1=np.zeros((3, 3), np.float32))
    save(tmp_path / "x2.npz", flattened(make_upsampler(scale=2)))
    save(tmp_path / "table.npy", flattened(make_upsampler()))
    write_photos(tmp_path / "tiny", 1, (18, 40))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "a.png").write_bytes(b"\x89PNG")
    write_photos(tmp_path / "all", 1, (40, 40))
    files = sorted(path.name for path in tmp_path.iterdir())

    for arguments, message in (
        ("missing", "missing: no such folder"),
        ("file", "file: no such folder"),
        ("empty", "empty: holds no image files; it must be a folder of HR"),
        ("tiny", "none of the pictures can be used; the first: tiny/photo0.png: 40×18 is too"),
        ("photos photos", "a set called photos is there already"),
        ("photos all", "a folder is called all, the name for all sets together"),
        ("broken", "a.png: not an image that Pillow can open"),
        (
            "photos --force --table x2.npz",
            "x2.npz: has scale 2; it must be 4, the scale of",
        ),
        ("photos --table weights.npz", "weights.npz: cut short or not a table"),
        ("photos --table network.npz", "network.npz: damaged, or an .npz that"),
        ("photos --table gone.npy", "gone.npy: no such table file"),
        ("photos --table table.npy --table table.npy", "--table table.npy: is given twice"),
        ("photos --out file", "file: is a file; it must be a folder"),
        ("photos --out no/out", "there is no folder"),
        ("photos --show a/b", "--show a/b: no such picture; it must be a number, or names among"),
        ("photos --crop 4", "--crop: is '4'; it must be a whole number, 16 or more"),
        ("photos --max-mpixel 0.001", "over the limit of 0.001"),
        ("photos --methods bicubic,odd", "--methods odd: no such method or kind; it must be"),
    ):
        assert message in refused(capsys, "compare", *arguments.split())
        assert sorted(path.name for path in tmp_path.iterdir()) == files
    known_methods = refused(capsys, "compare", photos, "--methods", "odd")
    for name in ("all", "interpolation", "lanczos", "rtl-pico"):
        assert f" {name}" in known_methods


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interruption_leaves_nothing_half_written(tmp_path, how):
    (tmp_path / "photos").mkdir()
    Image.fromarray(photo_like(800, 1200)).save(tmp_path / "photos" / "large.png")
    out = tmp_path / "out"
    out.mkdir()
    (out / "results.csv").write_text("old")
    command = ["sw", "compare", str(tmp_path / "photos"), "--methods", "bicubic,large"]
    terminal, end = pty.openpty()
    termios.tcsetwinsize(end, (24, 100))
    with subprocess.Popen(
        [sys.executable, "-m", *command, "--out", str(out)],
        stderr=end,
        # A shell that runs the tests in the background has its children ignore SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as run:
        os.set_blocking(terminal, False)
        messages, deadline = b"", time.monotonic() + 60
        while b"photos/large large" not in messages and time.monotonic() < deadline:
            with suppress(BlockingIOError):
                messages += os.read(terminal, 4096)
            time.sleep(0.01)
        run.send_signal(how)
        assert run.wait(60) == 130
        messages += os.read(terminal, 4096)
    os.close(terminal)
    os.close(end)
    assert b"Traceback" not in messages
    assert b"interrupted; unfinished files were not written" in messages
    assert [path.name for path in out.iterdir()] == ["results.csv"]
    assert (out / "results.csv").read_text() == "old"
