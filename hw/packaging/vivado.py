"""What Vivado calls the bus interfaces, and the registers in IP-XACT as it reads them."""

from dataclasses import dataclass
from xml.etree import ElementTree

from hw.control.registers import VERILOG
from hw.packaging.ports import CLOCK, INTERRUPT, LITE, RESET, STREAM, Bus

FAMILIES = (
    *("artix7", "kintex7", "virtex7", "zynq", "spartan7"),
    *("kintexu", "virtexu", "artixuplus", "kintexuplus", "virtexuplus", "zynquplus", "versal"),
)
"""Families of AMD that the package offers itself to."""

ADDRESS_RANGE = 4096
"""Bytes of the smallest segment that Vivado gives to a slave."""


@dataclass(frozen=True)
class BusType:
    """Library and name of a bus definition of the vendor xilinx.com, version 1.0."""

    library: str
    name: str


TYPES = {
    STREAM: BusType("interface", "axis"),
    LITE: BusType("interface", "aximm"),
    CLOCK: BusType("signal", "clock"),
    RESET: BusType("signal", "reset"),
    INTERRUPT: BusType("signal", "interrupt"),
}
"""The bus definition of each kind of interface."""


def bus_parameters(buses: list[Bus]) -> dict[str, dict[str, str]]:
    """Parameters of the bus interfaces, by the name of the interface."""
    in_clock = [bus.name for bus in buses if bus.kind in (STREAM, LITE)]
    resets = [bus.name for bus in buses if bus.kind == RESET]
    by_kind = {
        CLOCK: {"ASSOCIATED_BUSIF": ":".join(in_clock), "ASSOCIATED_RESET": ":".join(resets)},
        RESET: {"POLARITY": "ACTIVE_LOW"},
        INTERRUPT: {"SENSITIVITY": "LEVEL_HIGH"},
        LITE: {"PROTOCOL": "AXI4LITE"},
    }
    return {bus.name: by_kind.get(bus.kind) or _stream_parameters(bus) for bus in buses}


def _stream_parameters(bus: Bus) -> dict[str, str]:
    return {
        "TDATA_NUM_BYTES": str(-(-bus.ports["TDATA"].bits // 8)),
        "TUSER_WIDTH": str(bus.ports["TUSER"].bits),
        "HAS_TREADY": "1",
        "HAS_TLAST": "1",
        "HAS_TKEEP": str(int("TKEEP" in bus.ports)),
        "HAS_TSTRB": "0",
    }


def memory_map(name: str) -> str:
    """The registers as a memory map of IEEE 1685-2009 called ``name``, of ``ADDRESS_RANGE``."""
    spirit = {"spirit": "http://www.spiritconsortium.org/XMLSchema/SPIRIT/1685-2009"}
    component = ElementTree.parse(VERILOG.with_name("srlut_registers_2009.xml"))
    element = component.find(".//spirit:memoryMap", spirit)
    element.find("spirit:name", spirit).text = name
    element.find("spirit:addressBlock/spirit:range", spirit).text = str(ADDRESS_RANGE)
    ElementTree.register_namespace("spirit", spirit["spirit"])
    return ElementTree.tostring(element, encoding="unicode").strip()
