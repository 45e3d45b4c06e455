"""Lane scheduler: which lane looks up what, and when."""

from collections import defaultdict
from collections.abc import Callable
from functools import reduce
from operator import or_

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.layouts import lookups_layout, tag_layout, window_layout
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
    params : StageParams

    Members
    -------
    i : In(stream of window_layout)
        Windows.
    room : In(1)
        Whether windows may start.
    start : Out(1)
        Windows start: their room is taken. ``start_last`` tells that they are the last of a line.
    o : Out(stream of lookups_layout), always ready
        Look-ups for each lane of each group.
    tag : Out(tag_layout)
        What they are, in the same clock.
    """

    def __init__(self, params: StageParams) -> None:
        self.params = params
        super().__init__(
            {
                "i": In(stream.Signature(window_layout(params))),
                "room": In(1),
                "start": Out(1),
                "start_last": Out(1),
                "o": Out(stream.Signature(lookups_layout(params), always_ready=True)),
                "tag": Out(tag_layout(params)),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        tag = Signal(tag_layout(params), reset_less=True)
        work = Signal(lookups_layout(params), reset_less=True)
        valid = Signal()
        # A bit for each step: what moves windows on and what chooses taps has wires all over, so it
        # is a register.
        step, advance = Signal(params.steps, init=1), Signal()
        first, last = step[0], step[-1]
        next_tag = Signal(tag_layout(params))  # the step that is taken in this clock
        m.d.comb += [
            advance.eq(self.i.valid & (self.room | ~first)),
            self.i.ready.eq(last & (self.room | ~first)),
            self.start.eq(advance & first),
            self.start_last.eq(self.i.payload.line_last),
            next_tag.line_last.eq(self.i.payload.line_last),
            next_tag.frame_last.eq(self.i.payload.frame_last),
            self.tag.eq(tag),
            self.o.payload.eq(work),
            self.o.valid.eq(valid),
        ]
        m.d.sync += [valid.eq(advance), tag.eq(next_tag)]
        with m.If(advance):
            m.d.sync += step.eq(step.rotate_left(1))

        steps = [
            divmod(n, params.rotation_steps) for n in range(params.steps)
        ]  # of colours, of rotations
        m.d.comb += [
            next_tag.colour_step.eq(_chosen(step, [c for c, _ in steps], Const)),
            next_tag.rotation_step.eq(_chosen(step, [k for _, k in steps], Const)),
        ]
        if params.needs_centre:
            for place in range(params.sample_lanes):
                samples = [(0, c, place, (0, 0)) for c, _ in steps]
                m.d.comb += next_tag.centre[place].eq(_chosen(step, samples, self._sample))
        for n, group in enumerate(params.groups):
            source, taps = group.table.source, group.table.taps
            for lane in range(params.lanes):
                place, rotation_place = divmod(lane, params.rotation_lanes)
                turns = [k * params.rotation_lanes + rotation_place for _, k in steps]
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
        params = self.params
        column, channel_place = divmod(place, params.colour_lanes)
        channel = colour_step * params.colour_lanes + channel_place
        dy, dx = offset
        pixel = self.i.payload.pixels[params.reach + dy][params.reach + column + dx]
        return pixel[source * params.channels + channel]


def _chosen(step: Signal, items: list, value: Callable[..., Value]) -> Value:
    """``value`` of that one of ``items`` whose bit of ``step`` is set; equal ones share a gate."""
    bits = defaultdict(list)
    for bit, item in zip(step, items, strict=True):
        bits[item].append(bit)
    if len(bits) == 1:
        return value(items[0])
    return reduce(or_, (Mux(Cat(of).any(), value(item), 0) for item, of in bits.items()))
