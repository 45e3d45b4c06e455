"""Enlarge the chroma: LR samples in, HR samples out, without a memory of HR lines."""

from amaranth.hdl import Assert, Module, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.fifo import SyncFIFOBuffered
from amaranth.lib.wiring import In, Out

from hw.colour.column_window import ColumnWindow
from hw.colour.interpolate import ColumnInterpolator, RowInterpolator
from hw.colour.lines import ChromaLines, sample_layout
from hw.colour.params import ChromaParams
from hw.output.writer import credit_available
from hw.pipeline import delayed

FLAGS = "last_column", "line_last", "frame_last"

QUEUE_DEPTH = 32
"""Words between the interpolation and its sink: more than there are in the pipeline."""


def large_layout(params: ChromaParams) -> data.StructLayout:
    """A word of ``columns``·r HR samples; the flags are as in ``rows_layout`` of hw.colour.lines.

    In the last word of a line, the HR samples of ``last_column`` + 1 LR samples belong to the
    picture.
    """
    return data.StructLayout(
        {
            "samples": params.samples(params.large_values, params.columns * params.scale),
            "last_column": range(max(2, params.columns)),
            "line_last": 1,
            "frame_last": 1,
        }
    )


class ChromaEnlarger(wiring.Component):
    """Interpolate chroma as :func:`sw.golden_colour.interpolate` does, line by line.

    In: one LR sample per clock; stalls while the line memory is full. Out: one word per clock, with
    a pause of one clock behind every r HR lines. While ``o`` is not taken, the words that have been
    read wait in a queue, then reading stops.

    Parameters
    ----------
    params : ChromaParams

    Members
    -------
    i : In(stream of sample_layout)
        LR samples of frames in raster order.
    o : Out(stream of large_layout)
        HR samples of the same frames in raster order.
    """

    def __init__(self, params: ChromaParams) -> None:
        self.params = params
        super().__init__(
            {
                "i": In(stream.Signature(sample_layout(params))),
                "o": Out(stream.Signature(large_layout(params))),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        m.submodules.lines = lines = ChromaLines(params)
        m.submodules.rows = rows = RowInterpolator(params)
        m.submodules.window = window = ColumnWindow(params)
        m.submodules.columns = columns = ColumnInterpolator(params)
        m.submodules.queue = queue = SyncFIFOBuffered(
            width=large_layout(params).size, depth=QUEUE_DEPTH
        )
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
        large = Signal(large_layout(params))
        m.d.comb += large.samples.eq(columns.o.payload)
        for name in FLAGS:
            flag = getattr(lines.o.payload, name)
            m.d.comb += getattr(window.i.payload, name).eq(
                delayed(m, flag, RowInterpolator.delay(params))
            )
            flag = getattr(window.o.payload, name)
            m.d.comb += getattr(large, name).eq(delayed(m, flag, ColumnInterpolator.delay(params)))
        sent = self.o.valid & self.o.ready
        m.d.comb += [
            lines.credit.eq(credit_available(m, QUEUE_DEPTH, lines.reads, sent)),
            queue.w_data.eq(large),
            queue.w_en.eq(columns.o.valid),
            self.o.payload.eq(queue.r_data),
            self.o.valid.eq(queue.r_rdy),
            queue.r_en.eq(self.o.ready),
        ]
        if platform == "formal":
            m.d.comb += Assert(~queue.w_en | queue.w_rdy)
        return m
