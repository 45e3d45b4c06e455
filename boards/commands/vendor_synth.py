"""Synthesise the whole board with Yosys and print the resources that it uses.

The result shows whether the board can fit the part. Nothing is placed or routed, and the vendor's
tool will count differently. With table S the synthesis takes many minutes. The table must have
scale 4. Exit status 1 if the board does not fit.

  python -m boards.genesys2 synth
  python -m boards.genesys2 synth --table nano
"""

import argparse
import json
import tempfile
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from boards.commands.vendor_build import FOLDER
from boards.flow.synthesis import count, shorten
from boards.flow.tools import NAME, ROMS, run_tool, tool_command
from sw.commands.table_options import add_table_choice, chosen_table

NEEDS = ("amaranth_boards", "amaranth")

# -noiopad: the design instantiates its I/O buffers.
SCRIPT = (
    f"read_verilog {NAME}.v {ROMS}; synth_xilinx -top {NAME} -family xc7 -flatten -noiopad; "
    "tee -q -o stat.json stat -json"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_table_choice(parser, default="S")


def run(args: argparse.Namespace) -> int:
    """Synthesise and print; 0 if the board fits the part, 1 if not."""
    board = import_module(args.board)
    yosys = tool_command("yosys")
    plan = board.make(chosen_table(args))
    FOLDER.mkdir(parents=True, exist_ok=True)
    # The tools from PyPI are WebAssembly: they see only the working folder and below.
    with tempfile.TemporaryDirectory(dir=FOLDER) as work:
        folder = Path(work)
        plan.extract(work)
        for contents in folder.glob("*.hex"):
            shorten(contents)
        run_tool("synthesis", [*yosys, "-q", "-p", SCRIPT], folder, FOLDER / "failed.log")
        cells = json.loads((folder / "stat.json").read_text())["design"]["num_cells_by_type"]
    used, available = asdict(count(cells)), asdict(board.PART)
    for name, number in used.items():
        label, share = name.replace("_", " "), number / available[name]
        print(f"  {label:12} {number:8g} of {available[name]:8g}, {share:.0%}")
    print("these are counts after synthesis; nothing was placed or routed")
    return 1 if any(used[name] > available[name] for name in used) else 0
