"""Line buffer: from pixels in raster order to columns with the rows above and below."""

from amaranth.hdl import Assert, Cat, Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from hw.layouts import column_layout, pixels_layout
from hw.params import StageParams
from hw.windows.padding import PaddingMux


class LineBuffer(wiring.Component):
    """Give each beat of pixels the R rows above and below it, padded.

    A frame passes through line by line. The first R lines only fill the memory. After the last line
    come R passes without input, which give the last R lines of columns. The flags of the stream
    mark the end of lines and frames, so the block needs no frame size.

    One beat per clock, but three clocks per line in lines of one or two beats. Latency R lines and
    ``delay(params)`` clocks. Stalls while ``o`` is not taken.

    Parameters
    ----------
    params : StageParams
        The memory holds 2R lines of ``max_width`` pixels.

    Members
    -------
    i : In(stream of pixels_layout)
        Pixels of a frame, 0…255 each sample. Lines are at most ``max_width`` pixels long, and all
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
        return 2

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

        # A beat takes three clocks: free[n] says that clock n+1 can take a beat, held[n] that clock
        # n+1 holds one (held[0] is not used). First clock: take a beat, or none after the last
        # line, and read the memory. In lines of at most two beats there is a read-after-write
        # hazard: x may be read before a beat that is held has been written there. In such lines a
        # beat waits until the pipeline is empty.
        step, free, held = Signal(), Signal(3), Signal(3)
        x2, x3 = (Signal.like(x, name=f"x{clock}", reset_less=True) for clock in (2, 3))
        line_last, frame_last = Signal(), Signal()
        m.d.comb += [
            free[0].eq(free[1] & ~(short & (held[1] | held[2]))),
            step.eq(free[0] & (self.i.valid | (missing != 0))),
            self.i.ready.eq(free[0] & (missing == 0)),
            line_last.eq(Mux(missing == 0, self.i.payload.line_last, at_end)),
            frame_last.eq(line_last & (missing == reach)),
            read.addr.eq(x),
            # Also enabled without a step, when the answer is ignored: so the enable, whose route to
            # the memory is long, does not depend on i.valid.
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

        # Second clock: the memory answers. Third clock: its rows and the new pixels make a column,
        # and are written back one row further up.
        padding = PaddingMux(range(reach + 1), range(reach + 1), params.stage.padding)
        layout = data.StructLayout(
            {
                "pixels": params.pixels,
                "select": padding.bits,
                "emits": 1,
                "line_last": 1,
                "frame_last": 1,
            }
        )
        column2, column3 = (Signal(layout, name=f"column{n}", reset_less=True) for n in (2, 3))
        old_rows = Signal(2 * reach * bits, reset_less=True)
        offered = Signal()  # the third clock holds a column
        m.d.comb += [
            free[2].eq(~offered | self.o.ready),
            free[1].eq(~held[1] | free[2]),
        ]
        with m.If(free[1]):
            m.d.sync += held[1].eq(step)
        with m.If(step):
            m.d.sync += [
                x2.eq(x),
                column2.pixels.eq(self.i.payload.pixels),
                column2.select.eq(padding.select(above, below)),
                column2.emits.eq(primed),
                column2.line_last.eq(line_last),
                column2.frame_last.eq(frame_last),
            ]
        with m.If(free[2]):
            m.d.sync += [
                held[2].eq(held[1]),
                offered.eq(held[1] & column2.emits),
                x3.eq(x2),
                column3.eq(column2),
                old_rows.eq(read.data),
            ]
        rows = [old_rows.word_select(row, bits) for row in range(2 * reach)]
        rows.append(column3.pixels.as_value())
        m.d.comb += [
            write.addr.eq(x3),
            write.data.eq(Cat(rows[1:])),
            write.en.eq(held[2] & free[2]),
        ]
        if platform == "formal":
            m.d.comb += Assert(x < params.max_beats)
            m.d.comb += Assert((missing == 0) | (at_end == (x == line_end)))
            m.d.comb += Assert(~write.en | (write.addr < params.max_beats))
            m.d.comb += Assert(~write.en | ~step | (write.addr != read.addr))
            m.d.comb += [Assert(~step | ~held[1] | (x2 != x)), Assert(~step | ~held[2] | (x3 != x))]
        padded = padding.apply(rows, column3.select)
        m.d.comb += [
            self.o.valid.eq(offered),
            Cat(self.o.payload.rows[row] for row in range(params.side)).eq(Cat(padded)),
            self.o.payload.line_last.eq(column3.line_last),
            self.o.payload.frame_last.eq(column3.frame_last),
        ]
        return m
