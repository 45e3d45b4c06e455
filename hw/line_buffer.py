"""Line buffer: from pixels in raster order to columns with the rows above and below."""

from amaranth.hdl import Assert, Cat, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from hw.params import StageParams
from hw.payloads import column_layout, pixels_layout
from hw.pick import pick


class LineBuffer(wiring.Component):
    """Hand out each beat of pixels with R rows above and below it, padded.

    The lines of a frame pass through once, and then R passes without input bring out the last
    rows. The first R passes of a frame give nothing. One beat per clock; its columns come R lines
    and two clocks after it when nothing stalls; stops when ``o`` is not taken.
    Needs no frame size: the flags in the stream tell.

    Parameters
    ----------
    p : StageParams
        Its memory holds 2R lines of ``max_width`` pixels.

    Members
    -------
    i : In(stream of pixels_layout)
        A frame's pixels; no line longer than ``max_width``, all lines of a frame equally long.
    o : Out(stream of column_layout)
        Its columns.
    """

    def __init__(self, p: StageParams) -> None:
        self.p = p
        super().__init__(
            {
                "i": In(stream.Signature(pixels_layout(p))),
                "o": Out(stream.Signature(column_layout(p))),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        p, reach = self.p, self.p.reach
        bits = p.pixels.size
        m.submodules.memory = memory = Memory(shape=2 * reach * bits, depth=p.max_beats, init=[])
        write = memory.write_port()
        # A line of one beat is read while it is being written.
        read = memory.read_port(transparent_for=(write,))

        # Pass: which line goes in, and which of those that went in is the centre of what comes out.
        x = Signal(range(p.max_beats))
        line_end = Signal(range(p.max_beats))  # x of the last beat of the lines of this frame
        lines = Signal(range(2 * reach + 1))  # lines before this one, 2R standing for more
        missing = Signal(range(reach + 1))  # passes since the frame's last line went in
        above, below = Signal(range(reach + 1)), Signal(range(reach + 1))
        primed = Signal()
        m.d.comb += [
            primed.eq(lines >= reach),
            above.eq(Mux(primed, lines - reach, 0)),
            below.eq(reach - missing),
        ]

        # First clock: take pixels, or none in the passes after the last line; read the memory.
        step, advance = Signal(), Signal()
        line_last, frame_last = Signal(), Signal()
        m.d.comb += [
            step.eq(advance & (self.i.valid | (missing != 0))),
            self.i.ready.eq(advance & (missing == 0)),
            line_last.eq(Mux(missing == 0, self.i.payload.line_last, x == line_end)),
            frame_last.eq(line_last & (missing == reach)),
            read.addr.eq(x),
            read.en.eq(step),
        ]
        with m.If(step):
            m.d.sync += x.eq(x + 1)
            with m.If(line_last):
                m.d.sync += [x.eq(0), line_end.eq(x)]
                with m.If(lines != 2 * reach):
                    m.d.sync += lines.eq(lines + 1)
                with m.If((missing != 0) | self.i.payload.frame_last):
                    m.d.sync += missing.eq(missing + 1)
                with m.If(frame_last):
                    m.d.sync += [missing.eq(0), lines.eq(0)]

        # Second clock: the memory's rows and the new pixels make a column; the rows move up by one.
        column_valid, emits = Signal(), Signal()
        at_second = Signal.like(x, reset_less=True)
        pixels = Signal(p.pixels, reset_less=True)
        around = [Signal.like(count, reset_less=True) for count in (above, below)]
        flags = [Signal(name=name, reset_less=True) for name in ("line_last2", "frame_last2")]
        m.d.comb += advance.eq(~column_valid | ~emits | self.o.ready)
        with m.If(advance):
            m.d.sync += column_valid.eq(step)
        with m.If(step):
            m.d.sync += [
                emits.eq(primed),
                at_second.eq(x),
                pixels.eq(self.i.payload.pixels),
                *(later.eq(now) for later, now in zip(around, (above, below), strict=True)),
                *(later.eq(now) for later, now in zip(flags, (line_last, frame_last), strict=True)),
            ]
        rows = [read.data.word_select(row, bits) for row in range(2 * reach)] + [pixels]
        m.d.comb += [
            write.addr.eq(at_second),
            write.data.eq(Cat(rows[1:])),
            write.en.eq(column_valid & advance),
        ]
        if platform == "formal":
            m.d.comb += Assert(x < p.max_beats)
            m.d.comb += Assert(~write.en | (write.addr < p.max_beats))
        counts = range(reach + 1)
        padded = pick(m, rows, *((each, counts) for each in around), p.stage.padding)
        m.d.comb += [
            self.o.valid.eq(column_valid & emits),
            Cat(self.o.payload.rows[row] for row in range(p.side)).eq(Cat(padded)),
            self.o.payload.line_last.eq(flags[0]),
            self.o.payload.frame_last.eq(flags[1]),
        ]
        return m
