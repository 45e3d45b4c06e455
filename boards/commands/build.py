"""Build the bitstream: synthesis with Yosys, place and route with nextpnr.

Prints the resources that the design uses and the speed of each clock. Placement seeds are tried in
turn until all clocks are fast enough; a seed whose routing does not converge is given up. With the
tools from PyPI the first seed takes a quarter of an hour; if yosys, nextpnr-ecp5 and ecppack are in
the PATH, they are used instead. The table must have scale 4. Exit status 1 if a clock is too slow.

  python -m boards.ulx3s build
  python -m boards.ulx3s build --table nano
  python -m boards.ulx3s build --colour rgb
"""

import argparse
import json
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from boards.flow.tools import NAME, TOOLS, run_tool, tool_command
from sw.commands.option_types import seed_number
from sw.commands.table_options import add_colour, add_table_choice, chosen_table
from sw.errors import BadInput
from sw.output import whole_file
from sw.places import BUILD

NEEDS = ("amaranth_boards", "amaranth")

SEEDS = 3, 4, 5, 6, 7, 8
"""Placement seeds to try, in this order."""

MAX_ROUNDS = 100
"""Rounds of routing after which a seed is given up: some never converge."""

FOLDER = BUILD / "ulx3s"

BITSTREAM = FOLDER / f"{NAME}.bit"

RESOURCES = {
    "TRELLIS_COMB": "LUT4",
    "TRELLIS_FF": "flip-flops",
    "DP16KD": "block RAMs",
    "MULT18X18D": "multipliers",
    "EHXPLLL": "PLLs",
}
"""nextpnr's names of the resources that are printed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_table_choice(parser)
    add_colour(parser, default="luma")
    parser.add_argument(
        "--seed",
        type=seed_number,
        nargs="+",
        default=SEEDS,
        metavar="N",
        help=f"placement seeds, tried in turn (default: {' '.join(map(str, SEEDS))})",
    )


def run(args: argparse.Namespace) -> int:
    """Build the bitstream; 0 if all clocks are fast enough, 1 if not."""
    board = import_module(args.board)
    commands = {tool: tool_command(tool) for tool in TOOLS}
    plan = board.make(chosen_table(args), args.colour)
    FOLDER.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    # The tools from PyPI are WebAssembly: they see only the working folder and below.
    with tempfile.TemporaryDirectory(dir=FOLDER) as work:
        folder = Path(work)
        plan.extract(work)

        def step(title: str, tool: str, *arguments: str) -> None:
            run_tool(title, [*commands[tool], *arguments], folder, FOLDER / "failed.log")

        step("synthesis", "yosys", "-q", "-l", "yosys.log", f"{NAME}.ys")
        netlist = json.loads((folder / f"{NAME}.json").read_text())
        board.refine(netlist["modules"][NAME])
        (folder / f"{NAME}.json").write_text(json.dumps(netlist))
        report = place_and_route(commands["nextpnr-ecp5"], args.seed, folder)
        step("packing", "ecppack", "--compress", f"{NAME}.config", f"{NAME}.bit")
        with whole_file(BITSTREAM) as file:
            file.write((folder / f"{NAME}.bit").read_bytes())
        with whole_file(FOLDER / "report.json") as file:
            file.write(json.dumps(report, indent=2).encode())
    slow = print_report(report)
    minutes = (time.monotonic() - started) / 60
    print(f"{BITSTREAM} after {minutes:.0f} minutes; load it: python -m boards.ulx3s program")
    return 1 if slow else 0


def place_and_route(command: list[str], seeds: Sequence[int], folder: Path) -> dict:
    """Run nextpnr with one seed after the other until all clocks are fast enough.

    Returns
    -------
    dict
        nextpnr's report for the first such seed. If there is none, the report for the last seed
        whose routing finished.

    Raises
    ------
    BadInput
        If routing finishes with none of the seeds, or nextpnr fails.
    """
    report = None
    for seed in seeds:
        log = folder / f"nextpnr{seed}.log"
        arguments = [
            *("--quiet", "--log", log.name, "--seed", str(seed), "--timing-allow-fail"),
            *("--85k", "--package", "CABGA381", "--speed", "6", "--json", f"{NAME}.json"),
            # router1 does not finish when block RAM is full.
            *("--router", "router2", "--lpf", f"{NAME}.lpf"),
            *("--textcfg", f"{NAME}.config", "--report", "report.json"),
        ]
        finished = run_tool(
            f"place and route, seed {seed}",
            [*command, *arguments],
            folder,
            FOLDER / "failed.log",
            give_up=lambda log=log: rounds(log) > MAX_ROUNDS,
        )
        if not finished:
            print(f"seed {seed}: given up after {MAX_ROUNDS} rounds of routing")
            continue
        report = json.loads((folder / "report.json").read_text())
        slow = too_slow(report)
        if not slow:
            break
        print(f"seed {seed}: {', '.join(slow)} too slow")
    if report is None:
        raise BadInput(
            f"--seed {' '.join(map(str, seeds))}: routing finished with none of these seeds; "
            "try others"
        )
    return report


def rounds(log: Path) -> int:
    """Rounds of routing so far, read from nextpnr's ``log``; 0 if there is no log yet."""
    if not log.is_file():
        return 0
    found = re.findall(rb"iter=(\d+) wires=", log.read_bytes())
    return int(found[-1]) if found else 0


def too_slow(report: dict) -> list[str]:
    """Names of the clocks in nextpnr's ``report`` that are slower than required."""
    return [
        name for name, clock in report["fmax"].items() if clock["achieved"] < clock["constraint"]
    ]


def print_report(report: dict) -> list[str]:
    """Print nextpnr's ``report``; return the clocks that are too slow."""
    for name, label in RESOURCES.items():
        counts = report["utilization"].get(name)
        if counts:
            share = counts["used"] / counts["available"]
            print(f"  {label:12} {counts['used']:6} of {counts['available']:6}, {share:.0%}")
    for clock, speed in report["fmax"].items():
        print(f"  {clock}: {speed['achieved']:.2f} MHz, {speed['constraint']:.2f} required")
    slow = too_slow(report)
    for clock in slow:
        print(f"warning: {clock} is too slow; try another --seed", file=sys.stderr)
    return slow
