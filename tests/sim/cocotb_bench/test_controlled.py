"""Cores with registers pass the bench in cocotb, and broken ones do not."""

import pytest
from find_libpython import find_libpython

from cores import core_cases, make_chain, make_core
from hw.control.core import top_module
from hw.control.frame_gate import FrameGate
from hw.emit import write_verilog
from sim.__main__ import main
from sim.cocotb_bench.runner import run_bench
from sim.cocotb_bench.settings import Settings

CORES = {
    "chain, tables that are loaded": make_chain(
        "x1 V:5 | V:5 ; x2 V:5+V@1:5", (4, 4), colour="grey", control=True, reload=True
    ),
    "luma, edge, time-out": make_core(
        *("F", 5, 3, "edge"), lanes=4, colour="luma", frame_timeout=1000, control=True
    ),
    "4:2:2, tables that are loaded, beats of several pixels, TKEEP": make_chain(
        *("x1 V:5 | V:5 ; x2 F:5+V@1:5+V@2:5 ; x2 V:7", (2, 1, 8)),
        colour="ycbcr422",
        max_width=18,
        control=True,
        reload=True,
        input_pixels_per_beat=2,
        tkeep=True,
    ),
    "RGB, uniform grid, tables that are loaded": make_core(
        "S", 7, 2, lanes=2, control=True, reload=True
    ),
}
TESTS = 12

pytestmark = pytest.mark.skipif(
    find_libpython() is None, reason="needs libpython, for example from libpython3-dev"
)


def write(params, folder):
    core, modules = top_module(params)
    return write_verilog(core, folder, "srlut", modules=modules)[0]


@pytest.mark.parametrize("name", core_cases(CORES))
def test_cores_pass(name, tmp_path):
    params = CORES[name]
    settings = Settings.of_core(params, tmp_path, frames=12)
    verilog = write(params, tmp_path)
    assert run_bench([verilog], "srlut", settings, tmp_path / "build") == (TESTS, 0)


FAULTS = {
    "settings change while frames are in the core": lambda gate: [gate.busy.eq(0)],
    "frames enter whatever the settings": lambda gate: [
        gate.o.valid.eq(gate.i.valid),
        gate.i.ready.eq(gate.o.ready),
    ],
}


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_found(fault, tmp_path, monkeypatch):
    class Wrong(FrameGate):
        def elaborate(self, platform):
            m = super().elaborate(platform)
            m.d.comb += FAULTS[fault](self)
            return m

    monkeypatch.setattr("hw.control.core.FrameGate", Wrong)
    params = CORES["chain, tables that are loaded"]
    settings = Settings.of_core(params, tmp_path, frames=12)
    verilog = write(params, tmp_path)
    tests, failed = run_bench([verilog], "srlut", settings, tmp_path / "build")
    assert tests == TESTS
    assert failed


def test_reload_needs_registers(capsys):
    assert main(["cocotb", "--reload"]) == 2
    assert "--reload is given without --registers" in capsys.readouterr().err
