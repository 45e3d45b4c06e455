"""The core with registers: enable, bypass, size and tables by AXI4-Lite, and an interrupt."""

from pathlib import Path

from amaranth.hdl import ClockDomain, ClockSignal, Module, ResetSignal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out, connect

from hw.control.frame_gate import FrameGate, beat_layout
from hw.control.registers import ADDRESS_BITS, VERILOG, AxiLite, Registers
from hw.control.table_loader import TableLoader
from hw.core import Core
from hw.core_params import CoreParams
from hw.pipeline import SkidBuffer
from sw.errors import BadInput
from sw.tables.pack import shape_digest

REGISTER_BUS = "s_axi_control"
"""Prefix of the ports of AXI4-Lite."""


class ControlledCore(wiring.Component):
    """A :class:`hw.core.Core` with the registers of docs/registers.md.

    What is written takes effect with a frame, from its first beat on. If the bypass or the table
    changes, all earlier frames leave the core first; meanwhile the first beat of the frame waits.

    Throughput is that of the core, its latency a clock more. From the first clock edge of a
    reset to the first edge after it, ``s_axis_video_tready`` and ``m_axis_video_tvalid`` are low. A
    reset does not bring back the tables that the core was built with.

    Parameters
    ----------
    params : CoreParams
        With ``control``.

    Members
    -------
    aclk, aresetn : In(1)
        Clock; synchronous reset, active low.
    s_axis_video_*, m_axis_video_*
        As those of :class:`hw.core.Core`.
    s_axi_control_* : slave
        AXI4-Lite, 32 bits of data.
    interrupt : Out(1)
        An event has happened whose interrupt is enabled; until the event is cleared.

    Raises
    ------
    BadInput
        If ``params`` is without ``control``.
    """

    def __init__(self, params: CoreParams) -> None:
        if not params.control:
            raise BadInput("control is False; it must be True in a core with registers")
        self.params = params
        self.core = Core(params)
        members = {"aclk": In(1), "aresetn": In(1)}
        for name, member in self.core.signature.members.items():
            if name.startswith(("s_axis_video", "m_axis_video")):
                members[name] = member
        for name, member in AxiLite(ADDRESS_BITS).flip().members.items():
            members[f"{REGISTER_BUS}_{name}"] = member
        super().__init__({**members, "interrupt": Out(1)})

    @staticmethod
    def delay_before(params: CoreParams) -> int:
        """Clocks from the input to the core."""
        return SkidBuffer.delay(beat_layout(params.input_bits))

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        m.domains.sync = ClockDomain()
        m.d.comb += [ClockSignal().eq(self.aclk), ResetSignal().eq(~self.aresetn)]
        m.submodules.core = core = self.core
        layout = beat_layout(params.input_bits)
        m.submodules.before_gate = before_gate = SkidBuffer(layout)
        m.submodules.gate = gate = FrameGate(params.input_bits)
        connect(m, before_gate.o, gate.i)
        if params.reload:
            m.submodules.loader = loader = TableLoader(params)
            shape = shape_digest(params.upsampler)
            registers = Registers(params, length=loader.length, shape=shape)
            m.d.comb += [
                core.load.eq(loader.load),
                loader.copy.eq(gate.copy),
                gate.table_waits.eq(loader.waiting),
                gate.copying.eq(loader.copying),
            ]
            for name in ("start", "commit", "word", "word_valid"):
                m.d.comb += getattr(loader, name).eq(getattr(registers, name))
            for name in ("state", "refused", "words", "loaded", "refusing", "checksum"):
                m.d.comb += getattr(registers, name).eq(getattr(loader, name))
        else:
            registers = Registers(params)
        m.submodules.registers = registers
        for name, member in registers.axi.signature.members.items():
            port, inner = getattr(self, f"{REGISTER_BUS}_{name}"), getattr(registers.axi, name)
            m.d.comb += inner.eq(port) if member.flow == In else port.eq(inner)
        for name in self.signature.members:
            if name.startswith("m_axis_video"):
                port, inner = getattr(self, name), getattr(core, name)
                is_input = self.signature.members[name].flow == In
                m.d.comb += inner.eq(port) if is_input else port.eq(inner)
        beat = before_gate.i.payload
        m.d.comb += [
            beat.data.eq(self.s_axis_video_tdata),
            beat.start_of_frame.eq(self.s_axis_video_tuser),
            beat.end_of_line.eq(self.s_axis_video_tlast),
            before_gate.i.valid.eq(self.s_axis_video_tvalid),
            self.s_axis_video_tready.eq(before_gate.i.ready),
            core.s_axis_video_tdata.eq(gate.o.payload.data),
            core.s_axis_video_tuser.eq(gate.o.payload.start_of_frame),
            core.s_axis_video_tlast.eq(gate.o.payload.end_of_line),
            core.s_axis_video_tvalid.eq(gate.o.valid),
            gate.o.ready.eq(core.s_axis_video_tready),
            core.width.eq(registers.width),
            core.height.eq(registers.height),
            core.bypass.eq(gate.bypass),
            core.frame_waits.eq(gate.frame_waits),
            gate.enable.eq(registers.enable),
            gate.bypass_wanted.eq(registers.bypass),
            gate.dropped.eq(core.error.as_value()[0]),
            gate.done.eq(core.frame_done),
            registers.busy.eq(gate.busy),
            registers.bypassed.eq(gate.bypass),
            gate.arrives.eq(before_gate.i.valid & before_gate.i.ready & beat.start_of_frame),
            registers.waits.eq(gate.waits),
            registers.error.eq(core.error),
            registers.frame_done.eq(core.frame_done),
            self.interrupt.eq(registers.interrupt),
        ]
        return m


def top_module(params: CoreParams) -> tuple[Core | ControlledCore, tuple[Path, ...]]:
    """The top component for ``params``, and the Verilog files that it has instances of."""
    return (ControlledCore(params), (VERILOG,)) if params.control else (Core(params), ())
