"""The file for Platform Designer, run by Tcl with commands that check their arguments."""

import pytest

from hw.packaging.ports import Port
from packages import has_registers, package_fixture
from tcl import Recorder
from verilog_ports import verilog_ports

package = package_fixture("quartus")

MODULE_PROPERTIES = {"NAME", "DISPLAY_NAME", "DESCRIPTION", "VERSION", "GROUP", "EDITABLE"}

STREAM_ROLES = {"tdata", "tvalid", "tready", "tuser", "tlast", "tkeep", "tstrb", "tid", "tdest"}

LITE_ROLES = {
    *("awaddr", "awprot", "awvalid", "awready", "wdata", "wstrb", "wvalid", "wready"),
    *("bresp", "bvalid", "bready", "araddr", "arprot", "arvalid", "arready"),
    *("rdata", "rresp", "rvalid", "rready"),
}

ROLES = {
    "axi4stream": STREAM_ROLES,
    "axi4lite": LITE_ROLES,
    "clock": {"clk"},
    "reset": {"reset_n"},
    "interrupt": {"irq"},
}
"""The roles of ports in an interface of each type; those of a conduit are free."""

PROPERTIES = {
    "reset": {"associatedClock", "synchronousEdges"},
    "interrupt": {"associatedClock", "associatedReset", "associatedAddressablePoint"},
}
"""The properties of interfaces; those of the others are the first two of an interrupt."""


@pytest.fixture(scope="module")
def recorded(package):
    names = ("set_module_property", "add_fileset", "set_fileset_property", "add_fileset_file")
    names += ("add_interface", "set_interface_property", "add_interface_port")
    recorder = Recorder(dict.fromkeys(names))
    recorder.tcl.eval("package provide qsys 18.0")
    recorder.source(package / "srlut_hw.tcl")
    return recorder


def test_the_module(recorded):
    properties = dict(recorded.arguments("set_module_property"))
    assert set(properties) == MODULE_PROPERTIES
    assert properties["NAME"] == "srlut"


def test_both_filesets_have_all_files(recorded, package):
    assert [kind for _, kind, *_ in recorded.arguments("add_fileset")] == [
        "QUARTUS_SYNTH",
        "SIM_VERILOG",
    ]
    assert {words[1:] for words in recorded.arguments("set_fileset_property")} == {
        ("TOP_LEVEL", "srlut")
    }
    files = recorded.arguments("add_fileset_file")
    names = sorted(path.name for path in (package / "rtl").iterdir())
    assert sorted(name for name, *_ in files) == sorted(2 * names)
    for name, kind, source, path, *attributes in files:
        assert source == "PATH"
        assert (package / path).is_file()
        assert (package / path).name == name
        is_top = name == "srlut.v"
        assert (kind, attributes) == (("VERILOG", ["TOP_LEVEL_FILE"]) if is_top else ("OTHER", []))


def test_interfaces_have_roles_and_clocks(recorded, package):
    types = {}
    for name, kind, direction in recorded.arguments("add_interface"):
        assert direction in ("start", "end")
        types[name] = kind
    own = {"axi4lite", "interrupt"} if has_registers(package) else {"conduit"}
    assert set(types.values()) == {"axi4stream", "clock", "reset", *own}
    assert types["s_axis_video"] == "axi4stream"
    for name, _, role, _, _ in recorded.arguments("add_interface_port"):
        assert types[name] == "conduit" or role in ROLES[types[name]]
    clocked = set()
    for name, key, value in recorded.arguments("set_interface_property"):
        assert key in PROPERTIES.get(types[name], {"associatedClock", "associatedReset"})
        if key.startswith("associated"):
            assert value in types
            clocked.add((name, key))
    for name, kind in types.items():
        assert kind == "clock" or (name, "associatedClock") in clocked
        assert kind in ("clock", "reset") or (name, "associatedReset") in clocked


def test_ports_are_those_of_the_verilog(recorded, package):
    ports = [
        Port(name, direction == "Input", int(bits))
        for _, name, _, direction, bits in recorded.arguments("add_interface_port")
    ]
    assert sorted(ports, key=str) == sorted(verilog_ports(package / "rtl" / "srlut.v"), key=str)
