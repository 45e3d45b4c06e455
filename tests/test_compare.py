"""``python -m sw compare`` on small pictures; its page is looked at in test_report.py."""

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
from pictures import assert_same, photo_like
from sw.__main__ import main
from sw.bicubic import resize
from sw.demo import photograph
from sw.errors import BadInput
from sw.files import save
from sw.golden import upscale
from sw.methods import known, rtl
from sw.methods.method import Method, Skipped
from sw.perceptual import LEAST_SIDE
from sw.quality import measure
from tables import make_upsampler

FILES = ["index.html", "quality.svg", "results.csv", "results.json"]


@pytest.fixture
def photos(tmp_path):
    """A folder of one photograph, 96×96."""
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.fromarray(photograph(4)[80:176, 176:272]).save(folder / "face.png")
    return folder


def compare(*argv):
    return main(["compare", *map(str, argv)])


def printed(capsys):
    """The table as printed: for each method, its cells by their headings."""
    head, *lines = capsys.readouterr().out.splitlines()
    names = re.split(r"\s{2,}", head)
    return {
        cells[0]: dict(zip(names, cells, strict=False))
        for cells in (re.split(r"\s{2,}", line) for line in lines)
        if len(cells) > 2
    }


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
        return measure(original, method.enlarge(low, 4), 4)

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
    expected = measure(original, upscale(resize(original, Fraction(1, 4)), table), 4)
    assert rows["published.npy"]["PSNR-Y"] == f"{expected['psnr_y']:.3f}"
    assert rows["published.npy"]["bytes"] == "10000"


def test_other_scales(photos, capsys):
    assert compare(photos, "--scale", 2, "--methods", "bicubic,table") == 0
    rows = printed(capsys)
    assert {"bicubic", "S_x2", "nano_x2"} <= set(rows)
    assert float(rows["nano_x2"]["PSNR-Y"]) > float(rows["bicubic"]["PSNR-Y"])


def test_default_leaves_the_slow_ones_out(capsys):
    every = known.known(4, {})
    assert {"self-similarity", "rtl"} <= {each.kind for each in every}
    chosen = known.choose(every, None)
    assert {each.kind for each in chosen} == {"interpolation", "table"} | (
        {each.kind for each in every} & {"network"}
    )
    assert known.warning(chosen) is None
    assert known.choose(every, "all") == every
    assert {each.name for each in known.choose(every, "interpolation, pico")} >= {"fsr", "pico"}
    slow = known.choose(every, "rtl")
    assert {each.name for each in slow} >= {"rtl-S", "rtl-pico", "rtl-large"}
    assert "this takes a while: rtl builds" in known.warning(slow)
    assert len({each.name for each in every}) == len(every)


def test_what_cannot_run_is_listed(photos, tmp_path, capsys, monkeypatch):
    def refuse(low, scale):
        raise BadInput("needs a moon; wait for one")

    methods = [
        Method("lunar", "network", refuse),
        Skipped("distant", "network", "needs a star, which is an extra"),
        *known.known(4, {})[:2],
    ]
    monkeypatch.setattr("sw.compare.known", lambda scale, given, weights: methods)
    out = tmp_path / "out"
    assert compare(photos, "--methods", "all", "--out", out) == 0
    said = capsys.readouterr().out
    assert "skipped: distant: needs a star, which is an extra" in said
    assert "skipped: lunar: photos/face: needs a moon; wait for one" in said
    told = json.loads((out / "results.json").read_text())
    assert [each["method"] for each in told["skipped"]] == ["distant", "lunar"]
    assert [each["method"] for each in told["sets"]["photos"]] == ["bilinear", "nearest"]
    last = list(csv.DictReader((out / "results.csv").read_text().splitlines()))[-1]
    assert (last["method"], last["skipped"]) == (
        "lunar",
        "photos/face: needs a moon; wait for one",
    )
    assert "needs a star, which is an extra" in (out / "index.html").read_text()
    said = refused(capsys, "compare", photos, "--methods", "lunar,distant")
    assert "none of the methods can run" in said
    assert "needs a star" in said


@pytest.mark.parametrize("channels", [1, 3])
def test_rtl_gives_what_its_model_gives(tmp_path, channels):
    model = make_upsampler(low=0, high=63)
    path = tmp_path / "table.npz"
    save(path, model)
    (method,) = rtl.methods({str(path): model})
    low = photo_like(5, 6, channels)
    assert_same(upscale(low, model), method.enlarge(low, 4), "rtl")
    (wrong,) = rtl.methods({str(path): make_upsampler(low=0, high=63, seed=1)})
    with pytest.raises(rtl.Differs, match=r"\d+ of 1440 samples of the RTL differ") as found:
        wrong.enlarge(low, 4)
    assert_same(upscale(low, model), found.value.pixels, "rtl")
    (missing,) = rtl.methods({"nosuch": model})
    with pytest.raises(BadInput, match="did not run: nosuch: no table of this name"):
        missing.enlarge(low, 4)


