import re
import sys

from PIL import Image

from commands import refused, write_photos
from pictures import photo_like
from sw import manifest
from sw.__main__ import main
from sw.files import FAMILIES, load


def test_fit_makes_a_table_with_its_manifest(tmp_path, capsys):
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
    said = capsys.readouterr()
    assert "4 photographs, 0.0 M samples of HR, 2 files skipped" in said.out
    assert re.search(r"skipped .*broken\.png: not an image", said.err)
    assert re.search(r"skipped .*tiny\.png: smaller than 4×4", said.err)

    upsampler = load(tmp_path / "a.npz")
    assert upsampler.stages[0].tables[0].taps == FAMILIES["F"]
    assert upsampler.stages[0].tables[0].grid.q == 32
    content = manifest.read(tmp_path / "a.npz")
    assert content["data"]["files"] == 6
    mean = content["scores"][str(photos / "deep")]
    assert mean["table"]["psnr_y"] > mean["bicubic"]["psnr_y"]

    assert main(["info", str(tmp_path / "a.npz")]) == 0
    said = capsys.readouterr().out
    assert "uniform grid: 9 levels" in said
    assert "1 2 3\n" in said
    assert content["sha256"] in said


def test_fit_refuses(tmp_path, capsys):
    def say(data, out=tmp_path / "a.npz", *more):
        said = refused(capsys, "fit", "--data", data, "--out", out, *more)
        assert not list(tmp_path.glob("*.npz"))
        return said

    assert "no such folder" in say(tmp_path / "missing")
    (tmp_path / "empty").mkdir()
    assert "holds no image files" in say(tmp_path / "empty")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "a.png").write_bytes(b"")
    assert "none of its 1 image files can be used" in say(broken)
    photos = write_photos(tmp_path / "photos", 1)
    assert "ends in .npz or .npy" in say(photos, tmp_path / "a.txt")
    assert "there is no folder" in say(photos, tmp_path / "no" / "a.npz")
    assert "no such folder" in say(photos, tmp_path / "a.npz", "--score", tmp_path / "missing")
    assert "--ridge above 0" in say(photos, tmp_path / "a.npz", "--ridge", 0)


def test_fit_without_its_extra_says_how_to_get_it(tmp_path, capsys, monkeypatch):
    photos = write_photos(tmp_path / "photos", 1)
    for name in ("sw.normal", "sw.least_squares"):
        monkeypatch.delitem(sys.modules, name, raising=False)
        monkeypatch.delattr(name, raising=False)
    monkeypatch.setitem(sys.modules, "numba", None)
    said = refused(capsys, "fit", "--data", photos, "--out", tmp_path / "a.npz")
    assert "fitting needs numba; install the extra with: pip install -e '.[fit]'" in said
