"""Which methods ``python -m sw compare`` runs, and which it lists as skipped."""

import csv
import json
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from commands import refused, write_photos
from comparing import compare, printed
from pictures import assert_same, photo_like
from sw.commands.demo import photograph
from sw.compare.methods import known, rtl
from sw.compare.methods.method import Method, Skipped
from sw.errors import BadInput
from sw.golden import upscale
from sw.pictures.bicubic import resize
from sw.pictures.lpips import MIN_SIDE
from sw.tables.files import save
from tables import make_upsampler


def test_default_leaves_the_slow_ones_out(capsys):
    methods = known.known(4, {})
    assert {"self-similarity", "rtl"} <= {method.kind for method in methods}
    chosen = known.choose(methods, None)
    assert {method.kind for method in chosen} == {"interpolation", "table", "luma"} | (
        {method.kind for method in methods} & {"network"}
    )
    assert known.warning(chosen) is None
    assert known.choose(methods, "all") == methods
    assert {method.name for method in known.choose(methods, "interpolation, pico")} >= {
        "fsr",
        "pico",
    }
    slow = known.choose(methods, "rtl")
    assert {method.name for method in slow} >= {"rtl-S", "rtl-pico", "rtl-large"}
    assert "this comparison takes long because of rtl (it builds" in known.warning(slow)
    assert len({method.name for method in methods}) == len(methods)


def test_colour_chooses_one_of_two_methods_of_a_table():
    methods = known.known(4, {})

    def chosen(wanted, colour):
        return {method.name: method.kind for method in known.choose(methods, wanted, (), colour)}

    both = chosen(None, None)
    rgb, luma = chosen(None, "rgb"), chosen(None, "luma")
    assert {"compact", "compact-luma"} <= both.keys()
    assert rgb == {name: kind for name, kind in both.items() if kind != "luma"}
    assert luma == {name: kind for name, kind in both.items() if kind != "table"}
    everything = chosen("all", None)
    assert chosen("all", "luma") == {
        name: kind for name, kind in everything.items() if kind not in ("table", "rtl")
    }
    assert chosen("all", "rgb") == {
        name: kind for name, kind in everything.items() if kind != "luma"
    }
    assert chosen("bicubic,luma", "luma").keys() > {"bicubic", "pico-luma"}
    assert list(chosen("pico, bicubic", "rgb")) == ["bicubic", "pico"]


@pytest.mark.parametrize(
    ("wanted", "colour", "name", "reason"),
    [
        ("bicubic,pico-luma", "rgb", "pico-luma", "the luma alone"),
        ("luma", "rgb", "luma", "the luma alone"),
        ("pico-luma,pico", "luma", "pico", "every colour"),
        ("table", "luma", "table", "every colour"),
        ("all,rtl-pico", "luma", "rtl-pico", "every colour"),
    ],
)
def test_methods_that_colour_leaves_out_are_refused(capsys, photos, wanted, colour, name, reason):
    error = refused(capsys, "compare", photos, "--methods", wanted, "--colour", colour)
    assert error == (
        f"error: --methods {name}: is left out by --colour {colour}, because it enlarges {reason}; "
        "name other methods, or leave out --colour"
    )


def test_what_cannot_run_is_listed(photos, tmp_path, capsys, monkeypatch):
    def refuse(low, scale):
        raise BadInput("needs a moon; wait for one")

    methods = [
        Method("lunar", "network", refuse),
        Skipped("distant", "network", "needs a star, which is an extra"),
        *known.known(4, {})[:2],
    ]
    monkeypatch.setattr("sw.commands.compare.known", lambda scale, given, weights: methods)
    out = tmp_path / "out"
    assert compare(photos, "--methods", "all", "--out", out) == 0
    message = capsys.readouterr().out
    assert "skipped: distant: needs a star, which is an extra" in message
    assert "skipped: lunar: photos/face: needs a moon; wait for one" in message
    report = json.loads((out / "results.json").read_text())
    assert [method["method"] for method in report["skipped"]] == ["distant", "lunar"]
    assert [method["method"] for method in report["sets"]["photos"]] == ["bilinear", "nearest"]
    last = list(csv.DictReader((out / "results.csv").read_text().splitlines()))[-1]
    assert (last["method"], last["skipped"]) == (
        "lunar",
        "photos/face: needs a moon; wait for one",
    )
    assert "needs a star, which is an extra" in (out / "index.html").read_text()
    message = refused(capsys, "compare", photos, "--methods", "lunar,distant")
    assert "none of the methods can run" in message
    assert "needs a star" in message


