"""Line buffer: from pixels in raster order to columns with the rows above and below."""

from amaranth.hdl import Assert, Cat, Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from hw.layouts import column_layout, pixels_layout
from hw.params import StageParams
from hw.windows.pick import PaddingMux


class LineBuffer(wiring.Component):
    """Hand out each beat of pixels with R rows above and below it, padded.

    The lines of a frame pass through once, and then R passes without input bring out the last
    rows. The first R passes of a frame give nothing. One beat per clock, in lines of one or two
    beats three clocks a line; its columns come R lines and three clocks after it when nothing
    stalls; stops when ``o`` is not taken. Needs no frame size: the flags in the stream tell.

    Parameters
    ----------
    params : StageParams
        Its memory holds 2R lines of ``max_width`` pixels.

    Members
    -------
    i : In(stream of pixels_layout)
        A frame's pixels; no line longer than ``max_width``, all lines of a frame equally long.
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

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params, reach = self.params, self.params.reach
        bits = params.pixels.size
        m.submodules.memory = memory = Memory(
            shape=2 * reach * bits, depth=params.max_beats, init=[]
        )
        write = memory.write_port()
        read = memory.read_port()

        # Pass: which line goes in, and which of those that went in is the centre of what comes out.
        x = Signal(range(params.max_beats))
        line_end = Signal(range(params.max_beats))  # x of the last beat of the lines of this frame
        at_end, short = Signal(), Signal()  # x is line_end; the last line had a beat or two
        lines = Signal(range(2 * reach + 1))  # lines before this one, 2R standing for more
        missing = Signal(range(reach + 1))  # passes since the frame's last line went in
        above, below = Signal(range(reach + 1)), Signal(range(reach + 1))
        primed = Signal()
        m.d.comb += [
            primed.eq(lines >= reach),
            above.eq(Mux(primed, lines - reach, 0)),
            below.eq(reach - missing),
        ]

        # First clock: take pixels, or none in the passes after the last line; read the memory. Only
        # in lines of one or two beats can what is held still be to be written at x: there every
        # beat waits until nothing is.
        step, free, held = Signal(), Signal(3), Signal(3)  # by clock; of the first clock, free only
        held_at = [Signal.like(x, name=f"x{clock}", reset_less=True) for clock in (2, 3)]
        line_last, frame_last = Signal(), Signal()
        m.d.comb += [
            free[0].eq(free[1] & ~(short & (held[1] | held[2]))),
            step.eq(free[0] & (self.i.valid | (missing != 0))),
            self.i.ready.eq(free[0] & (missing == 0)),
            line_last.eq(Mux(missing == 0, self.i.payload.line_last, at_end)),
            frame_last.eq(line_last & (missing == reach)),
            read.addr.eq(x),
            # Also where no step is made: an answer that nobody waits for does no harm, and what
            # enables a memory far away comes early.
            read.en.eq(free[1]),
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

        # Second clock: the memory answers. Third: its rows and the new pixels make a column, and go
        # back into the memory one row further up.
        pick = PaddingMux(range(reach + 1), range(reach + 1), params.stage.padding)
        layout = data.StructLayout(
            {
                "pixels": params.pixels,
                "told": pick.bits,
                "emits": 1,
                "line_last": 1,
                "frame_last": 1,
            }
        )
        answered, column = (Signal(layout, name=f"column{n}", reset_less=True) for n in (2, 3))
        old_rows = Signal(2 * reach * bits, reset_less=True)
        offered = Signal()  # what is held in the third clock is a column
        m.d.comb += [
            free[2].eq(~offered | self.o.ready),
            free[1].eq(~held[1] | free[2]),
        ]
        with m.If(free[1]):
            m.d.sync += held[1].eq(step)
        with m.If(step):
            m.d.sync += [
                held_at[0].eq(x),
                answered.pixels.eq(self.i.payload.pixels),
                answered.told.eq(pick.told(above, below)),
                answered.emits.eq(primed),
                answered.line_last.eq(line_last),
                answered.frame_last.eq(frame_last),
            ]
        with m.If(free[2]):
            m.d.sync += [
                held[2].eq(held[1]),
                offered.eq(held[1] & answered.emits),
                held_at[1].eq(held_at[0]),
                column.eq(answered),
                old_rows.eq(read.data),
            ]
        rows = [old_rows.word_select(row, bits) for row in range(2 * reach)]
        rows.append(column.pixels.as_value())
        m.d.comb += [
            write.addr.eq(held_at[1]),
            write.data.eq(Cat(rows[1:])),
            write.en.eq(held[2] & free[2]),
        ]
        if platform == "formal":
            m.d.comb += Assert(x < params.max_beats)
            m.d.comb += Assert((missing == 0) | (at_end == (x == line_end)))
            m.d.comb += Assert(~write.en | (write.addr < params.max_beats))
            m.d.comb += Assert(~write.en | ~step | (write.addr != read.addr))
            m.d.comb += [Assert(~step | ~held[n] | (held_at[n - 1] != x)) for n in (1, 2)]
        padded = pick.of(rows, column.told)
        m.d.comb += [
            self.o.valid.eq(offered),
            Cat(self.o.payload.rows[row] for row in range(params.side)).eq(Cat(padded)),
            self.o.payload.line_last.eq(column.line_last),
            self.o.payload.frame_last.eq(column.frame_last),
        ]
        return m
