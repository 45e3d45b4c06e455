import json
import shutil

import numpy as np
import pytest

from commands import refused
from cores import make_reaching_core
from hw.__main__ import main
from hw.emit import WAIVERS
from hw.stage import UpsamplerStage
from suites import long
from sw.tables import banks
from sw.tables.design import parse
from sw.tables.files import load, save
from sw.tables.flat_sums import flattened
from tables import filled, make_upsampler
from tools import verilator


@pytest.fixture
def small(tmp_path):
    """Arguments for a small core, with an empty folder for its output."""
    save(tmp_path / "table.npz", flattened(make_upsampler()))
    (tmp_path / "out").mkdir()
    sizes = ["--width", "32", "--height", "18", "--table", str(tmp_path / "table.npz")]
    return ["verilog", *sizes, "-o", str(tmp_path / "out" / "up.v")]


def test_no_warning_is_left_of_a_core_with_every_port(small, tmp_path):
    assert main([*small, "--registers", "--tkeep"]) == 0
    status, output = verilator("--lint-only", "-Wall", "up.v", cwd=tmp_path / "out")
    assert (status, "%" in output) == (0, False), output


@pytest.mark.parametrize("lanes", [long("1"), "2", long("3")])
def test_verilog_is_complete_and_lint_clean(small, tmp_path, lanes):
    assert main([*small, "--lanes", lanes]) == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["up.json", "up.v", *(f"up_bank{b}.hex" for b in range(5))]
    # The folder has nothing but the Verilog and its hex files.
    status, output = verilator("--lint-only", "-Wall", "up.v", cwd=tmp_path / "out")
    assert status == 0
    assert "%" not in output  # %Warning, %Error


def test_each_waiver_is_needed(small, tmp_path):
    assert main([*small, "--registers", "--tkeep"]) == 0
    path = tmp_path / "out" / "up.v"
    text = path.read_text()
    bare = "\n".join(line for line in text.splitlines() if "lint_off" not in line)
    path.write_text(bare)
    _, output = verilator("--lint-only", "-Wall", "-Wno-fatal", "up.v", cwd=tmp_path / "out")
    assert {name for name in WAIVERS if f"%Warning-{name}" in output} == set(WAIVERS)


def test_a_chain_is_lint_clean_and_has_small_tables_in_logic(tmp_path):
    design = "x1 S:5 | S:5 ; x2 S:13+S@1:5+S@2:5 ; x2 V:7"
    save(tmp_path / "table.npz", flattened(filled(parse(design))))
    choices = ["--table", str(tmp_path / "table.npz"), "--lanes", "2", "--colour", "grey"]
    sizes = ["--width", "32", "--height", "18", "-o", str(tmp_path / "up.v")]
    assert main(["verilog", *choices, *sizes]) == 0
    status, output = verilator("--lint-only", "-Wall", "up.v", cwd=tmp_path)
    assert (status, "%" in output) == (0, False)
    text = (tmp_path / "up.v").read_text()
    for style, depth in (("logic", 32), ("block", 550)):
        assert f".DEPTH(32'd{depth})" in text
        assert f'(* rom_style = "{style}" *)' in text
    description = json.loads((tmp_path / "up.json").read_text())
    assert (description["lanes"], description["beat"]) == ([2, 2, 8], 8)


def test_hex_files_hold_the_banks(small, tmp_path):
    assert main(small) == 0
    table = load(tmp_path / "table.npz").stages[0].tables[0]
    for b, rows in enumerate(banks.contents(table)):
        words = (tmp_path / "out" / f"up_bank{b}.hex").read_text().split()
        got = [np.frombuffer(bytes.fromhex(word)[::-1], np.int8) for word in words]
        assert np.array_equal(got, rows)


def test_json_describes_both_ends(small, tmp_path):
    for choices, count, tkeep in (([], 1, False), (["--input-beat", "4", "--tkeep"], 4, True)):
        assert main([*small, "--lanes", "4", *choices]) == 0
        core = json.loads((tmp_path / "out" / "up.json").read_text())
        assert (core["input_beat"], core["tkeep"]) == (count, tkeep)
        assert core["ports"]["s_axis_video_tdata"] == {"direction": "input", "bits": 24 * count}
        assert ("m_axis_video_tkeep" in core["ports"]) == tkeep
    assert core["ports"]["m_axis_video_tkeep"] == {"direction": "output", "bits": 3 * 8}


