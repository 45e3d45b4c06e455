"""A property of a whole stage, from its input pixels to its output beats.

Each public function builds one property; its docstring is the claim, which the command prints.
"""

from amaranth.hdl import Assert, Assume, Module, Mux, Signal, Value

from hw.params import StageParams
from hw.stage import UpsamplerStage
from sim.formal.harness import Property, equal_lines, holds, module, stage
from sw.tables.grid import DifferenceGrid
from sw.tables.published import FAMILIES

CLOCKS = 32
"""All pixels have left the stage after so many clocks without input in which the sink is ready."""

MOST_PIXELS = 4
"""Pixels of the largest frame."""


def progress(clocks: int = CLOCKS) -> Property:
    """A whole stage of ×1: all pixels that came in come out while the output is taken.

    Frames have up to four pixels, in lines of one or two. Source and sink pause at will; the clocks
    are counted in which the source rests and the sink takes what comes, one after the other.
    """
    blank = stage(FAMILIES["V"], DifferenceGrid((0, 256)), 1)
    params = StageParams(
        stage=blank, channels=1, lanes=4, max_width=2, pixels_per_beat=1, final=True
    )
    m: Module = module()
    m.submodules.block = block = UpsamplerStage(params)
    m.d.comb += Assume(holds(m, block.i))
    equal_lines(m, block.i, params.max_width)
    inside = Signal(range(MOST_PIXELS + 1))  # pixels of a frame that is not complete yet
    pending = Signal(6)  # pixels of complete frames that have not come out
    quiet = Signal(range(clocks + 1))
    taken, sent = block.i.valid & block.i.ready, block.o.valid & block.o.ready
    end = taken & block.i.payload.frame_last
    m.d.sync += [
        inside.eq(Mux(end, 0, inside + taken)),
        pending.eq(pending + Mux(end, inside + 1, 0) - sent),
        quiet.eq(Mux(block.i.valid | ~block.o.ready, 0, quiet + (quiet != clocks))),
    ]
    m.d.comb += [
        Assume(inside < MOST_PIXELS),
        Assert((quiet != clocks) | (inside != 0) | (pending == 0)),
    ]
    return m, [Value.cast(block.i.payload), block.i.valid, block.o.ready]
