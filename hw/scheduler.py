"""Lane scheduler: which lane looks up what, and when."""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.params import StageParams
from hw.payloads import mark_layout, taps_layout, window_layout
from sw.rotation import rotate_taps


class Scheduler(wiring.Component):
    """Share a window's look-ups, one for each channel and rotation, out to the lanes.

    A window takes ``steps`` clocks. In the step (colour step c, rotation step k), lane
    ``channel place * rotation_lanes + rotation place`` looks up channel
    ``c * colour_lanes + channel place`` in rotation ``k * rotation_lanes + rotation place``.
    Rotation is wiring: which pixel of the window is which tap.

    A window is started only when there is room for its block; from here to the line writer nothing
    can stop it. Latency 1 clock.

    Parameters
    ----------
    p : StageParams

    Members
    -------
    i : In(stream of window_layout)
        Windows.
    room : In(1)
        Whether a window may start.
    start : Out(1)
        A window starts: its room is taken. ``start_last`` tells that it is the last of a line.
    o : Out(stream of taps_layout), always ready, for each lane
        Look-ups.
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
                "o": Out(stream.Signature(taps_layout(p), always_ready=True)).array(p.lanes),
                "mark": Out(mark_layout(p)),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        p = self.p
        mark = Signal(mark_layout(p), reset_less=True)
        valid = Signal()
        now = Signal(mark_layout(p))  # the step that is taken in this clock
        colour, rotation = Signal.like(now.colour_step), Signal.like(now.rotation_step)
        first, last, go = Signal(), Signal(), Signal()
        m.d.comb += [
            first.eq((colour == 0) & (rotation == 0)),
            last.eq((colour == p.colour_steps - 1) & (rotation == p.rotation_steps - 1)),
            go.eq(self.i.valid & (self.room | ~first)),
            self.i.ready.eq(last & (self.room | ~first)),
            self.start.eq(go & first),
            self.start_last.eq(self.i.payload.line_last),
            now.colour_step.eq(colour),
            now.rotation_step.eq(rotation),
            now.line_last.eq(self.i.payload.line_last),
            now.frame_last.eq(self.i.payload.frame_last),
            self.mark.eq(mark),
        ]
        m.d.sync += [valid.eq(go), mark.eq(now)]
        with m.If(go):
            m.d.sync += rotation.eq(rotation + 1)
            with m.If(rotation == p.rotation_steps - 1):
                m.d.sync += [rotation.eq(0), colour.eq(colour + 1)]
                with m.If(colour == p.colour_steps - 1):
                    m.d.sync += colour.eq(0)

        if p.differences:
            pixel = self.i.payload.pixels[p.reach][p.reach]
            for c in range(p.colour_steps):
                with m.If(colour == c):
                    for place in range(p.colour_lanes):
                        m.d.comb += now.centre[place].eq(pixel[c * p.colour_lanes + place])

        for lane in range(p.lanes):
            channel_place, rotation_place = divmod(lane, p.rotation_lanes)
            taps = Signal(taps_layout(p), name=f"taps{lane}", reset_less=True)
            m.d.comb += [self.o[lane].payload.eq(taps), self.o[lane].valid.eq(valid)]
            for c in range(p.colour_steps):
                for k in range(p.rotation_steps):
                    channel = c * p.colour_lanes + channel_place
                    offsets = rotate_taps(p.table.taps, k * p.rotation_lanes + rotation_place)
                    with m.If((colour == c) & (rotation == k)):
                        for j, (dy, dx) in enumerate(offsets):
                            pixel = self.i.payload.pixels[p.reach + dy][p.reach + dx]
                            m.d.sync += taps[j].eq(pixel[channel])
        return m
