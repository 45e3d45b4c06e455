import json

import numpy as np
import pytest
from PIL import Image

from commands import refused, write_photos
from sw.__main__ import main


def test_score_prints_and_writes_json(tmp_path, capsys, table_file):
    photos = write_photos(tmp_path / "photos")
    out = tmp_path / "scores.json"
    assert main(["score", str(photos), "--table", str(table_file), "--json", str(out)]) == 0
    result = json.loads(out.read_text())
    assert list(result) == ["mean", "images"]
    assert list(result["images"]) == ["photo0.png", "photo1.png", "photo2.png"]
    methods = ["table", "nearest", "bilinear", "bicubic"]
    for scores in (result["mean"], *result["images"].values()):
        assert list(scores) == methods
        assert all(list(pair) == ["psnr_y", "ssim"] for pair in scores.values())
    bicubic = [scores["bicubic"]["psnr_y"] for scores in result["images"].values()]
    assert result["mean"]["bicubic"]["psnr_y"] == pytest.approx(np.mean(bicubic))
    mean = capsys.readouterr().out.splitlines()[-1]
    assert mean.split()[-3:-2] == [f"{result['mean']['bicubic']['psnr_y']:.3f}"]


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
    tiny = write_photos(tmp_path / "tiny", 1, (3, 30))
    assert "photo0.png: is smaller than 4×4, the scale of the table" in error_of(tiny)
    small = write_photos(tmp_path / "small", 1, (18, 40))
    assert "photo0.png: 40×16 is too small to score; it must be at least 19×19" in error_of(small)
    assert "there is no folder" in error_of(small, "--json", tmp_path / "no" / "a.json")
