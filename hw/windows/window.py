"""Window: a shift register that turns columns into windows."""

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.layouts import column_layout, window_layout
from hw.params import StageParams
from hw.windows.padding import PaddingMux


class Window(wiring.Component):
    """Give each beat of columns the R columns to its left and right, padded.

    A window is offered while the beat that completes it, ``reach_beats`` later, is at ``i``. The
    last windows of a frame need no further input.

    One beat per clock, without a gap between lines; after each frame ``i`` stalls for
    ``reach_beats`` clocks. No register lies between the completing beat and ``o``: the latency is
    ``reach_beats`` beats. Stalls while ``o`` is not taken.

    Parameters
    ----------
    params : StageParams

    Members
    -------
    i : In(stream of column_layout)
        Columns of a frame, 0…255 each sample.
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

        # Beats by age: age 0 is at the input, age `reach` is the centre, the last one the oldest.
        ages = range(1, 2 * reach + 1)
        held = [
            Signal(column_layout(params), name=f"columns{age}", reset_less=True) for age in ages
        ]
        beat = [self.i.payload, *held]
        valid = [Signal(name=f"valid{age}") for age in range(reach + 1)]
        m.d.comb += valid[0].eq(self.i.valid & self.i.ready)
        centre = beat[reach]

        # The last windows of a frame are shifted out without new input. What is shifted in lies
        # beyond the end of the line, where padding replaces it. The next frame waits meanwhile.
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

        # Beats of the line to the left of the centre, and to its right up to the end of the line:
        # their numbers after a shift.
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

        # The oldest beat is the leftmost. The outermost beats may have more columns than needed.
        columns = [
            Cat(row[column] for row in beat[age].rows)
            for age in reversed(range(2 * reach + 1))
            for column in range(params.columns)
        ]
        surplus = reach * params.columns - params.reach
        columns = columns[surplus : len(columns) - surplus]
        befores = [min(params.reach, beats * params.columns) for beats in range(reach + 1)]
        afters = [params.columns - 1 + before for before in befores]
        padding = PaddingMux(befores, afters, params.stage.padding)
        select = Signal(padding.bits, reset_less=True)
        with m.If(shift):
            m.d.sync += [left.eq(left_after), select.eq(padding.select(left_after, right_after))]
        for x, column in enumerate(padding.apply(columns, select)):
            for y in range(params.side):
                pixel = column.word_select(y, params.pixel.size)
                m.d.comb += self.o.payload.pixels[y][x].as_value().eq(pixel)
        m.d.comb += [
            self.o.payload.line_last.eq(centre.line_last),
            self.o.payload.frame_last.eq(centre.frame_last),
        ]
        return m
