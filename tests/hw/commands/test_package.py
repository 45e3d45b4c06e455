import json
import re

import pytest

import hw.commands.package as command
from commands import refused
from hw.__main__ import main
from hw.packaging import packages
from suites import long
from sw.errors import BadInput
from sw.tables.files import save
from sw.tables.flat_sums import flattened
from tables import make_upsampler


@pytest.fixture
def small(tmp_path):
    """Arguments for a small core, after the kind."""
    save(tmp_path / "table.npz", flattened(make_upsampler("V", 6, 2)))
    sizes = ["--width", "32", "--height", "18", "--lanes", "4", "--colour", "grey"]
    return [*sizes, "--table", str(tmp_path / "table.npz"), "-o", str(tmp_path / "out")]


OWN = {
    "fusesoc": ["up.core"],
    "vivado": ["component.xml", "package_ip.tcl"],
    "litex": ["up_litex.py"],
    "quartus": ["up_hw.tcl"],
}


@pytest.mark.parametrize("kind", ["fusesoc", *(long(kind) for kind in OWN if kind != "fusesoc")])
def test_a_package_is_complete(small, tmp_path, kind, capsys):
    assert main(["package", kind, *small, "--name", "up"]) == 0
    out = tmp_path / "out"
    names = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    banks = {name for name in names if re.fullmatch(r"rtl/up_bank\d\.hex", name)}
    assert banks
    assert names == {
        *banks,
        *OWN[kind],
        *("README.md", "up.json", "rtl/up.v", "sim/up_sizes.hex", "sim/up_expected.hex"),
        *("sim/bench.sv", "sim/clocked_bench.sv", "sim/example_system.sv", "sim/main.cpp"),
        *("sim/random_pause.sv", "sim/run.sh", "sim/video_checker.sv", "sim/video_source.sv"),
    }
    assert f"{len(names)} files for {kind} in {out}" in capsys.readouterr().out
    core = json.loads((out / "up.json").read_text())
    assert (core["module"], core["max_width"], core["colour"]) == ("up", 32, "grey")
    for name in names:
        text = (out / name).read_text()
        assert "{{" not in text
        assert "{%" not in text
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_package_with_registers_has_their_header_and_master(small, tmp_path):
    assert main(["package", "fusesoc", *small, "--registers"]) == 0
    header = tmp_path / "out" / "driver" / "srlut_registers.h"
    assert "SRLUT_REGISTERS__CONTROL__ENABLE_bm" in header.read_text()
    assert (tmp_path / "out" / "sim" / "register_master.sv").exists()
    assert "s_axi_control_awaddr" in (tmp_path / "out" / "sim" / "example_system.sv").read_text()


def test_kinds_are_those_of_the_packages():
    assert tuple(packages.KINDS) == command.KINDS
    assert set(OWN) == set(command.KINDS)


@pytest.mark.long
def test_the_same_options_give_the_same_package(small, tmp_path):
    assert main(["package", "vivado", *small]) == 0
    (tmp_path / "out").rename(tmp_path / "first")
    assert main(["package", "vivado", *small]) == 0
    for path in (tmp_path / "first").rglob("*.*"):
        other = tmp_path / "out" / path.relative_to(tmp_path / "first")
        assert path.read_bytes() == other.read_bytes()


def test_refuses(small, tmp_path, capsys):
    before = set(tmp_path.iterdir())

    def message(*more):
        text = refused(capsys, "package", "vivado", *small, *more, command=main)
        assert set(tmp_path.iterdir()) == before
        return text

    assert "--lanes is 5; it must be 1, 2, 4" in message("--lanes", "5")
    assert "--name is '4k', which is not a Verilog identifier; it could be" in message(
        "--name", "4k"
    )
    example = "--name is 'bench', which is a module of the example system; it could be core_bench"
    assert example in message("--name", "bench")
    assert "--reload is given without --registers" in message("--reload")
    assert "nosuch" in message("--table", "nosuch")
    assert "there is no folder" in message("-o", tmp_path / "no" / "out")
    exists = "exists already; it must be a new name for a folder"
    assert exists in message("-o", tmp_path)
    assert exists in message("-o", tmp_path / "table.npz")
    assert exists in message("-o", ".")
    assert "invalid choice: 'xilinx' (choose from" in refused(
        capsys, "package", "xilinx", *small, command=main
    )


@pytest.mark.parametrize("error", [BadInput("Yosys failed"), KeyboardInterrupt()])
def test_nothing_is_left_of_a_package_that_is_not_made(small, tmp_path, monkeypatch, error):
    class Files(dict):
        """Files of which one cannot be had."""

        def items(self):
            yield "rtl/up.v", b"module"
            raise error

    before = set(tmp_path.iterdir())
    monkeypatch.setattr(command, "package_files", lambda *_: Files())
    monkeypatch.setattr(command, "top_module", lambda params: (None, ()))
    monkeypatch.setattr(command, "describe_core", lambda core: {})
    assert main(["package", "vivado", *small]) == (2 if isinstance(error, BadInput) else 130)
    assert set(tmp_path.iterdir()) == before
