"""Pixel queue: what a ×1 stage has in place of a line writer."""

from amaranth.hdl import Assert, Cat, Module
from amaranth.lib import data, wiring
from amaranth.lib.fifo import SyncFIFOBuffered

from hw.layouts import beat_layout
from hw.output.credits import any_left
from hw.output.gather import whole_pixels
from hw.output.writer import writer_ends
from hw.params import StageParams


class PixelQueue(wiring.Component):
    """Queue the pixels of a ×1 stage, which come in the order in which they go.

    Room is granted before windows start: there is a place for all that are between the scheduler
    and ``o``. One beat per clock; stops when ``o`` is not taken, but always takes ``i``.

    Parameters
    ----------
    p : StageParams
        Of a stage that ``queues``.
    clocks : int
        From the start of windows to their last block.

    Members
    -------
    room : Out(1)
        Whether windows may start.
    start, start_last : In(1)
        Windows start; they are the last of their line.
    i : In(stream of block_layout), always ready
        Samples of what is worked on.
    mark : In(mark_layout)
        What they are, in the same clock.
    o : Out(stream of beat_layout)
        Pixels.
    """

    def __init__(self, p: StageParams, *, clocks: int) -> None:
        assert p.queues
        self.p = p
        # Enough that the lanes need not wait while nothing stalls: those under way, and those in
        # the queue's own registers until their room is known to be free.
        self.depth = clocks // p.steps + 5
        super().__init__(writer_ends(p))

    def elaborate(self, platform: object) -> Module:
        m = Module()
        p = self.p
        layout = beat_layout(p)
        m.submodules.fifo = fifo = SyncFIFOBuffered(width=layout.size, depth=self.depth)
        pixels, complete = whole_pixels(m, p, self.i, self.mark.colour_step)
        entry, head = data.View(layout, fifo.w_data), data.View(layout, fifo.r_data)
        m.d.comb += [
            self.room.eq(any_left(m, self.depth, self.start, self.o.valid & self.o.ready)),
            entry.pixels.as_value().eq(Cat(pixels)),
            entry.line_last.eq(self.mark.line_last),
            entry.frame_last.eq(self.mark.frame_last),
            fifo.w_en.eq(complete),
            self.o.payload.eq(head),
            self.o.valid.eq(fifo.r_rdy),
            fifo.r_en.eq(self.o.ready),
        ]
        if platform == "formal":
            m.d.comb += Assert(~fifo.w_en | fifo.w_rdy)
        return m
