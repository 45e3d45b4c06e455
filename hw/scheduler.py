"""Scheduler: which lane does which look-up, and in which clock."""

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
    """Share the look-ups of a beat of windows out to the lanes.

    Each sample of a beat needs one look-up per group and rotation. A beat takes ``steps`` clocks,
    called steps, which all groups do together. A step has a colour step c and a rotation step k. In
    it, lane ``sample_lane * rotation_lanes + rotation_lane`` does rotation
    ``k * rotation_lanes + rotation_lane`` of channel
    ``c * colour_lanes + sample_lane % colour_lanes`` of pixel ``sample_lane // colour_lanes`` of
    the beat. A rotation is wiring: it selects which pixel of the window is which tap.

    One step per clock; latency ``delay(params)`` clocks. A beat starts only with ``credit``, and
    then goes on without a stall: nothing between here and the writer can stall. ``i`` stalls until
    the last step.

    Parameters
    ----------
    params : StageParams

    Members
    -------
    i : In(stream of window_layout)
        Beats of windows, 0…255 each sample.
    credit : In(1)
        The writer has space for the blocks of another beat.
    start : Out(1)
        A beat of windows starts and uses up a credit.
    start_last : Out(1)
        It is the last of its line.
    o : Out(stream of lookups_layout), always ready
        Tap values for each lane of each group.
    tag : Out(tag_layout)
        Label of the step at ``o``.
    """

    def __init__(self, params: StageParams) -> None:
        self.params = params
        super().__init__(
            {
                "i": In(stream.Signature(window_layout(params))),
                "credit": In(1),
                "start": Out(1),
                "start_last": Out(1),
                "o": Out(stream.Signature(lookups_layout(params), always_ready=True)),
                "tag": Out(tag_layout(params)),
            }
        )

    @staticmethod
    def delay(params: StageParams) -> int:
        """Clocks from a step of the windows at ``i`` to its look-ups at ``o``."""
        return 1

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        tag = Signal(tag_layout(params), reset_less=True)
        lookups = Signal(lookups_layout(params), reset_less=True)
        valid = Signal()
        # One-hot and registered: it selects every tap of every lane, so its fan-out is large.
        step, advance = Signal(params.steps, init=1), Signal()
        first, last = step[0], step[-1]
        next_tag = Signal(tag_layout(params))  # of the step in this clock
        m.d.comb += [
            advance.eq(self.i.valid & (self.credit | ~first)),
            self.i.ready.eq(last & (self.credit | ~first)),
            self.start.eq(advance & first),
            self.start_last.eq(self.i.payload.line_last),
            next_tag.line_last.eq(self.i.payload.line_last),
            next_tag.frame_last.eq(self.i.payload.frame_last),
            self.tag.eq(tag),
            self.o.payload.eq(lookups),
            self.o.valid.eq(valid),
        ]
        m.d.sync += [valid.eq(advance), tag.eq(next_tag)]
        with m.If(advance):
            m.d.sync += step.eq(step.rotate_left(1))

        # Colour step and rotation step of each step.
        steps = [divmod(n, params.rotation_steps) for n in range(params.steps)]
        m.d.comb += [
            next_tag.colour_step.eq(_one_hot_mux(step, [c for c, _ in steps], Const)),
            next_tag.rotation_step.eq(_one_hot_mux(step, [k for _, k in steps], Const)),
        ]
        if params.needs_centre:
            for sample_lane in range(params.sample_lanes):
                samples = [(0, c, sample_lane, (0, 0)) for c, _ in steps]
                centre = _one_hot_mux(step, samples, self._sample)
                m.d.comb += next_tag.centre[sample_lane].eq(centre)
        for n, group in enumerate(params.groups):
            source, taps = group.table.source, group.table.taps
            for lane in range(params.lanes):
                sample_lane, rotation_lane = divmod(lane, params.rotation_lanes)
                rotations = [k * params.rotation_lanes + rotation_lane for _, k in steps]
                for j in range(len(taps)):
                    offsets = [rotate_taps(taps, rotation)[j] for rotation in rotations]
                    samples = [
                        (source, c, sample_lane, offset)
                        for (c, _), offset in zip(steps, offsets, strict=True)
                    ]
                    tap = lookups[f"group{n}"][lane][j]
                    m.d.sync += tap.eq(_one_hot_mux(step, samples, self._sample))
        return m

    def _sample(self, sample: tuple[int, int, int, tuple[int, int]]) -> Value:
        """The sample at ``i`` that a map, colour step, sample lane and offset (dy, dx) select."""
        source, colour_step, sample_lane, (dy, dx) = sample
        params = self.params
        column, colour_lane = divmod(sample_lane, params.colour_lanes)
        channel = colour_step * params.colour_lanes + colour_lane
        pixel = self.i.payload.pixels[params.reach + dy][params.reach + column + dx]
        return pixel[source * params.channels + channel]


def _one_hot_mux(step: Signal, items: list, value: Callable[..., Value]) -> Value:
    """``value`` of the item whose bit of ``step`` is set; equal items share a gate."""
    bits = defaultdict(list)
    for bit, item in zip(step, items, strict=True):
        bits[item].append(bit)
    if len(bits) == 1:
        return value(items[0])
    gated = (Mux(Cat(selects).any(), value(item), 0) for item, selects in bits.items())
    return reduce(or_, gated)
