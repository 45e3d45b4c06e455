"""The Genesys 2: the files for the vendor's tool, which does not run here."""

import re

import pytest
from amaranth.hdl import Fragment
from amaranth.lib.memory import Memory

from boards import common
from boards.commands import vendor_build, vendor_synth
from boards.flow import vendor_plan
from boards.genesys2 import MMCM, OSCILLATOR_MHZ, Platform, make
from boards.genesys2 import main as genesys2
from boards.parts.xilinx7 import mmcm_rates
from boards.picture_layout import Limits
from commands import refused
from hw.core_timing import clocks_per_frame
from sw.tables.files import save
from sw.tables.flat_sums import flattened
from tables import make_upsampler

TABLE = make_upsampler("S", 6)

PINS = {
    "clk_0": 2,
    "rst_0": 1,
    "uart_0": 2,
    "button_4": 1,
    "button_2": 1,
    "button_1": 1,
    "led_": 8,
    "hdmi_0__d": 6,
    "hdmi_0__clk": 2,
}
"""Number of pins whose names start so."""


@pytest.fixture(scope="module")
def plan():
    # Small pictures: for a large frame buffer Amaranth takes long to write the contents.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(common, "LIMITS", Limits(18, 32))
        return make(TABLE)


def test_every_pin_has_its_location_and_standard(plan):
    constraints = plan.files["top.xdc"]
    for setting in ("LOC", "IOSTANDARD"):
        ports = re.findall(rf'set_property {setting} \S+ \[get_ports "([^"]+)"\]', constraints)
        assert len(ports) == len(set(ports)) == sum(PINS.values())
        for name, count in PINS.items():
            assert sum(port.startswith(name) for port in ports) == count, name
    for line in (
        'LOC AC20 [get_ports "hdmi_0__d__p\\[0]"]',  # blue
        'LOC AB24 [get_ports "hdmi_0__d__p\\[2]"]',  # red
        'LOC AA20 [get_ports "hdmi_0__clk__p"]',
        'LOC M20 [get_ports "button_4__io"]',  # left
    ):
        assert f"set_property {line}" in constraints
    assert 'create_clock -name clk_0__p -period 5.0 [get_nets "clk_0__p"]' in constraints


def test_clocks_and_outputs(plan):
    verilog = plan.files["top.v"]
    # The cells are primitives of Vivado with these parameters.
    for parameter in (
        "CLKIN1_PERIOD(5.0)",
        "DIVCLK_DIVIDE(32'd10)",
        "CLKFBOUT_MULT_F(37.125)",
        "CLKOUT0_DIVIDE_F(2.0)",
        "CLKOUT1_DIVIDE(32'd10)",
        "CLKOUT2_DIVIDE(32'd14)",
    ):
        assert f".{parameter}" in verilog
    counts = {"MMCME2_BASE": 1, "BUFG": 3, "ODDR": 4, "OBUFDS": 4, "IBUFDS": 1}
    for cell, count in counts.items():
        assert len(re.findall(rf"^  {cell} ", verilog, re.MULTILINE)) == count, cell
    assert re.search(r"amaranth\.vivado\.false_path +=", verilog)
    assert "set_clock_groups -asynchronous" in plan.files["top.tcl"]


def test_tables_are_in_files(plan):
    banks = {file for file in plan.files if file.endswith(".hex")}
    verilog, tcl = plan.files["top.v"], plan.files["top.tcl"]
    assert banks == set(re.findall(r'FILE\("(.+?)"\)', verilog))
    assert len(banks) == 5
    (params,) = common.board_params(TABLE, "rgb").core.stages
    (group,) = params.groups
    for file, rows in zip(sorted(banks), group.contents, strict=True):
        words = [int.from_bytes(row.tobytes(), "little") for row in rows]
        assert [int(word, 16) for word in plan.files[file].split()] == words
    (module,) = set(re.findall(r"\btop_rom\d_\w+", verilog))
    assert f"module {module} " in plan.files["top_roms.v"]
    assert 'add_files "top_roms.v"' in tcl
    assert "-part xc7k325tffg900-2" in tcl


