"""Lane scheduler: which lane looks up what, and when."""

from collections import defaultdict
from collections.abc import Callable
from functools import reduce
from operator import or_

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.layouts import mark_layout, window_layout, work_layout
from hw.params import StageParams
from sw.tables.rotation import rotate_taps


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
        # A bit for each step: what moves windows on and what chooses taps has wires all over, so it
        # is a register.
        step, go = Signal(p.steps, init=1), Signal()
        first, last = step[0], step[-1]
        now = Signal(mark_layout(p))  # the step that is taken in this clock
        m.d.comb += [
            go.eq(self.i.valid & (self.room | ~first)),
            self.i.ready.eq(last & (self.room | ~first)),
            self.start.eq(go & first),
            self.start_last.eq(self.i.payload.line_last),
            now.line_last.eq(self.i.payload.line_last),
            now.frame_last.eq(self.i.payload.frame_last),
            self.mark.eq(mark),
            self.o.payload.eq(work),
            self.o.valid.eq(valid),
        ]
        m.d.sync += [valid.eq(go), mark.eq(now)]
        with m.If(go):
            m.d.sync += step.eq(step.rotate_left(1))

        steps = [divmod(n, p.rotation_steps) for n in range(p.steps)]  # of colours, of rotations
        m.d.comb += [
            now.colour_step.eq(_chosen(step, [c for c, _ in steps], Const)),
            now.rotation_step.eq(_chosen(step, [k for _, k in steps], Const)),
        ]
        if p.needs_centre:
            for place in range(p.places):
                samples = [(0, c, place, (0, 0)) for c, _ in steps]
                m.d.comb += now.centre[place].eq(_chosen(step, samples, self._sample))
        for n, group in enumerate(p.groups):
            source, taps = group.table.source, group.table.taps
            for lane in range(p.lanes):
                place, rotation_place = divmod(lane, p.rotation_lanes)
                turns = [k * p.rotation_lanes + rotation_place for _, k in steps]
                for j in range(len(taps)):
                    offsets = [rotate_taps(taps, turn)[j] for turn in turns]
                    samples = [
                        (source, c, place, offset)
                        for (c, _), offset in zip(steps, offsets, strict=True)
                    ]
                    tap = work[f"group{n}"][lane][j]
                    m.d.sync += tap.eq(_chosen(step, samples, self._sample))
        return m

    def _sample(self, sample: tuple[int, int, int, tuple[int, int]]) -> Value:
        """Of map ``source``, at ``offset`` from the pixel of ``place``, its channel by the step."""
        source, colour_step, place, offset = sample
        p = self.p
        column, channel_place = divmod(place, p.colour_lanes)
        channel = colour_step * p.colour_lanes + channel_place
        dy, dx = offset
        pixel = self.i.payload.pixels[p.reach + dy][p.reach + column + dx]
        return pixel[source * p.channels + channel]


def _chosen(step: Signal, items: list, value: Callable[..., Value]) -> Value:
    """``value`` of that one of ``items`` whose bit of ``step`` is set; equal ones share a gate."""
    bits = defaultdict(list)
    for bit, item in zip(step, items, strict=True):
        bits[item].append(bit)
    if len(bits) == 1:
        return value(items[0])
    return reduce(or_, (Mux(Cat(of).any(), value(item), 0) for item, of in bits.items()))
