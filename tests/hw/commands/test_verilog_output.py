"""The files of ``hw verilog``: their names, and what happens if they cannot be written."""

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from commands import refused
from cores import make_core
from hw import emit
from hw.__main__ import main
from hw.core import Core
from hw.emit import string_literal, verilog_files
from hw.verilog_names import why_unusable
from sw.errors import BadInput
from sw.places import ROOT
from sw.tables.files import save
from sw.tables.flat_sums import flattened
from tables import make_upsampler
from tools import verilator

MODULE = "module up(aclk);\nendmodule\n"


@pytest.fixture
def arguments(tmp_path):
    """Arguments for a small core but for its file; ``out`` is an empty folder for it."""
    save(tmp_path / "table.npz", flattened(make_upsampler("V", 4, 2)))
    (tmp_path / "out").mkdir()
    choices = ["--colour", "grey", "--lanes", "1", "--width", "8", "--height", "4"]
    return ["verilog", "--table", str(tmp_path / "table.npz"), *choices]


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def fake_yosys(monkeypatch, written=MODULE):
    """Let Yosys write ``written`` without any work."""

    def run(script, folder):
        (folder / "design.v").write_text(written)

    monkeypatch.setattr(emit, "run_yosys", run)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("stem", "name"), [("my core-4k é.b", "guard"), ("lut", None), ("4k", "my_rom1_block")]
)
def test_any_file_name_is_lint_clean_with_a_module_name(arguments, out, stem, name):
    choice = ["--name", name] if name else []
    assert main([*arguments, "-o", str(out / f"{stem}.v"), *choice]) == 0
    files = {f"{stem}{end}" for end in (".v", ".json", "_bank0.hex", "_bank1.hex", "_bank2.hex")}
    assert set(contents(out)) == files
    assert json.loads((out / f"{stem}.json").read_text())["module"] == (name or stem)
    status, output = verilator("--lint-only", "-Wall", f"{stem}.v", cwd=out)
    assert (status, "%" in output) == (0, False)
    text = (out / f"{stem}.v").read_text()
    assert f"\nmodule {name or stem}(" in text
    read = re.findall(r"\.FILE\((\".*\")\)", text)
    assert read == [string_literal(f"{stem}_bank{bank}.hex") for bank in range(3)]


def test_strings_of_verilog_have_file_names_of_any_bytes():
    assert string_literal("a b'%s$.hex") == '"a b\'%s$.hex"'
    assert string_literal('a"b\\c') == r'"a\042b\134c"'
    assert string_literal("é") == r'"\303\251"'
    assert string_literal(os.fsdecode(b"\xff1")) == r'"\3771"'


def test_no_signal_of_the_top_module_can_be_its_name(arguments, out):
    assert main([*arguments, "-o", str(out / "up.v")]) == 0
    text = (out / "up.v").read_text()
    top = re.search(r"^module up\(.*?^endmodule", text, re.DOTALL | re.MULTILINE)[0]
    declared = re.findall(r"^ *(?:wire|reg|input|output) (?:\[.*?\] )?(\w+)", top, re.MULTILINE)
    ports = json.loads((out / "up.json").read_text())["ports"]
    assert {"first", "i__valid", *ports} <= set(declared)
    assert [name for name in declared if not why_unusable(name)] == []


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (
            ["-o", "my-core.v"],
            "the top module would have the name 'my-core', which is not a Verilog identifier; "
            "choose another file name, or add --name my_core",
        ),
        (["-o", "4k.v"], "add --name core_4k"),
        (["-o", "a.b.v"], "add --name a_b"),
        (["-o", "my core.v"], "add --name my_core"),
        (["-o", "width.v"], "which is a signal of the core; choose"),
        (
            ["-o", "up.v", "--name", "module"],
            "--name is 'module', which is a keyword of SystemVerilog; it could be core_module",
        ),
    ],
)
def test_refuses_names_of_modules_before_any_work(
    arguments, tmp_path, capsys, monkeypatch, choice, message
):
    monkeypatch.setattr("hw.commands.verilog.verilog_files", None)
    monkeypatch.chdir(tmp_path / "out")
    assert message in refused(capsys, *arguments, *choice, command=main)
    assert contents(tmp_path / "out") == {}


@pytest.mark.parametrize("name", ["up.json", "up_bank2.hex"])
def test_refuses_a_folder_in_place_of_a_file_before_any_work(
    arguments, out, capsys, monkeypatch, name
):
    monkeypatch.setattr("hw.commands.verilog.verilog_files", None)
    (out / name).mkdir()
    message = refused(capsys, *arguments, "-o", out / "up.v", command=main)
    assert f"{name}: is a folder; it must be the name of a file" in message


# Five files: the contents of each are written, then each old file is put aside and the new one is
# put in its place.
@pytest.mark.parametrize(
    ("owner", "function", "number"),
    [(os, "fsync", 0), (os, "fsync", 4), (Path, "rename", 0), (Path, "rename", 9)],
)
def test_a_full_disk_changes_no_file(arguments, out, capsys, monkeypatch, owner, function, number):
    fake_yosys(monkeypatch)
    assert main([*arguments, "-o", str(out / "up.v")]) == 0
    before = contents(out)
    fake_yosys(monkeypatch, f"// another\n{MODULE}")
    real, calls = getattr(owner, function), []

    def replacement(*values):
        calls.append(values)
        if len(calls) == number + 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*values)

    monkeypatch.setattr(owner, function, replacement)
    message = refused(capsys, *arguments, "-o", out / "up.v", command=main)
    assert "cannot be written (No space left on device); no file was changed" in message
    assert contents(out) == before


def small_files(arguments, size, target):
    """Run the command in a process whose files can have ``size`` bytes; return it."""
    limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"
    code = f"import resource, sys; {limit}; from hw.__main__ import main; sys.exit(main())"
    command = [sys.executable, "-c", code, *arguments, "-o", str(target)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("size", [1000, 100_000])
def test_work_files_that_do_not_fit(arguments, out, size):
    done = small_files(arguments, size, out / "up.v")
    assert done.returncode == 2
    assert done.stderr == (
        f"error: {out}: the work files of Yosys cannot be written there (File too large)\n"
    )
    assert contents(out) == {}


@pytest.mark.parametrize("written", ["", MODULE[:10], MODULE[:-1]])
def test_verilog_that_yosys_could_not_complete_is_refused(tmp_path, monkeypatch, written):
    fake_yosys(monkeypatch, written)
    core = Core(make_core("V", 4, 2, lanes=1, colour="grey"))
    with pytest.raises(BadInput, match="Yosys could write only a part of the Verilog there"):
        verilog_files(core, tmp_path, "up")
    assert contents(tmp_path) == {}
