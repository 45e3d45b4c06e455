"""Scheduler: which lane does which look-up, and in which clock."""

from functools import reduce
from operator import or_

from amaranth.hdl import Cat, Module, Mux, Signal, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.layouts import lookups_layout, tag_layout, window_layout
from hw.params import StageParams
from sw.tables.rotation import ROTATIONS, rotate_taps

CENTRE = 0, 0
"""Offset of a window's centre."""

Offset = tuple[int, int]


class Scheduler(wiring.Component):
    """Share the look-ups of a beat of windows out to the lanes.

    Each sample of a beat needs one look-up per group and rotation. A beat takes ``steps`` clocks,
    called steps, which all groups do together. A step has a colour step c and a rotation step k. In
    it, lane ``sample_lane * rotation_lanes + rotation_lane`` does rotation
    ``k * rotation_lanes + rotation_lane`` of channel
    ``c * colour_lanes + sample_lane % colour_lanes`` of pixel ``sample_lane // colour_lanes`` of
    the beat. A rotation is wiring: it selects which pixel of the window is which tap.

    No tap is selected by the step. The pixels of a beat of windows lie in registers, and with each
    step the picture that they hold is turned by ``rotation_lanes`` quarter turns, so that a tap
    always reads the same register. After the last rotation of a colour step the samples of the next
    channels move in.

    One step per clock; latency ``delay(params)`` clocks; never stalls. Beats of windows come
    ``steps`` clocks apart or more.

    Parameters
    ----------
    params : StageParams

    Members
    -------
    i : In(stream of window_layout), always ready
        Beats of windows.
    o : Out(stream of lookups_layout), always ready
        Tap values for each lane of each group.
    tag : Out(tag_layout)
        Label of the step at ``o``.
    """

    def __init__(self, params: StageParams) -> None:
        self.params = params
        super().__init__(
            {
                "i": In(stream.Signature(window_layout(params), always_ready=True)),
                "o": Out(stream.Signature(lookups_layout(params), always_ready=True)),
                "tag": Out(tag_layout(params)),
            }
        )

    @staticmethod
    def delay(params: StageParams) -> int:
        """Clocks from a beat of windows at ``i`` to its first step at ``o``."""
        return 1

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        tag = Signal(tag_layout(params), reset_less=True)
        valid = Signal()
        step = Signal(params.steps, init=1)  # one-hot: the step that comes next
        with m.If(self.i.valid | ~step[0]):
            m.d.sync += step.eq(step.rotate_left(1))
        colour_steps = [c for c in range(params.colour_steps) for _ in range(params.rotation_steps)]
        rotation_steps = [*range(params.rotation_steps)] * params.colour_steps
        m.d.sync += [
            valid.eq(self.i.valid | ~step[0]),
            tag.colour_step.eq(_one_hot_mux(step, colour_steps)),
            tag.rotation_step.eq(_one_hot_mux(step, rotation_steps)),
        ]
        with m.If(step[0]):
            m.d.sync += [
                tag.line_last.eq(self.i.payload.line_last),
                tag.frame_last.eq(self.i.payload.frame_last),
            ]
        m.d.comb += [self.tag.eq(tag), self.o.valid.eq(valid)]

        pixels = [self._turn(m, source, step) for source in range(params.maps_in)]
        if params.needs_centre:
            for sample_lane in range(params.sample_lanes):
                column, channel = divmod(sample_lane, params.colour_lanes)
                m.d.comb += self.tag.centre[sample_lane].eq(pixels[0][column, CENTRE][channel])
        for n, group in enumerate(params.groups):
            for lane in range(params.lanes):
                sample_lane, rotation = divmod(lane, params.rotation_lanes)
                column, channel = divmod(sample_lane, params.colour_lanes)
                for j, offset in enumerate(rotate_taps(group.table.taps, rotation)):
                    pixel = pixels[group.table.source][column, offset]
                    m.d.comb += self.o.payload[f"group{n}"][lane][j].eq(pixel[channel])
        return m

    def _turn(self, m: Module, source: int, step: Signal) -> dict[tuple[int, Offset], list[Signal]]:
        """Samples of map ``source`` for the step at ``o``, by column of the beat and offset.

        Those of the channels of its colour step come first.
        """
        params = self.params
        taps = {
            tap
            for group in params.groups
            if group.table.source == source
            for tap in group.table.taps
        }
        offsets = {offset for k in range(ROTATIONS) for offset in rotate_taps((*taps, CENTRE), k)}
        pixels = {
            (column, (dy, dx)): [
                Signal(
                    params.sample_bits,
                    name=f"map{source}_{column}_{dy}_{dx}_{channel}",
                    reset_less=True,
                )
                for channel in range(params.channels)
            ]
            for column in range(params.columns)
            for dy, dx in sorted(offsets)
        }
        next_colour = Cat(step[n] for n in range(0, params.steps, params.rotation_steps)).any()
        for (column, (dy, dx)), samples in pixels.items():
            (turned,) = rotate_taps(((dy, dx),), params.rotation_lanes)
            before = pixels[column, turned]
            window = self.i.payload.pixels[params.reach + dy][params.reach + column + dx]
            for channel, sample in enumerate(samples):
                following = before[min(channel + params.colour_lanes, params.channels - 1)]
                m.d.sync += sample.eq(Mux(next_colour, following, before[channel]))
                with m.If(step[0]):
                    m.d.sync += sample.eq(window[source * params.channels + channel])
        return pixels


def _one_hot_mux(step: Signal, numbers: list[int]) -> Value:
    """The number whose bit of ``step`` is set."""
    return reduce(or_, (Mux(bit, number, 0) for bit, number in zip(step, numbers, strict=True)))
