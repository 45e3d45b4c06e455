"""Packages of small cores, and simulating their example."""

import os
import shlex
import subprocess

import pytest

from cores import make_core
from hw.control.core import top_module
from hw.packaging.packages import package_files
from tools import icarus

PLAIN = make_core("V", 6, 2, colour="grey", lanes=4, max_width=32, max_height=16)
"""A core that is simulated in no time."""

FULL = make_core(
    *("V", 6, 3),
    lanes=3,
    max_width=32,
    max_height=16,
    pixels_per_beat=4,
    control=True,
    tkeep=True,
    input_pixels_per_beat=2,
)
"""A core with every port that there can be."""

CORES = {"plain": PLAIN, "full": FULL}


def write_package(folder, kind, params=PLAIN, name="srlut"):
    """Write a package as ``folder``, which must not exist; return the folder."""
    component, modules = top_module(params)
    for path, contents in package_files(kind, component, params, name, modules).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(contents)
    return folder


def package_fixture(kind, names=tuple(CORES)):
    """A fixture of a module: the folder of a package, of each of ``CORES`` in ``names``."""

    @pytest.fixture(scope="module", params=names)
    def package(request, tmp_path_factory):
        folder = tmp_path_factory.mktemp(kind) / "package"
        return write_package(folder, kind, CORES[request.param])

    return package


def has_registers(package):
    """Whether the core of a package has registers."""
    return (package / "driver").exists()


class Example:
    """The example of a package in Icarus Verilog.

    Attributes
    ----------
    work : Path
        Folder in which the simulation runs, with the ``.hex`` files.
    """

    def __init__(self, package, programs):
        """``programs`` is a folder for scripts that start Icarus Verilog."""
        self.package, self.work = package, package / "sim" / "build"
        programs.mkdir()
        for name, command in zip(("iverilog", "vvp"), icarus(), strict=True):
            program = programs / name
            program.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, command))} "$@"\n')
            program.chmod(0o755)
        self.environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}

    def build_and_run(self):
        """Exit status and output of ``run.sh``."""
        return self._output("sh", self.package / "sim" / "run.sh", "icarus", cwd=self.package)

    def run(self):
        """Exit status and output of the simulation that is built."""
        return self._output("vvp", "bench.vvp", cwd=self.work)

    def _output(self, *command, cwd):
        done = subprocess.run(
            command, cwd=cwd, env=self.environment, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr
