"""Frame gate: frames enter the core one by one, and what was asked for changes between them."""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

MOST_FRAMES = 255
"""Frames in the core at a time; there are so many only if they are tiny."""

MOST_QUEUED = 2
"""Frames in the queue in front of the gate, a skid buffer."""

DRAINED = 8
"""At least the clocks of a beat from the gate to the frame guard, if nothing stalls it there."""


def beat_layout(bits: int) -> data.StructLayout:
    """An input beat of the core: TDATA, TUSER and TLAST."""
    return data.StructLayout({"data": bits, "start_of_frame": 1, "end_of_line": 1})


class FrameGate(wiring.Component):
    """Hold the first beat of a frame back until the core may take the frame.

    It may if the core is enabled, no table is copied, and the bypass and the table are those that
    are asked for. Where they are not, all earlier frames leave the core first; then the bypass
    changes, or ``copy`` starts the copy of the table. Beats without a start of frame always pass.

    One beat per clock, without latency: both ready and valid depend on the other end of the stream,
    but for the start of frame that is held back. In a clock in which nothing is asked for that was
    not before, a start of frame passes at once.

    Parameters
    ----------
    bits : int
        Bits of TDATA.

    Members
    -------
    i : In(stream of beat_layout)
    o : Out(stream of beat_layout)
    enable : In(1)
        Whether frames may pass.
    bypass_wanted : In(1)
        What ``bypass`` shall be from the next frame on.
    table_waits : In(1)
        A table waits to be copied; falls in the clock after ``copy``.
    copying : In(1)
        A table is copied; rises in the clock after ``copy``.
    dropped, done : In(1)
        The core has dropped a frame because of its size, or its last beat has left: for one clock.
    arrives : In(1)
        A start of frame is taken into the queue in front of ``i``: for one clock.
    bypass : Out(1)
        For the core; changes only while no frame is in it.
    copy : Out(1)
        Copy the table now: for one clock.
    busy : Out(1)
        A frame is in the core.
    waits : Out(1)
        A start of frame is in that queue or at ``i``.
    frame_waits : Out(1)
        A start of frame is held back, and all beats before it have reached the frame guard.
    """

    def __init__(self, bits: int) -> None:
        layout = beat_layout(bits)
        super().__init__(
            {
                "i": In(stream.Signature(layout)),
                "o": Out(stream.Signature(layout)),
                "enable": In(1),
                "bypass_wanted": In(1),
                "table_waits": In(1),
                "copying": In(1),
                "dropped": In(1),
                "done": In(1),
                "arrives": In(1),
                "bypass": Out(1),
                "copy": Out(1),
                "busy": Out(1),
                "waits": Out(1),
                "frame_waits": Out(1),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        is_open = Signal()
        start, holds, enters = Signal(), Signal(), Signal()  # of frame: is here, is held, passes
        m.d.comb += [
            start.eq(self.i.valid & self.i.payload.start_of_frame),
            holds.eq(start & ~is_open),
            self.o.payload.eq(self.i.payload),
            self.o.valid.eq(self.i.valid & ~holds),
            self.i.ready.eq(self.o.ready & ~holds),
            enters.eq(start & is_open & self.o.ready),
        ]
        frames = Signal(range(MOST_FRAMES + 1))  # in the core
        m.d.sync += frames.eq(frames + enters - self.done - self.dropped)
        m.d.comb += self.busy.eq(frames != 0)
        queued = Signal(range(MOST_QUEUED + 1))  # frames
        m.d.sync += queued.eq(queued + self.arrives - enters)
        m.d.comb += self.waits.eq(queued != 0)

        changes, may_enter = Signal(), Signal()
        m.d.comb += [
            changes.eq(self.table_waits | (self.bypass != self.bypass_wanted)),
            # One frame may enter in this clock.
            may_enter.eq(self.enable & ~changes & ~self.copying & (frames < MOST_FRAMES - 1)),
        ]
        # A start of frame that is offered to the core is not withdrawn.
        with m.If(~is_open | ~start | enters):
            m.d.sync += is_open.eq(may_enter)
        with m.If(changes & ~is_open & ~self.busy & ~self.copying):
            m.d.sync += self.bypass.eq(self.bypass_wanted)
            m.d.comb += self.copy.eq(self.table_waits)

        held = Signal(range(DRAINED + 1))  # clocks since a start of frame is held back
        m.d.sync += held.eq(Mux(holds, Mux(held == DRAINED, held, held + 1), 0))
        m.d.comb += self.frame_waits.eq(holds & (held == DRAINED))
        return m