def test_large_banks_are_split():
    """The banks of table S have a few rows more than a power of two."""
    platform = Platform()
    for depth, split in ((512, False), (16709, True)):
        bank = Memory(shape=8, depth=depth, init=[], attrs={"rom_style": "block"})
        bank.read_port()
        fragment = Fragment.get(bank, platform)
        rows = [part[0].parameters["DEPTH"] for part in fragment.subfragments] if split else None
        assert rows == ([16384, 325] if split else None)


def test_the_core_is_fast_enough():
    _, pixel, core = mmcm_rates(OSCILLATOR_MHZ, **MMCM)
    assert pixel == 74.25
    assert core * 1e6 > 60 * clocks_per_frame(common.board_params(TABLE, "rgb").core, 320, 180)


def test_mmcm():
    assert mmcm_rates(200, 10, 37.125, (2, 10)) == (371.25, 74.25)
    for arguments, message in (
        ((200, 5, 18.5625, (2,)), "multiply is 18.5625; it must be a multiple of 1/8"),
        ((200, 5, 37.125, (4,)), r"VCO rate in MHz is 1485\.0; it must be from 600 to 1440"),
        ((200, 25, 60, (4,)), r"phase detector rate in MHz is 8\.0; it must be from 10 to 500"),
        ((200, 10, 70, (4,)), "multiply is 70; it must be from 2 to 64"),
        ((200, 10, 37.125, (130,)), "a divisor of outputs is 130; it must be from 1 to 128"),
    ):
        with pytest.raises(ValueError, match=message):
            mmcm_rates(*arguments)


def test_build(plan, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("boards.genesys2.make", lambda upsampler: plan)
    out = tmp_path / "new" / "folder"
    save(tmp_path / "small.npz", flattened(TABLE))
    assert genesys2(["build", "--table", str(tmp_path / "small.npz"), "--out", str(out)]) == 0
    output = capsys.readouterr().out
    assert "with Vivado" in output
    assert {path.name for path in out.iterdir()} == set(plan.files)
    assert (out / "top.v").read_text() == plan.files["top.v"]
    assert "top.tcl" in (out / "build_top.sh").read_text()


def test_synth(tmp_path, capsys, monkeypatch):
    """With a stand-in for Yosys."""

    class Plan:
        def extract(self, folder):
            pass

    def run_synth(rams):
        cells = f'{{"LUT6": 2038, "RAMB36E1": {rams}, "RAMB18E1": 1}}'
        text = f'{{"design": {{"num_cells_by_type": {cells}}}}}'
        script = f"echo '{text}' > stat.json"
        monkeypatch.setattr(vendor_synth, "tool_command", lambda tool: ["sh", "-c", script])
        return genesys2(["synth", "--table", "nano"])

    monkeypatch.setattr(vendor_synth, "FOLDER", tmp_path)
    monkeypatch.setattr("boards.genesys2.make", lambda upsampler: Plan())
    assert run_synth(222) == 0
    output = capsys.readouterr().out
    assert "luts             2038 of   203800, 1%" in output
    assert "block rams      222.5 of      445, 50%" in output
    assert "nothing was placed or routed" in output
    assert run_synth(445) == 1


def test_refused(tmp_path, capsys, monkeypatch):
    assert "no table of this name" in refused(capsys, "build", "--table", "no", command=genesys2)
    (tmp_path / "file").write_text("")
    output = refused(capsys, "build", "--out", tmp_path / "file" / "a", command=genesys2)
    assert "cannot be created" in output
    folder = tmp_path / "out"
    output = refused(capsys, "build", "--table", "S_x2", "--out", folder, command=genesys2)
    assert "the table has scale 2; for a board it must be 4" in output
    monkeypatch.setattr(vendor_build, "chosen_table", lambda _: TABLE)
    monkeypatch.setattr(vendor_plan.shutil, "which", lambda _: None)
    output = refused(capsys, "build", "--out", folder, command=genesys2)
    assert "pip install -e '.[hw]'" in output
    assert not list(folder.iterdir())
