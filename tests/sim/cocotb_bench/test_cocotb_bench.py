"""The bench in cocotb: five cores pass it, and broken ones do not."""

import json
import os
import re

import numpy as np
import pytest
from find_libpython import find_libpython

from cores import core_cases, make_chain, make_core
from hw.core import Core
from hw.core_params import CoreParams
from hw.emit import write_verilog
from hw.windows.guard import Error
from sim.__main__ import main
from sim.bench.guarded import guarded_frames
from sim.bench.netlist import write_netlist
from sim.bench.verilated import Beats
from sim.cocotb_bench import frames
from sim.cocotb_bench.runner import run_bench
from sim.cocotb_bench.settings import VARIABLE, Settings
from sw.tables.files import LUTS, load

CORES = {
    "RGB": make_core("S", 6, 4, lanes=2),
    "luma, edge, time-out": make_core("F", 5, 3, "edge", lanes=4, colour="luma", frame_timeout=300),
    "chain, 4:2:2": make_chain(
        "x1 V:5 | V:5 ; x2 F:5+V@1:5+V@2:5 ; x2 V:7", (2, 1, 8), colour="ycbcr422", max_width=18
    ),
    "beats of several pixels, TKEEP": make_core(
        "V", 6, 3, lanes=4, colour="luma", input_pixels_per_beat=4, tkeep=True
    ),
    "10 bits, TKEEP": make_core(
        "V", 6, 3, lanes=4, colour="luma", input_pixels_per_beat=2, tkeep=True, bits=10
    ),
}
TESTS = 9

needs_libpython = pytest.mark.skipif(
    find_libpython() is None, reason="needs libpython, for example from libpython3-dev"
)


@needs_libpython
@pytest.mark.parametrize("name", core_cases(CORES))
def test_cores_pass(name, tmp_path):
    params = CORES[name]
    verilog = write_verilog(Core(params), tmp_path, "srlut")[0]
    environment = dict(os.environ)
    settings = Settings.of_core(params, tmp_path, frames=4)
    assert run_bench([verilog], "srlut", settings, tmp_path / "build") == (TESTS, 0)
    assert dict(os.environ) == environment


@pytest.mark.long
@needs_libpython
def test_a_netlist_after_synthesis_passes(tmp_path):
    params = make_core("V", 6, 2, colour="grey", lanes=4, max_width=5, max_height=3)
    netlist = write_netlist(params, tmp_path)
    settings = Settings.of_core(params, tmp_path, frames=4)
    assert run_bench([netlist], netlist.stem, settings, tmp_path / "build") == (TESTS, 0)


@pytest.mark.long
@needs_libpython
def test_wrong_entries_are_found(tmp_path, capfd):
    params = make_core("V", 6, 2, colour="grey", lanes=4, max_width=5, max_height=3)
    verilog, *contents = write_verilog(Core(params), tmp_path, "top")
    for path in contents:
        lines = path.read_text().splitlines()
        path.write_text("\n".join(f"{int(line, 16) ^ 0x10:0{len(line)}x}" for line in lines))
    settings = Settings.of_core(params, tmp_path, frames=2)
    tests, failed = run_bench([verilog], "top", settings, tmp_path / "build")
    assert tests == TESTS
    # A picture of one level may be clipped to the right one.
    assert failed >= TESTS - 2
    assert "samples differ" in capfd.readouterr().out


@needs_libpython
def test_no_verilog(tmp_path, capfd):
    wrong = tmp_path / "core.v"
    wrong.write_text("module core(input aclk\n")
    assert main(["cocotb", "--table", "S64", "--verilog", str(wrong)]) == 2
    assert f"{wrong}: it cannot be simulated with core as its top module" in capfd.readouterr().err


@pytest.mark.long
@needs_libpython
def test_command_with_verilog_that_was_written_before(tmp_path, capfd):
    """The reset has no effect: the tests of resets find it, the other tests do not."""
    params = CoreParams.for_upsampler(
        load(LUTS / "V.npz"), colour="grey", lanes=(4,), max_width=5, max_height=3
    )
    verilog = write_verilog(Core(params), tmp_path, "srlut")[0]
    wrong = tmp_path / "wrong.v"
    text, count = re.subn(r"assign rst = ~ aresetn;", "assign rst = 1'b0;", verilog.read_text())
    assert count == 1
    wrong.write_text(text)
    arguments = [
        *("cocotb", "--table", "V", "--colour", "grey", "--lanes", "4", "--frames", "2"),
        *("--width", "5", "--height", "3", "--top", "srlut", "--verilog", str(wrong)),
    ]
    assert main(arguments) == 1
    out = capfd.readouterr().out
    assert "7 of 9 tests pass" in out
    (failed,) = {line.split("/")[0].split(".")[-1] for line in out.splitlines() if " FAIL " in line}
    assert failed == "resets"


def test_bad_arguments(tmp_path, capsys):
    missing = tmp_path / "missing.v"
    cases = [
        (["--verilog", str(missing)], f"{missing}: there is no such file"),
        (["--top", "core"], "--top names the top module of --verilog, which is missing"),
        (["--frame-timeout", "3"], "--frame-timeout is 3; here it must be 0 or at least 16"),
    ]
    for arguments, sentence in cases:
        assert main(["cocotb", *arguments]) == 2
        assert sentence in capsys.readouterr().err


def test_settings_reach_the_simulation(monkeypatch):
    settings = Settings("a.npz", "ycbcr422", 4, 18, 8, frames=3)
    (variable,) = settings.to_environment().items()
    monkeypatch.setenv(*variable)
    assert Settings.from_environment() == settings
    assert json.loads(os.environ[VARIABLE])["frames"] == 3
    assert settings.black == (0, 128)


@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("colour", ["rgb", "luma", "grey", "ycbcr444", "ycbcr422"])
def test_random_frames(colour, count):
    params = make_core(
        *("V", 6, 2), lanes=4, colour=colour, max_width=18, input_pixels_per_beat=count
    )
    settings = Settings("a.npz", colour, 4, max_width=18, max_height=8, input_pixels_per_beat=count)
    made = frames.random_frames(np.random.default_rng(1), 400, settings)
    for frame in made:
        assert sum(beat.first for beat in frame.beats) == 1
        assert (frame.pixels is None) == (frame.errors == Error.SIZE)
    everything = {Error(0), Error.SIZE, Error.FRAME_EARLY, Error.LINE_EARLY, Error.LINE_LATE}
    assert {frame.errors for frame in made} == everything
    assert made[-1].errors == Error(0)
    # What comes out, by the golden model of the guard.
    sent = [(beat, frame) for frame in made for beat in frame.beats]
    beats = Beats(
        np.array([list(beat.pixels) for beat, _ in sent], np.uint8),
        np.array([beat.first + 2 * beat.last for beat, _ in sent], np.uint8),
        np.array([frame.width for _, frame in sent], np.uint16),
        np.array([frame.height for _, frame in sent], np.uint16),
    )
    guarded, errors, complete = guarded_frames(beats, params)
    assert complete
    accepted = [frame.pixels for frame in made if frame.pixels is not None]
    for expected, found in zip(accepted, guarded, strict=True):
        assert np.array_equal(expected, found)
    counts = frames.counted(made)
    assert tuple(counts[error] for error in Error) == errors
