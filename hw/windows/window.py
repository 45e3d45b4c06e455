"""Window: from columns to windows, a shift register of them."""

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.layouts import column_layout, window_layout
from hw.params import StageParams
from hw.windows.pick import PaddingMux


class Window(wiring.Component):
    """Hand out each beat of columns with R columns left and right of it, padded.

    Windows come while the beat of the R-th column after their own is at ``i``, or without one at a
    frame's end. A beat per clock, lines following each other without a gap; as many clocks between
    frames as R columns take; stops when ``o`` is not taken.

    Parameters
    ----------
    params : StageParams

    Members
    -------
    i : In(stream of column_layout)
        A frame's columns.
    o : Out(stream of window_layout)
        Its windows.
    """

    def __init__(self, params: StageParams) -> None:
        self.params = params
        super().__init__(
            {
                "i": In(stream.Signature(column_layout(params))),
                "o": Out(stream.Signature(window_layout(params))),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params, reach = self.params, self.params.reach_beats

        # Beats by age: 0 is at the input, in the middle the centre, last the oldest.
        ages = range(1, 2 * reach + 1)
        held = [Signal(column_layout(params), name=f"columns{a}", reset_less=True) for a in ages]
        beat = [self.i.payload, *held]
        valid = [Signal(name=f"valid{age}") for age in range(reach + 1)]
        m.d.comb += valid[0].eq(self.i.valid & self.i.ready)
        centre = beat[reach]

        # A frame's last columns are not pushed out by more of that frame, but by nothing; it lies
        # beyond the end of the line and is never looked at. The next frame waits these clocks.
        ended = 0
        for age in range(1, reach + 1):
            ended |= valid[age] & beat[age].frame_last
        shift = Signal()
        m.d.comb += [
            shift.eq((self.i.valid | ended) & (~valid[reach] | self.o.ready)),
            self.i.ready.eq(~ended & (~valid[reach] | self.o.ready)),
            self.o.valid.eq(valid[reach] & (self.i.valid | ended)),
        ]
        with m.If(shift):
            for age in ages:
                m.d.sync += beat[age].eq(beat[age - 1])
            for age in range(1, reach + 1):
                m.d.sync += valid[age].eq(valid[age - 1])

        # Beats to the left of the centre, and to the right up to the first that ends the line, as
        # they are after a shift.
        left = Signal(range(reach + 1))
        left_after, right_after = Signal.like(left), Signal.like(left)
        m.d.comb += [left_after.eq(left), right_after.eq(reach)]
        with m.If(valid[reach]):
            m.d.comb += left_after.eq(Mux(left == reach, reach, left + 1))
            with m.If(centre.line_last):
                m.d.comb += left_after.eq(0)
        for age in range(1, reach + 1):
            with m.If(beat[age - 1].line_last & valid[age - 1]):
                m.d.comb += right_after.eq(reach - age)

        # Oldest first, which is left to right; of the outermost beats only what is looked at.
        columns = [
            Cat(row[column] for row in beat[age].rows)
            for age in reversed(range(2 * reach + 1))
            for column in range(params.columns)
        ]
        spare = reach * params.columns - params.reach
        columns = columns[spare : len(columns) - spare]
        befores = [min(params.reach, each * params.columns) for each in range(reach + 1)]
        pick = PaddingMux(
            befores, [params.columns - 1 + before for before in befores], params.stage.padding
        )
        told = Signal(pick.bits, reset_less=True)
        with m.If(shift):
            m.d.sync += [left.eq(left_after), told.eq(pick.told(left_after, right_after))]
        padded = pick.of(columns, told)
        for x, column in enumerate(padded):
            for y in range(params.side):
                pixel = column.word_select(y, params.pixel.size)
                m.d.comb += self.o.payload.pixels[y][x].as_value().eq(pixel)
        m.d.comb += [
            self.o.payload.line_last.eq(centre.line_last),
            self.o.payload.frame_last.eq(centre.frame_last),
        ]
        return m
