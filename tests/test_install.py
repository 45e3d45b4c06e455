"""The distribution: its wheel, installed into an environment with the base dependencies alone."""

import importlib.metadata
import os
import shlex
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement
from PIL import Image

from pictures import photo_like
from sw import __version__
from sw.golden import upscale
from sw.places import LUTS, ROOT
from sw.tables.files import load

pytestmark = pytest.mark.xdist_group("install")

PACKAGES = "sw", "hw", "sim", "boards"

DATA = {
    *(".cpp", ".css", ".csv", ".h", ".html", ".j2", ".js", ".json", ".npz", ".py", ".rdl", ".sv"),
    *(".svg", ".v", ".xml"),
}

MAX_BASE_BYTES = 150_000_000
"""Of the packages that enlarging pictures needs."""


def build(source: Path, target: Path, *kinds: str) -> None:
    """Build distributions of the project in ``source`` into ``target``."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(target)]
    command += [word for kind in kinds for word in ("-t", kind)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder of the wheel and of the source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    build(ROOT, folder, "wheel", "sdist")
    return folder


@pytest.fixture(scope="module")
def wheel(built):
    (path,) = built.glob("*.whl")
    return path


def base_packages(requirements: list[str]) -> set[str]:
    """The distributions that ``requirements`` name, with those that they need, without extras."""
    found = set()
    for requirement in map(Requirement, requirements):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            needs = importlib.metadata.requires(requirement.name) or []
            found |= {requirement.name} | base_packages(needs)
    return found


class Environment:
    """A new environment with the wheel and its base dependencies; it sees nothing else.

    The dependencies are links to those of this environment, so that no network is needed.
    """

    def __init__(self, folder: Path, wheel: Path):
        venv.create(folder, with_pip=False, symlinks=True)
        self.programs = folder / "bin"
        (self.site,) = (folder / "lib").glob("python3*/site-packages")
        pip = [sys.executable, "-m", "pip", "--python", str(self.programs / "python"), "install"]
        options = ["--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
        subprocess.run([*pip, *options, str(wheel)], check=True)
        (installed,) = importlib.metadata.distributions(name="srlut", path=[str(self.site)])
        for name in base_packages(installed.requires):
            distribution = importlib.metadata.distribution(name)
            for top in {file.parts[0] for file in distribution.files} - {"..", "__pycache__"}:
                (self.site / top).symlink_to(distribution.locate_file(top))

    def run(self, *command: str, cwd: Path, **more: str) -> subprocess.CompletedProcess:
        """Run a program of the environment in the folder ``cwd``."""
        environment = {**os.environ, "XDG_CACHE_HOME": str(cwd / "cache"), **more}
        environment.pop("PYTHONPATH", None)
        return subprocess.run(
            [self.programs / command[0], *command[1:]],
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def environment(tmp_path_factory, wheel):
    return Environment(tmp_path_factory.mktemp("environment") / "env", wheel)


def test_the_wheel_has_all_files_of_the_packages_and_the_tables(wheel):
    folders = {name: name for name in PACKAGES} | {"luts": "sw/luts"}
    expected = {
        f"{inside}/{path.relative_to(ROOT / folder).as_posix()}"
        for folder, inside in folders.items()
        for path in (ROOT / folder).rglob("*")
        if path.suffix in DATA
    }
    assert {"sw/luts/compact.npz", "sw/luts/published.csv", "sim/bench/harness.cpp"} <= expected
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert expected <= names
    assert {Path(name).suffix for name in names - expected} <= {".md"}


def test_the_source_distribution_builds_the_same_wheel(built, wheel, tmp_path):
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(tmp_path, filter="data")
    build(tmp_path / archive.name.removesuffix(".tar.gz"), tmp_path, "wheel")
    first, second = (zipfile.ZipFile(path) for path in (wheel, tmp_path / wheel.name))
    assert {name: first.read(name) for name in first.namelist()} == {
        name: second.read(name) for name in second.namelist()
    }


def test_the_environment_has_only_the_base(environment, tmp_path):
    for name in ("skimage", "scipy", "amaranth", "torch", "numba", "jinja2"):
        run = environment.run("python", "-c", f"import {name}", cwd=tmp_path)
        assert f"No module named '{name}'" in run.stderr
    run = environment.run("python", "-c", "import sw; print(sw.__file__)", cwd=tmp_path)
    assert Path(run.stdout.strip()) == environment.site / "sw" / "__init__.py"


def test_the_base_is_light(environment):
    files = {path.resolve() for path in environment.site.rglob("*") if path.is_file()}
    for link in filter(Path.is_symlink, environment.site.iterdir()):
        files |= {path.resolve() for path in link.rglob("*") if path.is_file()}
    size = sum(path.stat().st_size for path in files if path.suffix != ".pyc")
    assert 10_000_000 < size < MAX_BASE_BYTES


def test_a_picture_is_enlarged_in_another_folder(environment, tmp_path):
    pixels = photo_like(20, 30, 3)
    Image.fromarray(pixels).save(tmp_path / "in.png")
    run = environment.run("srlut", "upscale", "in.png", "out.png", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    got = np.asarray(Image.open(tmp_path / "out.png"))
    assert np.array_equal(got, upscale(pixels, load(LUTS / "compact.npz")))
    assert {path.name for path in tmp_path.iterdir()} == {"in.png", "out.png"}


def test_a_table_is_found_by_its_name(environment, tmp_path):
    run = environment.run("srlut", "info", "compact", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "21946 bytes" in run.stdout
    run = environment.run("srlut", "info", "compat", cwd=tmp_path)
    assert run.returncode == 2
    assert "compact" in run.stderr


@pytest.mark.parametrize("package", PACKAGES)
def test_programs_have_a_version_and_their_own_name(environment, package, tmp_path):
    script = "srlut" if package == "sw" else f"srlut-{package}"
    for command in ((script,), ("python", "-m", package)):
        run = environment.run(*command, "--version", cwd=tmp_path)
        assert (run.returncode, run.stdout) == (0, f"srlut {__version__}\n")
    run = environment.run(script, "--help", cwd=tmp_path)
    assert run.stdout.startswith(f"usage: {script} [-h]")
    run = environment.run("python", "-m", package, "--help", cwd=tmp_path)
    assert run.stdout.startswith(f"usage: python -m {package} [-h]")


def test_examples_in_the_help_have_the_name_of_the_program(environment, tmp_path):
    run = environment.run("srlut", "upscale", "--help", cwd=tmp_path)
    assert "\n  srlut upscale small.png large.png\n" in run.stdout
    assert "python -m sw" not in run.stdout


HELP = """
from importlib import import_module
from boards.commands.board_command_line import COMMANDS, run_board

