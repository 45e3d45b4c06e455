"""Pixel queue: the writer of a ×1 stage."""

from amaranth.hdl import Assert, Cat, Module
from amaranth.lib import data, wiring
from amaranth.lib.fifo import SyncFIFOBuffered

from hw.layouts import beat_layout
from hw.output.writer import collect_channels, writer_signature
from hw.params import StageParams
from hw.pipeline import credit_available, delayed


class PixelQueue(wiring.Component):
    """A FIFO for the pixels of a ×1 stage, which are already in raster order.

    A credit is given before a beat of windows starts, so there is always space for the pixels
    that are between the scheduler and ``o``.

    One beat per clock; latency ``delay(params)`` clocks. Stalls while ``o`` is not taken: gives no
    more credit, but always takes ``i``.

    Parameters
    ----------
    params : StageParams
        Parameters of a stage with ``has_pixel_queue``.
    clocks : int
        Clocks from the start of a beat of windows to its last block at ``i``.

    Members
    -------
    credit : Out(1)
        There is space for another beat.
    start, start_last : In(1)
        A beat of windows starts and uses up a credit; it is the last of its line (ignored).
    i : In(stream of block_layout), always ready
        Samples of one colour step.
    tag : In(tag_layout)
        Label of the block at ``i``.
    o : Out(stream of beat_layout)
        Pixels.
    """

    def __init__(self, params: StageParams, *, clocks: int) -> None:
        assert params.has_pixel_queue
        self.params = params
        self.depth = self.depth_for(params, clocks)
        super().__init__(writer_signature(params))

    @staticmethod
    def depth_for(params: StageParams, clocks: int) -> int:
        """Beats that the queue holds.

        Enough that the lanes never wait while nothing stalls: the beats between start and ``i``,
        and those in the FIFO's registers until their credit is available again.
        """
        return clocks // params.steps + 6

    @staticmethod
    def delay(params: StageParams) -> int:
        """Clocks from a block at ``i`` to its pixels at ``o``, if the queue is empty."""
        return 2

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        layout = beat_layout(params)
        m.submodules.fifo = fifo = SyncFIFOBuffered(width=layout.size, depth=self.depth)
        pixels, complete = collect_channels(m, params, self.i, self.tag.colour_step)
        entry, head = data.View(layout, fifo.w_data), data.View(layout, fifo.r_data)
        sent = self.o.valid & self.o.ready
        m.d.comb += [
            # The counter belongs to the window, far from the output: a register for the way.
            self.credit.eq(
                credit_available(m, self.depth, self.start, delayed(m, sent, 1, reset=True))
            ),
            entry.pixels.as_value().eq(Cat(pixels)),
            entry.line_last.eq(self.tag.line_last),
            entry.frame_last.eq(self.tag.frame_last),
            fifo.w_en.eq(complete),
            self.o.payload.eq(head),
            self.o.valid.eq(fifo.r_rdy),
            fifo.r_en.eq(self.o.ready),
        ]
        if params.tkeep:
            m.d.comb += entry.keep.eq((1 << params.pixels_per_beat) - 1)  # lines are whole beats
        if platform == "formal":
            m.d.comb += Assert(~fifo.w_en | fifo.w_rdy)
        return m
