"""``python -m sw compare`` on small pictures; a browser looks at its page in test_page.py."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
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
from sw.pictures.metrics import all_metrics
from sw.tables.files import save
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

    told = json.loads((out / "results.json").read_text(), parse_constant=pytest.fail)
    assert list(told["sets"]) == ["all", "a", "b"]
    assert list(told["pictures"]) == ["a/photo0", "a/photo1", "b/photo0"]
    assert told["scale"] == 4
    rows = list(csv.DictReader((out / "results.csv").read_text().splitlines()))
    assert [(row["set"], row["method"]) for row in rows] == [
        (name, row["method"]) for name, of_set in told["sets"].items() for row in of_set
    ]
    for method in ("bicubic", "pico"):
        of_set = {
            "a": [measured("a", 0, method), measured("a", 1, method)],
            "b": [measured("b", 0, method)],
        }
        of_set["all"] = of_set["a"] + of_set["b"]
        for row in rows:
            if row["method"] != method:
                continue
            (same,) = (each for each in told["sets"][row["set"]] if each["method"] == method)
            assert row["pictures"] == str(len(of_set[row["set"]])) == str(same["pictures"])
            for metric in ("psnr_y", "psnr_rgb", "ssim", "mae", "mse"):
                mean = np.mean([each[metric] for each in of_set[row["set"]]])
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
    told = json.loads((out / "results.json").read_text(), parse_constant=pytest.fail)
    assert told["sets"]["photos"][0]["psnr_y"] is None
    assert ",inf," in (out / "results.csv").read_text()


def test_tables_by_path(tmp_path, photos, capsys):
    table = make_upsampler(low=0, high=63)
    save(tmp_path / "published.npy", table)
    save(tmp_path / "other.npz", make_upsampler(seed=3))
    (tmp_path / "more").mkdir()
    save(tmp_path / "more" / "other.npz", make_upsampler(seed=4))
    given = [tmp_path / "published.npy", tmp_path / "other.npz", tmp_path / "more" / "other.npz"]
    options = [part for path in given for part in ("--table", path)]
    assert compare(photos, "--methods", "bicubic", *options) == 0
    rows = printed(capsys)
    assert set(rows) == {"bicubic", "published.npy", *map(str, given[1:])}
    original = np.asarray(Image.open(photos / "face.png"))
    expected = all_metrics(original, upscale(resize(original, Fraction(1, 4)), table), 4)
    assert rows["published.npy"]["PSNR-Y"] == f"{expected['psnr_y']:.3f}"
    assert rows["published.npy"]["bytes"] == "10000"


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
        return [each["name"] for each in data["pictures"]]

    assert shown("--show", 3) == ["a/photo0", "a/photo1", "b/photo0"]
    assert shown("--show", "b/photo2, a/photo1") == ["a/photo1", "b/photo2"]
    assert shown("--show", 0) == []
    assert len(shown()) == 6
    monkeypatch.setattr("sw.compare.report.crops.MAX_BYTES", 1000)
    capsys.readouterr()
    assert shown("--show", "b/photo2, a/photo1") == ["a/photo1"]
    assert "left out beyond 0 MB: b/photo2" in capsys.readouterr().out


def test_compare_refuses(tmp_path, photos, capsys):
    def say(*argv):
        said = refused(capsys, "compare", *argv)
        assert sorted(path.name for path in tmp_path.iterdir()) == files
        return said

    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "weights.npz").write_bytes(b"PK no table")
    np.savez(tmp_path / "network.npz", conv1=np.zeros((3, 3), np.float32))
    save(tmp_path / "x2.npz", make_upsampler(scale=2))
    write_photos(tmp_path / "tiny", 1, (18, 40))
    write_photos(tmp_path / "twice", 1, (40, 40))
    Image.new("L", (40, 40)).save(tmp_path / "twice" / "photo0.bmp")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "a.png").write_bytes(b"\x89PNG")
    all_of_them = write_photos(tmp_path / "all", 1, (40, 40))
    files = sorted(path.name for path in tmp_path.iterdir())

    assert "missing: no such folder" in say(tmp_path / "missing")
    assert "file: no such folder" in say(tmp_path / "file")
    assert "empty: holds no image files; it must be a folder of HR" in say(tmp_path / "empty")
    assert "photo0.png: 40×16 is too small; 19×19 or more" in say(tmp_path / "tiny")
    assert "photo0.png: has the same name as photo0.bmp" in say(tmp_path / "twice")
    assert "a set called photos is there already" in say(photos, photos)
    assert "a folder is called all, as all sets together are" in say(photos, all_of_them)
    assert "a.png: not an image that Pillow can open" in say(tmp_path / "broken")
    said = say(photos, "--methods", "bicubic,nosuch")
    assert "--methods nosuch: no such method or kind; all, interpolation, " in said
    assert "bicubic, lanczos" in said
    assert "rtl-pico" in said
    assert "x2.npz: has scale 2; this comparison is of scale 4" in say(
        photos, "--table", tmp_path / "x2.npz"
    )
    assert "weights.npz: cut short or not a table" in say(
        photos, "--table", tmp_path / "weights.npz"
    )
    assert "network.npz: damaged, or an .npz that does not hold a table" in say(
        photos, "--table", tmp_path / "network.npz"
    )
    assert "gone.npy: no such table file" in say(photos, "--table", tmp_path / "gone.npy")
    table = tmp_path / "table.npy"
    save(table, make_upsampler())
    files = sorted([*files, "table.npy"])
    assert "is given twice" in say(photos, "--table", table, "--table", table)
    assert "file: is a file; a folder is accepted" in say(photos, "--out", tmp_path / "file")
    assert "there is no folder" in say(photos, "--out", tmp_path / "no" / "out")
    assert "--show photos/nosuch: no such picture; a number, or photos/face" in say(
        photos, "--show", "photos/nosuch"
    )
    assert "--crop 4: 16 or more is accepted" in say(photos, "--crop", 4)
    assert "over the limit of 0.001" in say(photos, "--max-mpixel", 0.001)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interruption_leaves_nothing_half_written(tmp_path, how):
    (tmp_path / "photos").mkdir()
    Image.fromarray(photo_like(800, 1200)).save(tmp_path / "photos" / "large.png")
    out = tmp_path / "out"
    out.mkdir()
    (out / "results.csv").write_text("old")
    command = ["sw", "compare", str(tmp_path / "photos"), "--methods", "bicubic,large"]
    with subprocess.Popen(
        [sys.executable, "-m", *command, "--out", str(out)],
        stderr=subprocess.PIPE,
        cwd=os.getcwd(),
        # A shell that runs the tests in the background has told its children to ignore SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as run:
        os.set_blocking(run.stderr.fileno(), False)
        said, deadline = b"", time.monotonic() + 60
        while b"photos/large large" not in said and time.monotonic() < deadline:
            said += run.stderr.read() or b""
            time.sleep(0.01)
        run.send_signal(how)
        os.set_blocking(run.stderr.fileno(), True)
        said = run.stderr.read()
        assert run.wait(60) == 130
    assert b"Traceback" not in said
    assert b"interrupted; unfinished files were not written" in said
    assert [path.name for path in out.iterdir()] == ["results.csv"]
    assert (out / "results.csv").read_text() == "old"
