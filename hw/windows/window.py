"""Window: a shift register that turns columns into windows."""

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from hw.layouts import column_layout, window_layout
from hw.params import StageParams
from hw.pipeline import delayed
from hw.windows.padding import PaddingMux


class Window(wiring.Component):
    """Give each beat of columns the R columns to its left and right, padded.

    A window goes out after the beat that completes it, ``reach_beats`` later. The last windows of a
    frame need no further input.

    This block decides when the lanes work: a window starts only with ``credit``, and ``steps``
    clocks after the one before at the earliest. From here to the writer nothing can stall. So the
    decision moves only counters and flags, and the pixels a clock later.

    One beat per ``steps`` clocks, without a gap between lines. Beats that complete no window, the
    first ``reach_beats`` of a frame, take one clock each. After each frame ``i`` stalls for
    ``reach_beats`` windows. Latency ``reach_beats`` beats and ``delay(params)`` clocks.

    Parameters
    ----------
    params : StageParams

    Members
    -------
    i : In(stream of column_layout)
        Columns of a frame.
    credit : In(1)
        The writer has space for the blocks of another beat.
    start : Out(1)
        A beat of windows starts and uses up a credit.
    start_last : Out(1)
        It is the last of its line.
    o : Out(stream of window_layout), always ready
        The windows of the frame.
    """

    def __init__(self, params: StageParams) -> None:
        self.params = params
        super().__init__(
            {
                "i": In(stream.Signature(column_layout(params))),
                "credit": In(1),
                "start": Out(1),
                "start_last": Out(1),
                "o": Out(stream.Signature(window_layout(params), always_ready=True)),
            }
        )

    @staticmethod
    def delay(params: StageParams) -> int:
        """Clocks from the beat that completes a window at ``i`` to the window at ``o``."""
        return 1

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params, reach = self.params, self.params.reach_beats

        # Beats by age: age 0 is at the input, age `reach` is the centre, the last one the oldest.
        # The flags of the beats move at once, their pixels a clock later.
        layout = data.StructLayout({"valid": 1, "line_last": 1, "frame_last": 1})
        flags = [Signal(layout, name=f"flags{age}") for age in range(reach + 1)]
        centre = flags[reach]

        # The last windows of a frame are shifted out without new input. What is shifted in lies
        # beyond the end of the line, where padding replaces it. The next frame waits meanwhile.
        ended = 0
        for age in range(1, reach + 1):
            ended |= flags[age].valid & flags[age].frame_last
        pace = Signal(params.steps, init=1)  # one-hot; bit 0: the lanes are done with all steps
        shift, may_shift = Signal(), Signal()
        m.d.comb += [
            may_shift.eq(pace[0] & (self.credit | ~centre.valid)),
            shift.eq(may_shift & (self.i.valid | ended)),
            self.i.ready.eq(may_shift & ~ended),
            self.start.eq(shift & centre.valid),
            self.start_last.eq(centre.line_last),
            flags[0].valid.eq(self.i.valid & ~ended),
            flags[0].line_last.eq(self.i.payload.line_last),
            flags[0].frame_last.eq(self.i.payload.frame_last),
        ]
        with m.If(self.start | ~pace[0]):
            m.d.sync += pace.eq(pace.rotate_left(1))

        # Beats of the line to the left of the centre, and to its right up to the end of the line.
        left, right = Signal(range(reach + 1)), Signal(range(reach + 1))
        m.d.comb += right.eq(reach)
        for age in range(1, reach + 1):
            with m.If(flags[age].line_last & flags[age].valid):
                m.d.comb += right.eq(reach - age)
        with m.If(shift):
            for age in range(1, reach + 1):
                m.d.sync += flags[age].eq(flags[age - 1])
            with m.If(centre.valid):
                m.d.sync += left.eq(Mux(left == reach, reach, left + 1))
                with m.If(centre.line_last):
                    m.d.sync += left.eq(0)

        befores = [min(params.reach, beats * params.columns) for beats in range(reach + 1)]
        afters = [params.columns - 1 + before for before in befores]
        padding = PaddingMux(befores, afters, params.stage.padding)
        surplus = reach * params.columns - params.reach  # the outermost beats may have more columns
        bits = params.sample_bits * params.channels  # of a pixel of one map
        shift_pixels, select = Signal(), Signal(padding.bits, reset_less=True)
        m.d.sync += [shift_pixels.eq(shift), select.eq(padding.select(left, right))]
        for number in range(params.maps_in):
            incoming = Cat(
                row[column].as_value().word_select(number, bits)
                for column in range(params.columns)
                for row in self.i.payload.rows
            )
            beats = [delayed(m, incoming, 1)]
            for age in range(1, 2 * reach + 1):
                beat = Signal(len(incoming), name=f"map{number}_age{age}", reset_less=True)
                with m.If(shift_pixels):
                    m.d.sync += beat.eq(beats[-1])
                beats.append(beat)
            # The oldest beat is the leftmost.
            columns = [
                beat.word_select(column, params.side * bits)
                for beat in reversed(beats)
                for column in range(params.columns)
            ]
            columns = columns[surplus : len(columns) - surplus]
            for x, column in enumerate(padding.apply(columns, select)):
                for y in range(params.side):
                    pixel = self.o.payload.pixels[y][x].as_value()
                    m.d.comb += pixel.word_select(number, bits).eq(column.word_select(y, bits))
        m.d.comb += [
            self.o.valid.eq(delayed(m, self.start, 1, reset=True)),
            self.o.payload.line_last.eq(delayed(m, centre.line_last, 1)),
            self.o.payload.frame_last.eq(delayed(m, centre.frame_last, 1)),
        ]
        return m
