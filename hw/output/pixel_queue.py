"""Pixel queue: what a ×1 stage has in place of a line writer."""

from amaranth.hdl import Assert, Cat, Module
from amaranth.lib import data, wiring
from amaranth.lib.fifo import SyncFIFOBuffered

from hw.layouts import beat_layout
from hw.output.credits import credit_available
from hw.output.gather import collect_channels
from hw.output.writer import writer_signature
from hw.params import StageParams


class PixelQueue(wiring.Component):
    """Queue the pixels of a ×1 stage, which come in the order in which they go.

    Room is granted before windows start: there is a place for all that are between the scheduler
    and ``o``. One beat per clock; stops when ``o`` is not taken, but always takes ``i``.

    Parameters
    ----------
    params : StageParams
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
    tag : In(tag_layout)
        What they are, in the same clock.
    o : Out(stream of beat_layout)
        Pixels.
    """

    def __init__(self, params: StageParams, *, clocks: int) -> None:
        assert params.queues
        self.params = params
        # Enough that the lanes need not wait while nothing stalls: those under way, and those in
        # the queue's own registers until their room is known to be free.
        self.depth = clocks // params.steps + 5
        super().__init__(writer_signature(params))

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        layout = beat_layout(params)
        m.submodules.fifo = fifo = SyncFIFOBuffered(width=layout.size, depth=self.depth)
        pixels, complete = collect_channels(m, params, self.i, self.tag.colour_step)
        entry, head = data.View(layout, fifo.w_data), data.View(layout, fifo.r_data)
        m.d.comb += [
            self.room.eq(credit_available(m, self.depth, self.start, self.o.valid & self.o.ready)),
            entry.pixels.as_value().eq(Cat(pixels)),
            entry.line_last.eq(self.tag.line_last),
            entry.frame_last.eq(self.tag.frame_last),
            fifo.w_en.eq(complete),
            self.o.payload.eq(head),
            self.o.valid.eq(fifo.r_rdy),
            fifo.r_en.eq(self.o.ready),
        ]
        if platform == "formal":
            m.d.comb += Assert(~fifo.w_en | fifo.w_rdy)
        return m