@pytest.mark.long
@pytest.mark.parametrize("channels", [1, 3])
def test_rtl_gives_what_its_model_gives(tmp_path, channels):
    model = make_upsampler(low=0, high=63)
    path = tmp_path / "table.npz"
    save(path, model)
    (method,) = rtl.methods({str(path): model})
    low = photo_like(5, 6, channels)
    assert_same(upscale(low, model), method.enlarge(low, 4), "rtl")
    (wrong,) = rtl.methods({str(path): make_upsampler(low=0, high=63, seed=1)})
    with pytest.raises(rtl.RtlDiffers, match=r"\d+ of 1440 samples of the RTL differ") as found:
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
    monkeypatch.setattr(rtl, "MAX_PIXELS", 12 * 12)
    monkeypatch.setattr(rtl, "simulate", lambda low, name: pico.enlarge(low, 4))
    pico = known.choose(known.known(4, {}), "pico")[0]
    assert compare(photos, "--methods", "bicubic,rtl-pico") == 0
    message = capsys.readouterr().out
    assert "rtl-pico: ran on 1 of 2 pictures" in message


def test_weights_by_folder(photos, tmp_path, capsys):
    pytest.importorskip("torch")
    from sw.networks import build, weights

    folder = tmp_path / "weights"
    folder.mkdir()
    network = build.build("fsrcnn-s", 4)
    arrays = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    fsrcnn = weights.Weights("fsrcnn-s", 4, arrays, {})
    weights.save(folder / "fsrcnn-s.npz", fsrcnn)
    options = [photos, "--methods", "bicubic,fsrcnn-s", "--weights", folder]
    assert compare(*options) == 0
    rows = printed(capsys)
    assert rows["fsrcnn-s"]["kind"] == "network"
    assert rows["fsrcnn-s"]["parameters"] == str(build.cost("fsrcnn-s", 4).weights)
    assert float(rows["fsrcnn-s"]["MACs"]) > 100

    def message_of(network, scale, name):
        path = folder / name
        weights.save(path, weights.Weights(network, scale, arrays, {}))
        message = refused(capsys, "compare", *options)
        path.unlink()
        return message

    # The weights must be those that the file name states.
    assert "fsrcnn.npz: holds weights of fsrcnn-s ×4; they must be of fsrcnn ×4" in message_of(
        "fsrcnn-s", 4, "fsrcnn.npz"
    )
    assert "espcn.npz: holds weights of espcn ×2; they must be of espcn ×4" in message_of(
        "espcn", 2, "espcn.npz"
    )
    save(folder / "vdsr.npz", make_upsampler())
    assert "vdsr.npz: " in refused(capsys, "compare", *options)
    assert "gone: no such folder" in refused(
        capsys, "compare", photos, "--weights", tmp_path / "gone"
    )


def test_lpips_is_a_column(photos, tmp_path, capsys, monkeypatch):
    options = ["--methods", "nearest,bicubic", "--lpips", tmp_path / "gone.pth"]
    message = refused(capsys, "compare", photos, *options)
    assert "pip install -e '.[lpips]'" in message or "gone.pth: no such file" in message
    # In place of the network, a distance that is known.
    monkeypatch.setattr(
        "sw.commands.compare.load_lpips", lambda path: lambda a, b: float((a != b).mean())
    )
    assert compare(photos, *options) == 0
    rows = printed(capsys)
    original = np.asarray(Image.open(photos / "face.png"))
    low = resize(original, Fraction(1, 4))
    apart = (low.repeat(4, 0).repeat(4, 1) != original)[4:-4, 4:-4].mean()
    assert rows["nearest"]["LPIPS"] == f"{apart:.4f}"
    small = write_photos(tmp_path / "small", 1, (36, 80))
    message = refused(capsys, "compare", small, *options)
    least = -(-(MIN_SIDE + 8) // 4) * 4
    assert f"80×36 is too small to score at scale 4; it must be at least {least}×{least}" in message
