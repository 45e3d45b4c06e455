"""Hold: the luma of a line waits until some lines below it are in."""

from amaranth.hdl import Assert, Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.fifo import SyncFIFOBuffered
from amaranth.lib.wiring import In, Out

from hw.layouts import pixel_layout, raster_layout
from hw.pipeline import SkidBuffer, delayed

SLACK = 8
"""Pixels more than the lines that are held, so that a full memory never keeps a line waiting."""


class HoldLines(wiring.Component):
    """Keep each line back until ``lines`` more lines, or the end of its frame, have come.

    One pixel per clock; latency ``delay()`` clocks from the pixel itself, or from the last one that
    its line waits for. Stalls while the memory is full, which is then more than ``lines`` + 1 lines
    ahead.

    Parameters
    ----------
    lines : int
        At least 1.
    max_width : int
        Pixels of the longest line.
    sample_bits : int
        Bits of a pixel.

    Members
    -------
    i, o : In, Out(stream of raster_layout, pixels of one channel)
        Frames.
    """

    def __init__(self, lines: int, max_width: int, sample_bits: int = 8) -> None:
        # One more pixel is in the register of the FIFO.
        self.lines, self.depth = lines, self.memory_pixels(lines, max_width) + 1
        layout = raster_layout(pixel_layout(1, sample_bits))
        super().__init__({"i": In(stream.Signature(layout)), "o": Out(stream.Signature(layout))})

    @staticmethod
    def memory_pixels(lines: int, max_width: int) -> int:
        """Pixels in the memory."""
        return (lines + 1) * max_width + SLACK - 1

    @staticmethod
    def delay() -> int:
        """Clocks from the last pixel that a line waits for at ``i`` to the line at ``o``."""
        return 3

    def elaborate(self, platform: object) -> Module:
        m = Module()
        layout = self.i.payload.shape()
        m.submodules.fifo = fifo = SyncFIFOBuffered(width=layout.size, depth=self.depth)
        # A block RAM answers late in a clock: its flags decide a clock later.
        m.submodules.head = head = SkidBuffer(layout)
        # Complete lines, and ends of frames, between `i` and `o`. Those at `i` count two clocks
        # later, those at `o` at once, so that the next line cannot follow a clock too early.
        lines, ends = Signal(range(self.depth + 1)), Signal(range(self.depth + 1))
        lines_next, ends_next = Signal.like(lines), Signal.like(ends)
        line_in, end_in, line_out, end_out = Signal(), Signal(), Signal(), Signal()
        opened = Signal()  # the line at the head may go
        taken, given = self.i.valid & self.i.ready, self.o.valid & self.o.ready
        m.d.comb += [
            fifo.w_data.eq(self.i.payload),
            fifo.w_en.eq(self.i.valid),
            self.i.ready.eq(fifo.w_rdy),
            head.i.payload.eq(fifo.r_data),
            head.i.valid.eq(fifo.r_rdy),
            fifo.r_en.eq(head.i.ready),
            self.o.payload.eq(head.o.payload),
            self.o.valid.eq(head.o.valid & opened),
            head.o.ready.eq(self.o.ready & opened),
            line_out.eq(given & self.o.payload.line_last),
            end_out.eq(given & self.o.payload.frame_last),
            lines_next.eq(lines + line_in - line_out),
            ends_next.eq(ends + end_in - end_out),
        ]
        m.d.sync += [
            line_in.eq(delayed(m, taken & self.i.payload.line_last, 1, reset=True)),
            end_in.eq(delayed(m, taken & self.i.payload.frame_last, 1, reset=True)),
            lines.eq(lines_next),
            ends.eq(ends_next),
            opened.eq((lines_next > self.lines) | (ends_next != 0)),
        ]
        if platform == "formal":
            m.d.comb += [Assert(~line_out | (lines != 0)), Assert(~end_out | (ends != 0))]
        return m