def check(main, name):
    try:
        assert False, f"{name}: status {main([name, '--help'])}"
    except SystemExit as stop:
        assert not stop.code, name

for package in ("sw", "hw", "sim", "boards"):
    program = import_module(f"{package}.__main__")
    for name in program.COMMANDS:
        check(program.main, name)
for board, names in COMMANDS.items():
    for name in names:
        check(lambda words: run_board(board, "", words), name)
print("all helped")
"""


def test_the_help_needs_no_extra(environment, tmp_path):
    run = environment.run("python", "-c", HELP, cwd=tmp_path)
    assert run.stdout.endswith("all helped\n"), run.stderr
    run = environment.run("python", "-m", "boards.ulx3s", "--help", cwd=tmp_path)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        ("srlut score pictures", "score"),
        ("srlut compare pictures", "score"),
        ("srlut demo", "score"),
        ("srlut plot --out plot.svg", "score"),
        ("srlut plot --out plot.png", "plot"),
        ("srlut convergence runs/a --out plot.png", "plot"),
        ("srlut fit --data photos --out my.npz", "fit"),
        ("srlut tune --data photos --out my.npz --design 'x4 S'", "fit"),
        ("srlut train --data photos --run run", "train"),
        ("srlut-hw plan --clock-mhz 100", "hw"),
        ("srlut-hw verilog -o a.v", "hw"),
        ("srlut-hw package vivado -o a", "hw"),
        ("srlut-sim run in.png out.png", "sim"),
        ("srlut-sim board out.png", "sim"),
        ("srlut-sim formal", "formal"),
        ("srlut-boards synth", "hw"),
        ("python -m boards.ulx3s build", "boards"),
        ("python -m boards.ulx3s send in.png", "boards"),
    ],
)
def test_a_missing_extra_is_named_in_one_sentence(environment, command, extra, tmp_path):
    run = environment.run(*shlex.split(command), cwd=tmp_path)
    assert run.returncode == 2
    (line,) = run.stderr.splitlines()
    assert line.startswith("error: ")
    assert line.endswith(f" is not installed; install the extra with: pip install 'srlut[{extra}]'")
    assert not list(tmp_path.iterdir())


def test_files_that_are_kept_go_to_the_cache_of_the_user(environment, tmp_path):
    code = "from sw.places import BUILD, CACHE; print(BUILD, CACHE)"
    run = environment.run("python", "-c", code, cwd=tmp_path)
    assert run.stdout.split() == [str(tmp_path / "cache" / "srlut")] * 2
