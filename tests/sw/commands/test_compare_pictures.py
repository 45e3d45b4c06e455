"""``python -m sw compare`` with pictures that cannot be used, and with odd names."""

import csv
import json
import os
import re

import pytest
from PIL import Image

from commands import write_photos
from comparing import compare
from pictures import photo_like
from sw.compare import comparison


@pytest.fixture
def damaged(tmp_path, monkeypatch):
    """The sets a, b and c; a has a picture cut short, b a small one, c nothing else."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    for name, count in (("a", 2), ("b", 2), ("c", 1)):
        write_photos(tmp_path / "photos" / name, count, (34, 45))
    cut = tmp_path / "photos" / "a" / "photo0.png"
    cut.write_bytes(cut.read_bytes()[:1000])
    Image.new("L", (45, 19)).save(tmp_path / "photos" / "b" / "photo1.png")
    (tmp_path / "photos" / "c" / "photo0.png").write_bytes(b"\x89PNG")


@pytest.mark.usefixtures("damaged")
def test_bad_pictures_are_left_out_of_every_figure(tmp_path, capsys):
    methods = "--methods", "bicubic,nearest"
    assert compare("photos", *methods, "--out", "some", "--show", 2) == 1
    out, errors = capsys.readouterr()
    skipped = {
        "a/photo0": "photos/a/photo0.png: cannot be read (the image is damaged or cut short",
        "b/photo1": "photos/b/photo1.png: 45×19 is too small to score at scale 4; it must be at ",
        "c/photo0": "photos/c/photo0.png: not an image that Pillow can open",
    }
    for sentence, line in zip(skipped.values(), errors.splitlines(), strict=True):
        assert line.startswith(f"left out {sentence}")
        assert f"picture left out: {sentence}" in out
    assert "all figures are over 2 of 5 pictures" in out

    for name in ("a/photo0", "b/photo1", "c/photo0"):
        (tmp_path / "photos" / f"{name}.png").unlink()
    assert compare("photos", *methods, "--out", "good") == 0
    some, good = (
        json.loads((tmp_path / name / "results.json").read_text()) for name in ("some", "good")
    )
    assert list(some["sets"]) == ["all", "a", "b"]
    assert list(some["pictures"]) == ["a/photo1", "b/photo0"]
    assert list(some["left_out"]) == list(skipped)
    assert not good["left_out"]
    timeless = [
        {
            name: [{**row, "seconds_per_megapixel": 0} for row in rows]
            for name, rows in report["sets"].items()
        }
        for report in (some, good)
    ]
    assert timeless[0] == timeless[1]

    rows = list(csv.DictReader((tmp_path / "some" / "results.csv").read_text().splitlines()))
    assert [row["pictures"] for row in rows] == ["2"] * 2 + ["1"] * 4 + [""] * 3
    assert [(row["set"], row["skipped"]) for row in rows[-3:]] == [
        (name[0], some["left_out"][name]) for name in skipped
    ]
    html = (tmp_path / "some" / "index.html").read_text()
    assert "a (1), b (1)" in html
    assert "all figures are over 2 of 5 pictures" in html
    data = json.loads(re.search(r'id="data">(.*?)</script>', html, re.DOTALL)[1])
    assert [picture["name"] for picture in data["pictures"]] == ["a/photo1", "b/photo0"]


@pytest.mark.usefixtures("damaged")
def test_page_without_the_pictures_that_were_left_out(tmp_path):
    options = "--methods", "bicubic", "--out", "out", "--show", "a/photo0,b/photo0"
    assert compare("photos", *options) == 1
    html = (tmp_path / "out" / "index.html").read_text()
    data = json.loads(re.search(r'id="data">(.*?)</script>', html, re.DOTALL)[1])
    assert [picture["name"] for picture in data["pictures"]] == ["b/photo0"]


def test_picture_that_disappears_is_left_out(tmp_path, capsys, monkeypatch):
    photos = write_photos(tmp_path / "photos", 3, (34, 45))
    enlarge = comparison._enlarge

    def deletes(*args):
        (photos / "photo1.png").unlink(missing_ok=True)
        return enlarge(*args)

    monkeypatch.setattr(comparison, "_enlarge", deletes)
    assert compare(photos, "--methods", "bicubic", "--out", tmp_path / "out") == 1
    out = capsys.readouterr().out
    assert "photo1.png: no such file" in out
    assert "all figures are over 2 of 3 pictures" in out
    report = json.loads((tmp_path / "out" / "results.json").read_text())
    assert list(report["pictures"]) == ["photos/photo0", "photos/photo2"]


def test_method_without_enough_memory_is_skipped(photos, capsys, monkeypatch):
    def enlarge(*_):
        raise MemoryError

    monkeypatch.setattr("sw.compare.methods.tables.upscale_channels", enlarge)
    assert compare(photos, "--methods", "bicubic,pico") == 0
    out = capsys.readouterr().out
    assert "skipped: pico: photos/face: there is not enough memory to enlarge it" in out


def test_pictures_of_equal_stem_have_names_of_their_own(tmp_path):
    photos = write_photos(tmp_path / "photos", 1, (34, 45))
    Image.fromarray(photo_like(34, 45)).save(photos / "photo0.bmp")
    assert compare(photos, "--methods", "bicubic", "--out", tmp_path / "out") == 0
    report = json.loads((tmp_path / "out" / "results.json").read_text())
    assert list(report["pictures"]) == ["photos/photo0_bmp", "photos/photo0_png"]


def test_names_that_are_not_utf_8(tmp_path):
    photos = write_photos(tmp_path / os.fsdecode(b"\xff"), 1, (34, 45))
    assert compare(tmp_path, "--methods", "bicubic,nearest", "--out", tmp_path / "out") == 0
    assert b"\n\\udcff,bicubic," in (tmp_path / "out" / "results.csv").read_bytes()
    assert (tmp_path / "out" / "index.html").is_file()
    assert photos.is_dir()
