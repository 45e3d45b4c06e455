"""Line buffer: from pixels in raster order to columns with the rows above and below."""

from amaranth.hdl import Assert, Cat, Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out, connect

from hw.layouts import column_layout, pixels_layout
from hw.params import StageParams
from hw.pipeline import Queue, credit_available, delayed
from hw.windows.padding import PaddingMux

QUEUED = 16
"""Columns in the queue at the output: as many as memories made of LUTs hold. Five are needed for
one beat per clock."""


class LineBuffer(wiring.Component):
    """Give each beat of pixels the R rows above and below it, padded.

    A frame passes through line by line. The first R lines only fill the memory. After the last line
    come R passes without input, which give the last R lines of columns. The flags of the stream
    mark the end of lines and frames, so the block needs no frame size.

    One beat per clock, but three clocks per beat in lines of one or two beats. Latency R lines and
    ``delay(params)`` clocks. While ``o`` is not taken, columns wait in a queue, then ``i`` stalls:
    a beat is taken only if the queue has space for its column, so nothing behind ``i`` can stall.

    Parameters
    ----------
    params : StageParams
        The memory holds 2R lines of ``max_width`` pixels.

    Members
    -------
    i : In(stream of pixels_layout)
        Pixels of a frame. Lines are at most ``max_width`` pixels long, and all
        lines of a frame are equally long.
    o : Out(stream of column_layout)
        Its columns.
    """

    def __init__(self, params: StageParams) -> None:
        self.params = params
        super().__init__(
            {
                "i": In(stream.Signature(pixels_layout(params))),
                "o": Out(stream.Signature(column_layout(params))),
            }
        )

    @staticmethod
    def delay(params: StageParams) -> int:
        """Clocks from the beat that completes a column at ``i`` to the column at ``o``."""
        return 3

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params, reach = self.params, self.params.reach
        bits = params.pixels.size
        m.submodules.memory = memory = Memory(
            shape=2 * reach * bits, depth=params.max_beats, init=[]
        )
        write = memory.write_port()
        read = memory.read_port()

        # A pass takes in one line, or none after the last line, and gives the line R lines before.
        x = Signal(range(params.max_beats))
        line_end = Signal(range(params.max_beats))  # x of the last beat of the lines of this frame
        at_end, short = Signal(), Signal()  # x is line_end; the last line had one or two beats
        lines = Signal(range(2 * reach + 1))  # lines before this one; 2R stands for 2R or more
        missing = Signal(range(reach + 1))  # passes since the last line of the frame
        above, below = Signal(range(reach + 1)), Signal(range(reach + 1))  # rows of the picture
        primed = Signal()  # enough lines are in: this pass gives columns
        m.d.comb += [
            primed.eq(lines >= reach),
            above.eq(Mux(primed, lines - reach, 0)),
            below.eq(reach - missing),
        ]

        # A beat takes three clocks; held[n] says that clock n+1 holds one (held[0] is not used).
        # First clock: take a beat, or none after the last line, and read the memory. In lines of at
        # most two beats there is a read-after-write hazard: x may be read before a beat that is
        # held has been written there. In such lines a beat waits until the pipeline is empty.
        step, free, held = Signal(), Signal(), Signal(3)
        line_last, frame_last = Signal(), Signal()
        sent = self.o.valid & self.o.ready
        space = credit_available(m, QUEUED, step & primed, sent)
        m.d.comb += [
            free.eq((space | ~primed) & ~(short & (held[1] | held[2]))),
            step.eq(free & (self.i.valid | (missing != 0))),
            self.i.ready.eq(free & (missing == 0)),
            line_last.eq(Mux(missing == 0, self.i.payload.line_last, at_end)),
            frame_last.eq(line_last & (missing == reach)),
            read.addr.eq(x),
        ]
        with m.If(step):
            m.d.sync += [x.eq(x + 1), at_end.eq(x + 1 == line_end)]
            with m.If(line_last):
                m.d.sync += [x.eq(0), line_end.eq(x), at_end.eq(x == 0), short.eq(x < 2)]
                with m.If(lines != 2 * reach):
                    m.d.sync += lines.eq(lines + 1)
                with m.If((missing != 0) | self.i.payload.frame_last):
                    m.d.sync += missing.eq(missing + 1)
                with m.If(frame_last):
                    m.d.sync += [missing.eq(0), lines.eq(0)]

        # Second clock: the memory answers. Third clock: its rows and the new pixels make a column,
        # and are written back one row further up.
        padding = PaddingMux(range(reach + 1), range(reach + 1), params.stage.padding)
        layout = data.StructLayout(
            {
                "pixels": params.pixels,
                "emits": 1,
                "line_last": 1,
                "frame_last": 1,
            }
        )
        column1 = Signal(layout)
        m.d.comb += [
            column1.pixels.eq(self.i.payload.pixels),
            column1.emits.eq(primed),
            column1.line_last.eq(line_last),
            column1.frame_last.eq(frame_last),
        ]
        column3 = delayed(m, column1, 2)
        x2 = delayed(m, x, 1)
        x3 = delayed(m, x2, 1)
        old_rows = delayed(m, read.data, 1)
        m.d.sync += [held[1].eq(step), held[2].eq(held[1])]
        rows = [old_rows.word_select(row, bits) for row in range(2 * reach)]
        rows.append(column3.pixels.as_value())
        m.d.comb += [
            write.addr.eq(x3),
            write.data.eq(Cat(rows[1:])),
            write.en.eq(held[2]),
        ]
        if platform == "formal":
            m.d.comb += Assert(x < params.max_beats)
            m.d.comb += Assert((missing == 0) | (at_end == (x == line_end)))
            m.d.comb += Assert(~write.en | (write.addr < params.max_beats))
            m.d.comb += Assert(~write.en | ~step | (write.addr != read.addr))
            m.d.comb += [Assert(~step | ~held[1] | (x2 != x)), Assert(~step | ~held[2] | (x3 != x))]

        # Columns to the queue.
        m.submodules.queue = queue = Queue(column_layout(params), depth=QUEUED)
        connect(m, queue.o, wiring.flipped(self.o))
        entry = queue.i.payload
        m.d.comb += [
            entry.line_last.eq(column3.line_last),
            entry.frame_last.eq(column3.frame_last),
            queue.i.valid.eq(held[2] & column3.emits),
        ]
        select = delayed(m, padding.select(above, below), 2)
        width = params.sample_bits * params.channels  # of a pixel of one map
        for number in range(params.maps_in):
            for column in range(params.columns):
                word = column * params.maps_in + number
                pixels = [row.word_select(word, width) for row in rows]
                for row, pixel in enumerate(padding.apply(pixels, select)):
                    m.d.comb += entry.rows[row].as_value().word_select(word, width).eq(pixel)
        return m
