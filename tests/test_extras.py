"""The extras of the distribution: what each one installs, and which one a command needs."""

import ast
import pkgutil
import sys
import tomllib
from importlib import import_module

import pytest
from packaging.requirements import Requirement

from sw.extras import EXTRAS
from sw.places import ROOT

PACKAGES = "sw", "hw", "sim", "boards"

BASE_MODULES = {"numpy", "PIL", "tqdm"}

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def imported() -> dict[str, str]:
    """Each module of third parties that a package imports, and a file that does so."""
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                names = [node.module] if isinstance(node, ast.ImportFrom) else []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                found |= {name.partition(".")[0]: str(path) for name in names}
    return {
        name: path
        for name, path in found.items()
        if name not in sys.stdlib_module_names and name not in PACKAGES
    }


def test_every_import_is_of_the_base_or_of_an_extra():
    known = {*EXTRAS, *BASE_MODULES}
    assert not {name: path for name, path in imported().items() if name not in known}


@pytest.mark.parametrize("module", EXTRAS)
def test_an_extra_installs_its_module(module):
    extra = PROJECT["optional-dependencies"][EXTRAS[module]]
    named = {Requirement(line).name.lower().replace("-", "_") for line in extra}
    other_names = {
        "cocotb_tools": "cocotb",
        "cocotbext": "cocotbext_axi",
        "serial": "pyserial",
        "skimage": "scikit_image",
    }
    assert other_names.get(module, module) in named


def included(extra: str) -> set[str]:
    """``extra``, and the extras that it installs."""
    found = {extra}
    for requirement in map(Requirement, PROJECT["optional-dependencies"][extra]):
        if requirement.name == "srlut":
            found = found.union(*map(included, requirement.extras))
    return found


def needs() -> dict[str, tuple[str, ...]]:
    """The modules of extras that each command needs."""
    found = {}
    for package in PACKAGES:
        folder = import_module(f"{package}.commands").__path__
        for info in pkgutil.iter_modules(folder, f"{package}.commands."):
            if modules := getattr(import_module(info.name), "NEEDS", ()):
                found[info.name] = modules
    return found


@pytest.mark.parametrize(("command", "modules"), needs().items())
def test_the_first_extra_that_is_named_has_all_that_the_command_needs(command, modules):
    extra = EXTRAS[modules[0]]
    assert {EXTRAS[module] for module in modules} <= included(extra), command
