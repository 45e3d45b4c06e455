"""What Vivado calls the bus interfaces."""

from dataclasses import dataclass

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
