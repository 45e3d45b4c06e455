"""The examples in the help texts: all of them parse, and the quick ones are run as printed."""

import re
import shlex
import shutil
from importlib import import_module

import pytest
from PIL import Image

from boards.commands import board_command_line
from pictures import photo_like
from sw.commands.command_line import parse
from sw.commands.program import modules
from sw.places import LUTS
from sw.tables.files import load, save

PACKAGES = {name: import_module(f"{name}.__main__") for name in ("sw", "hw", "sim", "boards")}

PROGRAMS = {
    **{name: modules(name, package.COMMANDS) for name, package in PACKAGES.items()},
    **{
        name: {command: f"boards.commands.{module}" for command, module in commands.items()}
        for name, commands in board_command_line.COMMANDS.items()
    },
}
"""For each ``python -m NAME`` the modules of its commands."""

QUICK = {
    "sw": {"upscale", "score", "info", "plot", "demo", "flatten", "show-filters"},
    "hw": {"package", "plan", "verilog"},
    "sim": {"frame"},
}
"""Commands that need no extra files but those of ``folder``, and that take seconds."""

SMALL = {"hw": ["--table", "V", "--width", "33", "--height", "9"]}
"""Options that are added to an example, because a large core takes minutes."""


def examples(text: str) -> list[str]:
    """The commands in a help text, without ``python -m``, each in one line."""
    joined = text.replace("\\\n", " ")
    for first, second in zip(joined.splitlines(), joined.splitlines()[1:], strict=False):
        if first.lstrip().startswith("python -m "):
            indent = len(first) - len(first.lstrip())
            assert not second.startswith(" " * (indent + 1)), f"{first!r} needs a \\ at its end"
    return re.findall(r"^ *python -m (.+)", joined, re.MULTILINE)


def all_examples() -> dict[str, list[str]]:
    """The examples of each module that has a help text."""
    names = {name for commands in PROGRAMS.values() for name in commands.values()}
    names |= board_command_line.COMMANDS.keys()
    return {name: examples(import_module(name).__doc__) for name in sorted(names)}


EXAMPLES = all_examples()

LINES = sorted({line for lines in EXAMPLES.values() for line in lines})


def words(line: str) -> tuple[str, list[str]]:
    """Name of the program, and its arguments as the shell passes them."""
    name, *arguments = shlex.split(line, comments=True)
    return name, arguments


def is_quick(line: str) -> bool:
    name, arguments = words(line)
    return arguments[0] in QUICK.get(name, ())


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working folder, with the files that examples name."""
    for name in ("pictures", "photos", "frames", "set5", "set14", "docs", "build", "runs/fsrcnn"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("pictures/a", "photos/b", "frames/c", "set5/d", "set14/e", "small", "in"):
        Image.fromarray(photo_like(40, 48, 3)).save(tmp_path / f"{name}.png")
    save(tmp_path / "published.npy", load(LUTS / "S.npz"))
    for name in ("F", "my", "R", "G", "B", "C-R", "C-G", "C-B"):
        shutil.copy(LUTS / "F.npz", tmp_path / f"{name}.npz")
    shutil.copy(LUTS / "baselines" / "fsrcnn.npz", tmp_path / "runs" / "fsrcnn" / "weights.npz")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("module", EXAMPLES)
def test_every_help_text_has_an_example(module):
    assert EXAMPLES[module]


@pytest.mark.parametrize("line", LINES)
def test_examples_parse(line):
    name, arguments = words(line)
    assert parse(name, PROGRAMS[name], "", arguments).command == arguments[0]


@pytest.mark.parametrize("line", [line for line in LINES if is_quick(line)])
def test_quick_examples_run(line, folder, capsys):
    name, arguments = words(line)
    if arguments[:1] == ["plot"] and arguments[-1].endswith(".png"):
        pytest.importorskip("matplotlib", reason="the extra `plot` is not installed")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert PACKAGES[name].main(arguments + SMALL.get(name, [])) == 0, capsys.readouterr().err
    after = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert before != after or capsys.readouterr().out


def test_an_example_without_its_backslash_is_noticed():
    with pytest.raises(AssertionError, match="needs a"):
        examples("  python -m sw fit --data a\n    --out b\n")
    assert examples("  python -m sw fit \\\n    --out b\n") == ["sw fit      --out b"]
    assert words("sw info 'a b'  # text") == ("sw", ["info", "a b"])
