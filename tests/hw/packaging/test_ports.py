from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from hw.packaging.ports import Port, bus_interfaces, plain_ports, top_ports

WITH_REGISTERS = wiring.Signature(
    {
        "aclk": In(1),
        "aresetn": In(1),
        "s_axis_video_tdata": In(24),
        "s_axis_video_tvalid": In(1),
        "m_axis_video_tdata": Out(96),
        "m_axis_video_tkeep": Out(12),
        "s_axi_control_awaddr": In(8),
        "s_axi_control_rdata": Out(32),
        "interrupt": Out(1),
        "width": In(16),
    }
)


class Top:
    signature = WITH_REGISTERS


def test_ports_have_their_widths_and_directions():
    ports = top_ports(Top())
    assert [port.name for port in ports] == list(WITH_REGISTERS.members)
    assert ports[2] == Port("s_axis_video_tdata", is_input=True, bits=24)
    assert ports[5] == Port("m_axis_video_tkeep", is_input=False, bits=12)


def test_each_port_belongs_to_one_interface_or_to_none():
    ports = top_ports(Top())
    buses = bus_interfaces(ports)
    assert [(bus.name, bus.kind, bus.mode) for bus in buses] == [
        ("aclk", "clock", "slave"),
        ("aresetn", "reset", "slave"),
        ("s_axis_video", "stream", "slave"),
        ("m_axis_video", "stream", "master"),
        ("s_axi_control", "lite", "slave"),
        ("interrupt", "interrupt", "master"),
    ]
    assert buses[3].ports == {"TDATA": ports[4], "TKEEP": ports[5]}
    assert list(buses[4].ports) == ["AWADDR", "RDATA"]
    inside = [port for bus in buses for port in bus.ports.values()]
    assert plain_ports(ports) == [ports[-1]]
    assert sorted(port.name for port in (*inside, ports[-1])) == sorted(WITH_REGISTERS.members)
