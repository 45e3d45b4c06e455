"""The ports of a top module, and the bus interfaces that they belong to."""

from dataclasses import dataclass

from amaranth.hdl import Shape
from amaranth.lib import wiring
from amaranth.lib.wiring import In

STREAM, LITE, CLOCK, RESET, INTERRUPT = "stream", "lite", "clock", "reset", "interrupt"
"""Kinds of bus interfaces: AXI4-Stream, AXI4-Lite, and interfaces of one signal."""

BUSES = {
    "s_axis_video": (STREAM, "slave"),
    "m_axis_video": (STREAM, "master"),
    "s_axi_control": (LITE, "slave"),
}
"""Kind and mode of the bus whose ports begin with a prefix and ``_``."""

SIGNALS = {
    "aclk": (CLOCK, "slave", "CLK"),
    "aresetn": (RESET, "slave", "RST"),
    "interrupt": (INTERRUPT, "master", "INTERRUPT"),
}
"""Kind, mode and logical name of a port that is an interface by itself."""


@dataclass(frozen=True)
class Port:
    """A port of the top module; ``bits`` is its width."""

    name: str
    is_input: bool
    bits: int


@dataclass(frozen=True)
class Bus:
    """A bus interface of the top module.

    Attributes
    ----------
    name : str
        Prefix of the ports, or the name of the only port.
    kind : str
        ``STREAM``, ``LITE``, ``CLOCK``, ``RESET`` or ``INTERRUPT``.
    mode : str
        ``"slave"`` or ``"master"``; clock and reset inputs are slaves.
    ports : dict of str to Port
        The ports by their logical names, such as ``TDATA`` and ``AWADDR``.
    """

    name: str
    kind: str
    mode: str
    ports: dict[str, Port]


def top_ports(component: wiring.Component) -> list[Port]:
    """The ports of ``component``, in the order of its signature."""
    return [
        Port(name, member.flow == In, Shape.cast(member.shape).width)
        for name, member in component.signature.members.items()
    ]


def bus_interfaces(ports: list[Port]) -> list[Bus]:
    """The bus interfaces that ``ports`` make up, in the order of their first ports."""
    buses: dict[str, Bus] = {}
    for port in ports:
        prefix = next((name for name in BUSES if port.name.startswith(f"{name}_")), None)
        if prefix:
            bus = buses.setdefault(prefix, Bus(prefix, *BUSES[prefix], {}))
            bus.ports[port.name.removeprefix(f"{prefix}_").upper()] = port
        elif port.name in SIGNALS:
            kind, mode, logical = SIGNALS[port.name]
            buses[port.name] = Bus(port.name, kind, mode, {logical: port})
    return list(buses.values())


def plain_ports(ports: list[Port]) -> list[Port]:
    """The ports that belong to no bus interface: the size inputs and the errors."""
    in_buses = {port for bus in bus_interfaces(ports) for port in bus.ports.values()}
    return [port for port in ports if port not in in_buses]
