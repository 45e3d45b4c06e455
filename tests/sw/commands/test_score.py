import json
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from commands import refused, write_photos
from sw.__main__ import main
from sw.pictures import bicubic
from sw.pictures.bicubic import crop_to_multiple, resize
from sw.pictures.colour_formats import upscale_luma
from sw.pictures.images import read_picture
from sw.pictures.metrics import psnr_ssim_y
from sw.tables.files import load


def test_score_prints_and_writes_json(tmp_path, capsys, table_file):
    photos = write_photos(tmp_path / "photos")
    out = tmp_path / "scores.json"
    assert main(["score", str(photos), "--table", str(table_file), "--json", str(out)]) == 0
    result = json.loads(out.read_text())
    assert list(result) == ["mean", "images", "skipped"]
    assert list(result["images"]) == ["photo0.png", "photo1.png", "photo2.png"]
    methods = ["table", "nearest", "bilinear", "bicubic"]
    for scores in (result["mean"], *result["images"].values()):
        assert list(scores) == methods
        assert all(list(pair) == ["psnr_y", "ssim"] for pair in scores.values())
    bicubic = [scores["bicubic"]["psnr_y"] for scores in result["images"].values()]
    assert result["mean"]["bicubic"]["psnr_y"] == pytest.approx(np.mean(bicubic))
    mean = capsys.readouterr().out.splitlines()[-1]
    assert mean.split()[-3:-2] == [f"{result['mean']['bicubic']['psnr_y']:.3f}"]


def test_score_of_luma(tmp_path, capsys, table_file):
    photos = write_photos(tmp_path / "photos", 1)
    out, table = tmp_path / "scores.json", load(table_file)
    argv = ["score", str(photos), "--table", str(table_file), "--json", str(out)]
    assert main([*argv, "--colour", "luma"]) == 0
    original = crop_to_multiple(read_picture(photos / "photo0.png").pixels, 4)
    enlarged = upscale_luma(resize(original, Fraction(1, 4)), table)
    scores = json.loads(out.read_text())["mean"]["table"]
    assert scores == psnr_ssim_y(original, enlarged, 4)


def test_note_on_grey_pictures_in_luma(tmp_path, capsys, table_file):
    photos = write_photos(tmp_path / "photos", 2)
    (photos / "bad.png").write_bytes(b"\x89PNG")
    with Image.open(photos / "photo1.png") as image:
        image.convert("L").save(photos / "grey.png")
    argv = ["score", str(photos), "--table", str(table_file)]
    texts = []
    for options in ((), ("--colour", "luma")):
        assert main([*argv, *options]) == 1
        out, errors = capsys.readouterr()
        texts.append(out.splitlines())
        skipped, *notes = errors.splitlines()
        assert skipped.startswith("skipped ")
        note = f"note: {photos}/grey.png: is grey, so that --colour luma changes nothing"
        assert notes == ([note] if options else [])
    same = [line.split()[0] for line in texts[0][:-1] if line in texts[1]]
    assert same == ["PSNR-Y", "grey.png"]


def test_score_of_a_flat_picture_is_valid_json(tmp_path, table_file):
    photos = tmp_path / "photos"
    photos.mkdir()
    Image.new("L", (40, 40), 99).save(photos / "flat.png")
    out = tmp_path / "scores.json"
    assert main(["score", str(photos), "--table", str(table_file), "--json", str(out)]) == 0
    result = json.loads(out.read_text(), parse_constant=pytest.fail)
    assert result["mean"]["bicubic"]["psnr_y"] is None


def test_score_refuses(tmp_path, capsys, table_file):
    def error_of(folder, *more):
        return refused(capsys, "score", folder, "--table", table_file, *more)

    assert "no such folder" in error_of(tmp_path / "missing")
    (tmp_path / "empty").mkdir()
    assert "holds no image files" in error_of(tmp_path / "empty")
    for folder, size, text in (("tiny", (3, 30), "30×3"), ("small", (19, 40), "40×19")):
        small = write_photos(tmp_path / folder, 1, size)
        message = f"photo0.png: {text} is too small to score at scale 4; it must be at least 20×20"
        assert message in error_of(small)
    assert "there is no folder" in error_of(small, "--json", tmp_path / "no" / "a.json")


def test_score_skips_bad_pictures(tmp_path, capsys, table_file):
    photos = write_photos(tmp_path / "photos")
    command = ["score", str(photos), "--table", str(table_file), "--json"]
    assert main([*command, str(tmp_path / "good.json")]) == 0
    capsys.readouterr()
    Image.new("L", (40, 3)).save(photos / "a.png")
    (photos / "photo1a.png").write_bytes(b"\x89PNG")
    assert main([*command, str(tmp_path / "some.json")]) == 1
    good, some = (json.loads((tmp_path / f"{name}.json").read_text()) for name in ("good", "some"))
    assert (good["mean"], good["images"]) == (some["mean"], some["images"])
    assert list(some["skipped"]) == ["a.png", "photo1a.png"]
    out, errors = capsys.readouterr()
    assert out.splitlines()[-1].startswith("mean of 3 of 5 pictures  ")
    first, second = errors.splitlines()
    assert first.startswith("skipped ")
    assert "a.png: 40×3 is too small to score at scale 4; it must be at least 20×20" in first
    assert second.endswith("photo1a.png: not an image that Pillow can open")


def test_smallest_picture_that_is_scored(tmp_path, table_file):
    photos = write_photos(tmp_path / "photos", 1, (20, 20))
    assert main(["score", str(photos), "--table", str(table_file)]) == 0


def test_lack_of_memory_for_one_picture(tmp_path, capsys, monkeypatch, table_file):
    photos = write_photos(tmp_path / "photos", 2)
    calls = []

    def resize(*args):
        calls.append(args)
        if len(calls) == 1:
            raise MemoryError
        return bicubic.resize(*args)

    monkeypatch.setattr("sw.scores.resize", resize)
    assert main(["score", str(photos), "--table", str(table_file)]) == 1
    out, errors = capsys.readouterr()
    assert "mean of 1 of 2 pictures" in out
    assert "photo0.png: there is not enough memory to score it" in errors
