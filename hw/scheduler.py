"""Lane scheduler: which lane looks up what, and when."""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.params import StageParams
from hw.payloads import mark_layout, window_layout, work_layout
from sw.rotation import rotate_taps


class Scheduler(wiring.Component):
    """Share the look-ups of windows, one for each channel and rotation, out to the lanes.

    All groups of tables work in step on the same windows. These take ``steps`` clocks. In the step
    (colour step c, rotation step k), lane ``place * rotation_lanes + rotation place`` works in
    rotation ``k * rotation_lanes + rotation place`` on sample ``place``, which is channel
    ``c * colour_lanes + place % colour_lanes`` of column ``place // colour_lanes``. Rotation is
    wiring: which pixel of the window is which tap.

    Windows are started only when there is room for their blocks; from here to the line writer
    nothing can stop them. Latency 1 clock.

    Parameters
    ----------
    p : StageParams

    Members
    -------
    i : In(stream of window_layout)
        Windows.
    room : In(1)
        Whether windows may start.
    start : Out(1)
        Windows start: their room is taken. ``start_last`` tells that they are the last of a line.
    o : Out(stream of work_layout), always ready
        Look-ups for each lane of each group.
    mark : Out(mark_layout)
        What they are, in the same clock.
    """

    def __init__(self, p: StageParams) -> None:
        self.p = p
        super().__init__(
            {
                "i": In(stream.Signature(window_layout(p))),
                "room": In(1),
                "start": Out(1),
                "start_last": Out(1),
                "o": Out(stream.Signature(work_layout(p), always_ready=True)),
                "mark": Out(mark_layout(p)),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        p = self.p
        mark = Signal(mark_layout(p), reset_less=True)
        work = Signal(work_layout(p), reset_less=True)
        valid = Signal()
        now = Signal(mark_layout(p))  # the step that is taken in this clock
        colour, rotation = Signal.like(now.colour_step), Signal.like(now.rotation_step)
        # Whether this step is the first of its windows, or the last: what moves windows on has
        # wires all over them and comes early.
        first, last, go = Signal(init=1), Signal(init=p.steps == 1), Signal()
        last_rotation = rotation == p.rotation_steps - 1
        last_colour = colour == p.colour_steps - 1
        m.d.comb += [
            go.eq(self.i.valid & (self.room | ~first)),
            self.i.ready.eq(last & (self.room | ~first)),
            self.start.eq(go & first),
            self.start_last.eq(self.i.payload.line_last),
            now.colour_step.eq(colour),
            now.rotation_step.eq(rotation),
            now.line_last.eq(self.i.payload.line_last),
            now.frame_last.eq(self.i.payload.frame_last),
            self.mark.eq(mark),
            self.o.payload.eq(work),
            self.o.valid.eq(valid),
        ]
        m.d.sync += [valid.eq(go), mark.eq(now)]
        # What never counts is not driven: a constant then, not a register with wires to all lanes.
        with m.If(go):
            if p.rotation_steps > 1:
                m.d.sync += rotation.eq(Mux(last_rotation, 0, rotation + 1))
                last_but_one = last_colour & (rotation == p.rotation_steps - 2)
            else:
                last_but_one = colour == p.colour_steps - 2
            if p.colour_steps > 1:
                with m.If(last_rotation):
                    m.d.sync += colour.eq(Mux(last_colour, 0, colour + 1))
            if p.steps > 1:
                m.d.sync += [first.eq(last), last.eq(last_but_one)]

        for c in range(p.colour_steps):
            if p.needs_centre:
                with m.If(colour == c):
                    for place in range(p.places):
                        m.d.comb += now.centre[place].eq(self._sample(0, c, place, (0, 0)))
            for k in range(p.rotation_steps):
                with m.If((colour == c) & (rotation == k)):
                    for n, group in enumerate(p.groups):
                        for lane in range(p.lanes):
                            place, rotation_place = divmod(lane, p.rotation_lanes)
                            turn = k * p.rotation_lanes + rotation_place
                            taps = work[f"group{n}"][lane]
                            for j, offset in enumerate(rotate_taps(group.table.taps, turn)):
                                tap = self._sample(group.table.source, c, place, offset)
                                m.d.sync += taps[j].eq(tap)
        return m

    def _sample(self, source: int, colour_step: int, place: int, offset: tuple[int, int]) -> Signal:
        """Of map ``source``, at ``offset`` from the pixel of ``place``."""
        p = self.p
        column, channel_place = divmod(place, p.colour_lanes)
        channel = colour_step * p.colour_lanes + channel_place
        dy, dx = offset
        pixel = self.i.payload.pixels[p.reach + dy][p.reach + column + dx]
        return pixel[source * p.channels + channel]
