"""Properties of the control in front of the core.

Each public function builds one property; its docstring is the claim, which the command prints.
"""

from amaranth.hdl import Assert, Assume, Signal, Value

from hw.control.frame_gate import MOST_FRAMES, FrameGate
from sim.formal.harness import Property, holds, later, module


def frame_gate() -> Property:
    """Frame gate: stream rules; the bypass and tables change only while the core is empty."""
    gate = FrameGate(1)
    m = module()
    m.submodules.block = gate
    start = gate.o.valid & gate.o.payload.start_of_frame
    enters = start & gate.o.ready
    inside = Signal(range(MOST_FRAMES + 1))  # frames in the core
    m.d.sync += inside.eq(inside + enters - gate.done - gate.dropped)
    goes_on = Signal()  # what is copied takes another clock
    m.d.sync += gate.copying.eq(gate.copy | (gate.copying & goes_on))
    m.d.comb += [
        Assume(holds(m, gate.i)),
        Assume(gate.done + gate.dropped <= inside),
        Assert(holds(m, gate.o)),
        Assert((inside == 0) | (gate.bypass == later(m, gate.bypass, 1))),
        Assert((inside == 0) | ~(gate.copy | gate.copying)),
        Assert(~start | ~(gate.copy | gate.copying)),
        Assert(~enters | (inside != MOST_FRAMES)),
    ]
    return m, [
        *(Value.cast(gate.i.payload), gate.i.valid, gate.o.ready, gate.enable),
        *(gate.bypass_wanted, gate.table_waits, gate.done, gate.dropped, goes_on),
    ]


def frame_gate_settings() -> Property:
    """Frame gate: a frame is offered with the settings that were asked for a clock before."""
    gate = FrameGate(1)
    m = module()
    m.submodules.block = gate
    start = gate.o.valid & gate.o.payload.start_of_frame
    comes = start & ~later(m, start & ~gate.o.ready, 1)  # it was not offered before
    asked = later(m, gate.enable & ~gate.table_waits & ~gate.copying, 1)
    m.d.comb += [
        Assume(holds(m, gate.i)),
        Assert(~comes | (asked & (gate.bypass == later(m, gate.bypass_wanted, 1)))),
    ]
    return m, [
        *(Value.cast(gate.i.payload), gate.i.valid, gate.o.ready, gate.enable),
        *(gate.bypass_wanted, gate.table_waits, gate.copying, gate.done, gate.dropped),
    ]