def test_a_difference_of_the_rtl_is_the_exit_status(photos, tmp_path, capsys, monkeypatch):
    pico = known.choose(known.known(4, {}), "pico")[0]

    def simulate(low, name):
        pixels = pico.enlarge(low, 4)
        pixels[7, 9, 1] ^= wrong
        return pixels

    monkeypatch.setattr(rtl, "simulate", simulate)
    out = tmp_path / "out"
    command = [photos, "--methods", "pico,rtl-pico", "--out", out]
    wrong = 0
    assert compare(*command) == 0
    rows = printed(capsys)
    same = [heading for heading in rows["pico"] if heading not in ("method", "kind", "s/Mpixel")]
    assert [rows["pico"][name] for name in same] == [rows["rtl-pico"][name] for name in same]
    wrong = 1
    assert compare(*command) == 1
    sentence = "rtl-pico on photos/face: 1 of 27648 samples of the RTL differ from the golden model"
    assert sentence in capsys.readouterr().out
    assert json.loads((out / "results.json").read_text())["differing"] == [sentence]
    assert sentence in (out / "index.html").read_text()


def test_pictures_too_large_to_simulate_are_left_out(photos, capsys, monkeypatch):
    Image.fromarray(photograph(4)[:48, :48]).save(photos / "small.png")
    monkeypatch.setattr(rtl, "MOST_PIXELS", 12 * 12)
    monkeypatch.setattr(rtl, "simulate", lambda low, name: pico.enlarge(low, 4))
    pico = known.choose(known.known(4, {}), "pico")[0]
    assert compare(photos, "--methods", "bicubic,rtl-pico") == 0
    said = capsys.readouterr().out
    assert "rtl-pico: 1 of 2 pictures, the others being too large to simulate" in said


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
    monkeypatch.setattr("sw.report.crops.MOST_BYTES", 1000)
    capsys.readouterr()
    assert shown("--show", "b/photo2, a/photo1") == ["a/photo1"]
    assert "no room for b/photo2" in capsys.readouterr().out


def test_weights_by_folder(photos, tmp_path, capsys):
    pytest.importorskip("torch")
    from sw.baselines import build, weights

    folder = tmp_path / "weights"
    folder.mkdir()
    network = build.build("fsrcnn-s", 4)
    arrays = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    made = weights.Weights("fsrcnn-s", 4, arrays, {})
    weights.save(folder / "fsrcnn-s.npz", made)
    options = [photos, "--methods", "bicubic,fsrcnn-s", "--weights", folder]
    assert compare(*options) == 0
    rows = printed(capsys)
    assert rows["fsrcnn-s"]["kind"] == "network"
    assert rows["fsrcnn-s"]["parameters"] == str(build.cost("fsrcnn-s", 4).weights)
    assert float(rows["fsrcnn-s"]["MACs"]) > 100

    def say(network, scale, name):
        path = folder / name
        weights.save(path, weights.Weights(network, scale, arrays, {}))
        said = refused(capsys, "compare", *options)
        path.unlink()
        return said

    # What a file is said to hold must be what its name says.
    assert "fsrcnn.npz: is of fsrcnn-s ×4; weights of fsrcnn ×4 are" in say(
        "fsrcnn-s", 4, "fsrcnn.npz"
    )
    assert "espcn.npz: is of espcn ×2; weights of espcn ×4 are" in say("espcn", 2, "espcn.npz")
    save(folder / "vdsr.npz", make_upsampler())
    assert "vdsr.npz: " in refused(capsys, "compare", *options)
    assert "gone: no such folder" in refused(
        capsys, "compare", photos, "--weights", tmp_path / "gone"
    )


def test_lpips_is_a_column(photos, tmp_path, capsys, monkeypatch):
    options = ["--methods", "nearest,bicubic", "--lpips", tmp_path / "gone.pth"]
    said = refused(capsys, "compare", photos, *options)
    assert "pip install -e '.[lpips]'" in said or "gone.pth: no such file" in said
    # In place of the network, a distance that is known.
    monkeypatch.setattr("sw.compare.load_lpips", lambda path: lambda a, b: float((a != b).mean()))
    assert compare(photos, *options) == 0
    rows = printed(capsys)
    original = np.asarray(Image.open(photos / "face.png"))
    low = resize(original, Fraction(1, 4))
    apart = (low.repeat(4, 0).repeat(4, 1) != original)[4:-4, 4:-4].mean()
    assert rows["nearest"]["LPIPS"] == f"{apart:.4f}"
    small = write_photos(tmp_path / "small", 1, (36, 80))
    said = refused(capsys, "compare", small, *options)
    least = LEAST_SIDE + 8
    assert f"photo0.png: 80×36 is too small; {least}×{least} or more is accepted" in said


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
    assert "empty: holds no image files; a folder of HR pictures" in say(tmp_path / "empty")
    assert "photo0.png: 40×16 is too small; 19×19 or more" in say(tmp_path / "tiny")
    assert "photo0.png: has the name of photo0.bmp" in say(tmp_path / "twice")
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
