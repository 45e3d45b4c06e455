"""Enlarge the chroma: LR samples in, HR samples out, without a memory of HR lines."""

from amaranth.hdl import Assert, Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.fifo import SyncFIFOBuffered
from amaranth.lib.wiring import In, Out

from hw.colour.column_window import ColumnWindow
from hw.colour.interpolate import ColumnInterpolator, RowInterpolator
from hw.colour.lines import ChromaLines, sample_layout
from hw.colour.params import ChromaParams
from hw.layouts import beat_layout
from hw.output.gearbox import Gearbox, word_layout
from hw.pipeline import credit_available, delayed


class ChromaEnlarger(wiring.Component):
    """Interpolate chroma as :func:`sw.pictures.colour_formats.interpolate` does, line by line.

    In: one LR sample per clock; stalls while the line memory is full. Out: one beat per clock, or
    ``columns``·r HR samples per clock if that is less. The first beat of a line comes at most
    ``delay(params)`` clocks after the sample that it waited for. While ``o`` is not taken, words of
    samples wait in a queue, then the line memory is not read any more.

    Parameters
    ----------
    params : ChromaParams

    Members
    -------
    i : In(stream of sample_layout)
        LR samples of frames in raster order.
    o : Out(stream of beat_layout)
        HR samples of the same frames in raster order, ``pixels_per_beat`` in a beat, neither
        clipped nor added to anything. The last beat of a line is padded with 0.
    bypass : In(1), only if ``params.bypass``
        Whether samples are repeated; constant while a frame is in the enlarger.
    """

    def __init__(self, params: ChromaParams) -> None:
        self.params = params
        members = {
            "i": In(stream.Signature(sample_layout(params))),
            "o": Out(stream.Signature(beat_layout(params))),
        }
        if params.bypass:
            members["bypass"] = In(1)
        super().__init__(members)

    @staticmethod
    def delay(params: ChromaParams) -> int:
        """Clocks from an LR sample to the first beat of the lines that waited for it, at most."""
        behind_lines = ChromaEnlarger._pipeline_delay(params) - ChromaLines.delay(params)
        queue = 2
        first = ChromaLines.first_delay(params) + behind_lines
        return first + queue + Gearbox.delay(params)

    @staticmethod
    def _pipeline_delay(params: ChromaParams) -> int:
        """Clocks from the read of a word to the queue, at most."""
        blocks = ChromaLines, RowInterpolator, ColumnWindow, ColumnInterpolator
        return sum(block.delay(params) for block in blocks)

    @staticmethod
    def queue_depth(params: ChromaParams) -> int:
        """Words of the queue behind the interpolation.

        Enough that reading never waits while nothing stalls: the words in the pipeline, and those
        in the FIFO's registers until their credit is available again.
        """
        return ChromaEnlarger._pipeline_delay(params) + 6

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        depth = self.queue_depth(params)
        m.submodules.lines = lines = ChromaLines(params)
        m.submodules.rows = rows = RowInterpolator(params)
        m.submodules.window = window = ColumnWindow(params)
        m.submodules.columns = columns = ColumnInterpolator(params)
        layout = word_layout(params)
        m.submodules.queue = queue = SyncFIFOBuffered(width=layout.size, depth=depth)
        m.submodules.gearbox = gearbox = Gearbox(params)
        wiring.connect(m, wiring.flipped(self.i), lines.i)
        m.d.comb += [
            rows.i.payload.rows.eq(lines.o.payload.rows),
            rows.i.payload.phase.eq(lines.o.payload.phase),
            rows.i.valid.eq(lines.o.valid),
            window.i.payload.samples.eq(rows.o.payload),
            window.i.valid.eq(rows.o.valid),
            columns.i.payload.eq(window.o.payload.samples),
            columns.i.valid.eq(window.o.valid),
        ]
        if params.bypass:
            m.d.comb += [rows.bypass.eq(self.bypass), columns.bypass.eq(self.bypass)]
        word = Signal(layout)
        flags = {
            "last_column": word.columns,
            "line_last": word.line_last,
            "frame_last": word.frame_last,
        }
        m.d.comb += word.pixels.eq(columns.o.payload)
        for name in params.flags:
            flag = getattr(lines.o.payload, name)
            m.d.comb += getattr(window.i.payload, name).eq(
                delayed(m, flag, RowInterpolator.delay(params))
            )
            flag = getattr(window.o.payload, name)
            m.d.comb += flags[name].eq(delayed(m, flag, ColumnInterpolator.delay(params)))
        # The gearbox may lie at the other end of the chip: without a register this net was the
        # slowest one of a core.
        sent = delayed(m, queue.r_rdy & gearbox.i.ready, 1, reset=True)
        m.d.comb += [
            lines.credit.eq(credit_available(m, depth, lines.reads, sent)),
            queue.w_data.eq(word),
            queue.w_en.eq(columns.o.valid),
            gearbox.i.payload.eq(queue.r_data),
            gearbox.i.valid.eq(queue.r_rdy),
            queue.r_en.eq(gearbox.i.ready),
        ]
        wiring.connect(m, gearbox.o, wiring.flipped(self.o))
        if platform == "formal":
            m.d.comb += Assert(~queue.w_en | queue.w_rdy)
        return m