def test_json_describes_the_core(small, tmp_path):
    assert main([*small, "--lanes", "4"]) == 0
    core = json.loads((tmp_path / "out" / "up.json").read_text())
    assert core["ports"]["m_axis_video_tdata"] == {"direction": "output", "bits": 8 * 3 * 8}
    assert core["ports"]["s_axis_video_tready"] == {"direction": "output", "bits": 1}
    assert (core["lanes"], core["beat"], core["scale"]) == ([4], 8, 4)
    # Three clocks for each pixel, and one between frames: the lines above hide in those of before.
    assert core["clocks_per_frame"] == 3 * 32 * 18 + 1
    bits = core["memory_bits"]
    # Two copies of 5 banks of 293 rows (4·64 + 4·8 + 4·1 + 1) of 16 bytes; 2 lines of 32 pixels;
    # 2 times 4 lines of 128 pixels.
    assert bits["table"] == 2 * 5 * 293 * 128
    assert bits["line_buffer"] == 2 * 32 * 24
    assert bits["line_writer"] == 2 * 4 * 128 * 24
    assert bits["total"] == sum(value for key, value in bits.items() if key != "total")


@pytest.mark.parametrize("reach", [1, long(2), long(3), long(7)])
def test_clocks_and_line_buffer_follow_the_formulas_for_any_reach(tmp_path, reach):
    width, height = 200, 10
    params = make_reaching_core(reach, scale=2, lanes=4, max_width=width, max_height=height)
    save(tmp_path / "table.npz", flattened(params.upsampler))
    sizes = ["--width", str(width), "--height", str(height), "--lanes", "4"]
    table = ["--table", str(tmp_path / "table.npz"), "-o", str(tmp_path / "up.v")]
    assert main(["verilog", *sizes, *table]) == 0
    core = json.loads((tmp_path / "up.json").read_text())
    steps, delay = 3, UpsamplerStage.samples_delay(params.stages[0])
    latency = reach * width + reach + steps * width + 16 + delay
    clocks = steps * width * height + reach * width - (reach + 17) * steps + reach + 6
    assert (core["latency_clocks"], core["clocks_per_frame"]) == (latency, clocks)
    assert core["memory_bits"]["line_buffer"] == 2 * reach * width * 24


@pytest.mark.long
def test_frame_timeout(small, tmp_path, capsys):
    for choice, clocks in (([], 0), (["--frame-timeout", "5000"], 5000)):
        assert main([*small, *choice]) == 0
        core = json.loads((tmp_path / "out" / "up.json").read_text())
        assert core["frame_timeout"] == clocks
        assert core["ports"]["error"] == {"direction": "output", "bits": 5}
        # Without a time-out there is no counter.
        assert ("waited" in (tmp_path / "out" / "up.v").read_text()) == bool(clocks)
    for wrong in ("-1", "4294967296"):
        message = refused(capsys, *small, "--frame-timeout", wrong, command=main)
        assert f"--frame-timeout is {wrong}; it must be from 0 to 4294967295 clocks" in message


@pytest.mark.long
def test_warns_if_too_large_for_the_target(small, tmp_path, capsys):
    wide = [*small, "--width", "20000", "--target", "ecp5-25f"]
    assert main(wide) == 0
    assert "bits of memory, but ecp5-25f has 1032192" in capsys.readouterr().err


def test_refuses(small, tmp_path, capsys):
    def message(*more):
        text = refused(capsys, *small, *more, command=main)
        assert not list((tmp_path / "out").iterdir())
        return text

    assert "error: --lanes is 5; it must be 1, 2, 3, 4, 6, 12" in message("--lanes", "5")
    assert "error: --lanes is 3,3; it must be 1 number(s), one" in message("--lanes", "3,3")
    several = "error: --lanes of stage 1 is 24; it must be 1, 2, 3, 4, 6 or 12, so that a line"
    assert several in message("--lanes", "24")
    too_wide = "error: --width is 40000; it must be from 1 to 32768 with this table"
    assert too_wide in message("--table", "pico", "--width", "40000")
    assert "--beat: invalid choice: 5 (choose from 1, 2, 4, 8, 16)" in message("--beat", "5")
    assert "--input-beat: invalid choice: 3 (choose from 1, 2, 4)" in message("--input-beat", "3")
    assert "--colour: invalid choice: 'yuv' (choose from" in message("--colour", "yuv")
    for option in ("--width", "--height"):
        for size in ("0", "-3", "65536", "4k"):
            sentence = f"{option}: is {size!r}; it must be a whole number from 1 to 65535"
            assert sentence in message(option, size)
    assert "nosuch" in message("--table", "nosuch")
    assert "must end in .v" in message("-o", tmp_path / "out" / "a.txt")
    assert "there is no folder" in message("-o", tmp_path / "no" / "a.v")
    shutil.rmtree(tmp_path / "out")
    assert "there is no folder" in refused(capsys, *small, command=main)
