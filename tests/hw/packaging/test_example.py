"""The example system: it passes with the core, and notices what is wrong."""

import shutil

import numpy as np
import pytest

from cores import make_chain, make_core
from hw.packaging.example import SIZES, beat_fields, frame_sizes, pattern
from hw.yosys import run_yosys
from packages import CORES as SMALL
from packages import Example, write_package
from suites import long
from tools import needs_icarus

pytestmark = pytest.mark.xdist_group("example")

CORES = {
    **SMALL,
    "rgb, last beat not full": make_core("S", 6, 3, lanes=2, pixels_per_beat=4),
    "4:2:2, smaller than the pattern": make_chain(
        "x2 V:5 ; x2 V:5", (2, 8), colour="ycbcr422", max_width=10, max_height=3
    ),
    "luma": make_core("F", 5, 4, lanes=4, colour="luma", pixels_per_beat=8),
}


@needs_icarus
@pytest.mark.parametrize("name", [*SMALL, *(long(name) for name in CORES if name not in SMALL)])
def test_it_passes(name, tmp_path):
    params = CORES[name]
    package = write_package(tmp_path / "package", "fusesoc", params, "upscaler")
    pixels = sum(width * height for width, height in frame_sizes(params))
    pixels *= params.upsampler.scale**2
    line = f"PASS: {len(SIZES)} frames, {pixels} pixels, all as the model says"
    status, output = Example(package, tmp_path / "bin").build_and_run()
    assert status == 0, output
    assert line in output.splitlines()


@pytest.fixture(scope="module", params=["plain", long("full")])
def example(request, tmp_path_factory):
    work = tmp_path_factory.mktemp("example")
    package = write_package(work / "package", "fusesoc", SMALL[request.param])
    built = Example(package, work / "bin")
    status, output = built.build_and_run()
    assert status == 0, output
    return built


def changed(text, line):
    """``text`` with another last digit in a line."""
    lines = text.splitlines(keepends=True)
    digit = int(lines[line][-2], 16)
    lines[line] = f"{lines[line][:-2]}{digit ^ 4:x}\n"
    return "".join(lines)


def run_with(example, file, text):
    """Simulate with another ``file``, and restore it."""
    path = example.work / file
    before = path.read_text()
    try:
        path.write_text(text(before))
        return example.run()
    finally:
        path.write_text(before)


@needs_icarus
@pytest.mark.parametrize("line", [0, 4])
def test_a_changed_table_is_noticed(line, example):
    status, output = run_with(example, "srlut_bank0.hex", lambda text: changed(text, line))
    assert status
    assert "it must be" in output
    assert "FAIL: the core differs from the model" in output
    assert example.run()[0] == 0


@needs_icarus
@pytest.mark.parametrize("line", [0, 100, -1])
def test_each_expected_beat_is_compared(line, example):
    status, output = run_with(example, "srlut_expected.hex", lambda text: changed(text, line))
    assert status
    assert "FAIL: the core differs from the model" in output


@needs_icarus
def test_a_frame_of_another_size_is_noticed(example):
    # One line less: a beat comes that belongs to the next frame.
    status, output = run_with(
        example, "srlut_sizes.hex", lambda text: text.replace("000d0007", "000d0006", 1)
    )
    assert status
    assert "FAIL: the core differs from the model" in output


@needs_icarus
def test_a_frame_that_is_missing_is_noticed(example):
    # The core drops a frame without width, and reports it.
    status, output = run_with(
        example, "srlut_sizes.hex", lambda text: text.replace("00010001", "00000001", 1)
    )
    assert status
    assert "FAIL" in output


def test_yosys_elaborates_the_example_system(tmp_path):
    package = write_package(tmp_path / "package", "fusesoc", SMALL["full"])
    for path in [*package.glob("rtl/*"), *package.glob("sim/*")]:
        shutil.copy(path, tmp_path)
    names = sorted(path.name for path in tmp_path.glob("*.sv") if "bench" not in path.name)
    run_yosys(
        f"read_verilog -sv -defer {' '.join(names)} srlut.v; "
        "hierarchy -check -top example_system; proc; check -assert",
        tmp_path,
    )


def test_frames_fit_the_core():
    assert frame_sizes(CORES["luma"])[0] == (13, 7)
    assert frame_sizes(CORES["4:2:2, smaller than the pattern"]) == [
        (10, 3),
        (2, 1),
        (10, 3),
        (6, 3),
        (10, 3),
    ]


def test_the_pattern():
    frame = pattern(1, 8, 6, 3, 8)
    assert frame.shape == (6, 8, 3)
    assert frame[0, 0].tolist() == [53, 90, 127]
    assert frame[0, 1, 0] == 60
    assert frame[1, 0, 0] == 64
    assert frame[0, 4, 0] == 255 - (53 + 28)
    assert frame[4, 4, 0] == 53 + 44 + 28
    frame = pattern(30, 8, 6, 3, 10)
    assert frame[0, 0, 0] == 30 * 53 - 1024
    assert frame[0, 4, 0] == 1023 - (30 * 53 + 28 - 1024)


def test_the_beats_of_a_picture():
    picture = np.array([[[1, 2], [3, 4], [5, 6]], [[7, 8], [9, 10], [11, 12]]], np.uint8)
    assert beat_fields(picture, 2, 8) == [
        {"tdata": 0x04030201, "tkeep": 0b1111, "tuser": 1, "tlast": 0},
        {"tdata": 0x0605, "tkeep": 0b11, "tuser": 0, "tlast": 1},
        {"tdata": 0x0A090807, "tkeep": 0b1111, "tuser": 0, "tlast": 0},
        {"tdata": 0x0C0B, "tkeep": 0b11, "tuser": 0, "tlast": 1},
    ]
    (beat,) = beat_fields(picture[:1, :1], 1, 10)
    assert (beat["tdata"], beat["tkeep"]) == (2 << 10 | 1, 0b111)
