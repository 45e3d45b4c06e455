"""Documents: every link has a target, and the commands run.

A block ``sh`` is run in a folder of its document, after the blocks before it. With a line
``<!-- not run: REASON -->`` above it, its commands are only parsed.
"""

import argparse
import importlib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from markdown import Block, Document, anchor

ROOT = Path(__file__).parent.parent

NAMES = (
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md"),
    *sorted(
        path.relative_to(ROOT).as_posix()
        for folder in ("docs", "luts", ".github")
        for path in (ROOT / folder).rglob("*.md")
    ),
)
DOCUMENTS = {name: Document(ROOT / name) for name in NAMES if (ROOT / name).is_file()}

SHELL = {
    f"{name}:{block.line}": (name, block)
    for name, document in DOCUMENTS.items()
    for block in document.blocks
    if block.language == "sh"
}

LONGEST_README = 150

NEVER_RUN = {".", "apt-get", "cd", "git", "make", "pip", "python3", "source", "sudo"}
"""Programs that set up, or that a test of their own runs: lines with them are only parsed."""

TIMEOUT = 900
"""Seconds for a block; one that simulates may have to compile the simulation first."""

SOURCE = re.compile(r"(boards|docs|hw|luts|sim|sw|tests)/[a-z\d_./-]*(\.(cpp|html|md|py|sh|v)|/)")
"""The name of a file or folder; capitals stand for any name, as in ``boards/NAME.py``."""


def commands(block: Block) -> list[tuple[str, list[list[str]]]]:
    """Lines of a block, and for each the commands in it as lists of words."""
    joined = block.text.replace("\\\n", " ")
    found = []
    for line in filter(None, map(str.strip, joined.splitlines())):
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        words = [[]]
        for word in lexer:
            if set(word) <= set("&|;"):
                words.append([])
            else:
                words[-1].append(word)
        if any(words):
            found.append((line, words))
    return found


def runnable(block: Block) -> list[str]:
    """The lines of a block that are run: all but those with a program of ``NEVER_RUN``."""
    return [
        line
        for line, parts in commands(block)
        if not any(words and words[0] in NEVER_RUN for words in parts)
    ]


class Parsed(Exception):
    """The arguments were parsed."""


def check_arguments(words: list[str], monkeypatch, capsys):
    """Let the parser of ``python -m PACKAGE ARGUMENTS`` of ours parse them, and stop there."""
    package, *arguments = words[2:]
    if package.partition(".")[0] not in ("boards", "hw", "sim", "sw"):
        return

    def parse_and_stop(self, args=None, namespace=None):
        parse(self, args, namespace)
        raise Parsed

    parse = argparse.ArgumentParser.parse_args
    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse_and_stop)
    main = (
        package if (ROOT / f"{package.replace('.', '/')}.py").is_file() else f"{package}.__main__"
    )
    try:
        importlib.import_module(main).main(arguments)
    except Parsed:
        pass
    except SystemExit as stop:
        if stop.code:
            pytest.fail(capsys.readouterr().err)


def check_targets(words: list[str]):
    """Make sure that the Makefile has the targets and the variables of ``make WORDS``."""
    makefile = (ROOT / "Makefile").read_text()
    for word in words[1:]:
        name, is_variable, _ = word.partition("=")
        known = rf"\$\((if )?{name}\)" if is_variable else rf"^{re.escape(name)}:"
        assert re.search(known, makefile, re.MULTILINE), f"make {word}: the Makefile has no {name}"


class Folder:
    """The working folder of a document; remembers which blocks have been run there."""

    def __init__(self, path: Path):
        self.path = path
        self.done: set[int] = set()

    def run(self, block: Block):
        """Run the lines of a block that can be run, once."""
        if block.line in self.done:
            return
        self.done.add(block.line)
        lines = runnable(block)
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", "\n".join(lines)],
            cwd=self.path,
            env=os.environ
            | {
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                "PYTHONPATH": str(ROOT),
            },
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert not done.returncode, f"{block.text}\n{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A working folder for each document, with the files that the repository has."""
    folders = {}
    for name in DOCUMENTS:
        path = tmp_path_factory.mktemp(re.sub(r"\W", "_", name))
        for folder in ("docs", "luts"):
            (path / folder).symlink_to(ROOT / folder)
        folders[name] = Folder(path)
    return folders


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name):
    document, dead = DOCUMENTS[name], []
    for link in document.links():
        if re.match(r"[a-z]+:", link):
            continue
        path, _, fragment = unquote(link).partition("#")
        target = document.path.parent / path if path else document.path
        if not target.exists() or (
            fragment and target.suffix == ".md" and fragment not in Document(target).anchors
        ):
            dead.append(link)
    assert not dead


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name != "CHANGELOG.md"])
def test_sources_that_are_named_exist(name):
    words = DOCUMENTS[name].code_words()
    assert not [word for word in words if SOURCE.fullmatch(word) and not (ROOT / word).exists()]


def test_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) <= LONGEST_README


@pytest.mark.parametrize("where", SHELL)
def test_commands_parse(where, monkeypatch, capsys):
    _, block = SHELL[where]
    for _, parts in commands(block):
        for words in parts:
            if words[:2] == ["python", "-m"]:
                check_arguments(words, monkeypatch, capsys)
                monkeypatch.undo()
            elif words[:1] == ["make"]:
                check_targets(words)


@pytest.mark.parametrize(
    "where",
    [
        pytest.param(
            where, marks=[pytest.mark.xdist_group(f"commands of {name}"), pytest.mark.long]
        )
        for where, (name, block) in SHELL.items()
        if not block.not_run and runnable(block)
    ],
)
def test_commands_run(where, folders):
    name, block = SHELL[where]
    # A block may need what those before it have written.
    for other in DOCUMENTS[name].blocks:
        if other.language == "sh" and not other.not_run and other.line <= block.line:
            folders[name].run(other)


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("How it works", "how-it-works"),
        ("`make sim`: what it does, and why", "make-sim-what-it-does-and-why"),
        ("The [core](core.md) at ×4", "the-core-at-4"),
        ("Two – dashes & more", "two--dashes--more"),
    ],
)
def test_anchors_are_those_of_github(heading, name):
    assert anchor(heading) == name
