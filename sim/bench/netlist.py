"""The core after synthesis for ECP5, as Verilog that a simulator can run."""

import json
from pathlib import Path

from boards.flow.hard_registers import Netlist
from boards.flow.soft_products import TECHMAP
from boards.flow.synthesis import TOP, script
from hw.core import Core
from hw.core_params import CoreParams
from hw.emit import write_verilog
from hw.yosys import run_yosys
from sim.bench.ecp5_cells import block_ram, multiplier

CELLS = "+/lattice/common_sim.vh +/lattice/ccu2c_sim.vh"
"""Yosys's models of LUTs, carries and flip-flops."""


def write_netlist(params: CoreParams, folder: Path) -> Path:
    """Synthesise the core for ECP5 and write its netlist as Verilog, with models of the cells.

    Raises
    ------
    BadInput
        If Yosys is missing or fails.
    """
    write_verilog(Core(params), folder, TOP)
    (folder / TECHMAP.name).write_text(TECHMAP.read_text())
    (folder / "cells.v").write_text(block_ram() + multiplier())
    to_verilog = (
        f"read_json netlist.json; delete =A:blackbox; read_verilog {CELLS} cells.v; "
        f"hierarchy -check -top {TOP}; proc; flatten; opt_clean; write_verilog -noattr {TOP}.v"
    )
    run_yosys(script(params, "ecp5"), folder)
    netlist = folder / "netlist.json"
    content = json.loads(netlist.read_text())
    Netlist(content["modules"][TOP]).use_hard_registers()
    netlist.write_text(json.dumps(content))
    run_yosys(to_verilog, folder)
    verilog = folder / f"{TOP}.v"
    lint = "/* verilator lint_off WIDTH */ /* verilator lint_off UNOPTFLAT */\n"
    verilog.write_text(lint + verilog.read_text())
    return verilog
