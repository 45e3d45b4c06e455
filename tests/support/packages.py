"""Packages of small cores, and simulating their example."""

import subprocess

import pytest

from cores import make_core
from hw.core import Core
from hw.packaging.packages import package_files
from tools import icarus

SMALL = make_core("V", 6, 2, colour="grey", lanes=4, max_width=32, max_height=16)
"""A core that is simulated in no time."""


def write_package(folder, kind, params=SMALL, name="srlut"):
    """Write a package as ``folder``, which must not exist; return the folder."""
    for path, contents in package_files(kind, Core(params), params, name).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(contents)
    return folder


def package_fixture(kind, params=SMALL):
    """A fixture of a module: the folder of a package."""

    @pytest.fixture(scope="module")
    def package(tmp_path_factory):
        return write_package(tmp_path_factory.mktemp(kind) / "package", kind, params)

    return package


class Example:
    """The example of a package in Icarus Verilog; the ``.hex`` files lie in the folder ``work``."""

    def __init__(self, package, work, name="srlut"):
        self.work = work
        for path in [*package.glob("rtl/*.hex"), *package.glob("sim/*.hex")]:
            (work / path.name).write_bytes(path.read_bytes())
        compiler, self.simulator = icarus()
        sources = [*sorted(package.glob("sim/*.sv")), package / "rtl" / f"{name}.v"]
        subprocess.run(
            [*compiler, "-g2012", "-s", "clocked_bench", "-o", work / "bench.vvp", *sources],
            check=True,
        )

    def run(self):
        """Exit status and output of the simulation."""
        done = subprocess.run(
            [*self.simulator, "bench.vvp"],
            cwd=self.work,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr
