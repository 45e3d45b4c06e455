"""What the signals of the ports are called in LiteX."""

from hw.packaging.ports import INTERRUPT, LITE, STREAM, Bus, Port

NAMES = {"s_axis_video": "sink", "m_axis_video": "source"}
"""Attributes for the streams."""

_SIGNALS = {"width": "self.width.storage", "height": "self.height.storage", "error": "error"}


def signals(buses: list[Bus], plain_ports: list[Port]) -> dict[str, str]:
    """The signal, as an expression in Python, of each port but clock and reset."""
    found = {port.name: _SIGNALS[port.name] for port in plain_ports}
    for bus in buses:
        for logical, port in bus.ports.items():
            if bus.kind == STREAM:
                found[port.name] = f"self.{NAMES[bus.name]}.{logical.removeprefix('T').lower()}"
            elif bus.kind == LITE:
                channel = logical[: 2 if logical.startswith("A") else 1].lower()
                field = logical[len(channel) :].lower()
                # LiteX has 32 bits for every address.
                bits = f"[:{port.bits}]" if field == "addr" else ""
                found[port.name] = f"self.bus.{channel}.{field}{bits}"
            elif bus.kind == INTERRUPT:
                found[port.name] = "self.ev.core.trigger"
    return found
