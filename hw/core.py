"""The core: AXI4-Stream video in, r times as wide and high AXI4-Stream video out."""

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from operator import mul

from amaranth.hdl import Cat, ClockDomain, ClockSignal, Module, ResetSignal, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out, connect

from hw.layouts import pixels_layout
from hw.params import BEATS, StageParams
from hw.pipeline import Slice
from hw.stage import UpsamplerStage
from hw.windows.guard import Error, FrameGuard
from sw.errors import BadInput
from sw.tables.rotation import ROTATIONS
from sw.tables.spec import Upsampler

AROUND_LANES = 12
"""Clocks in guard, line buffer and slice, scheduler, line writer, its queue and gearbox."""


SLICE_BEATS = 2
"""Beats that a slice holds."""


@dataclass(frozen=True, kw_only=True)
class CoreParams:
    """What a core is made of.

    Parameters
    ----------
    upsampler : Upsampler
    channels : int
        See :class:`hw.params.StageParams`.
    lanes : tuple of int
        For each stage, see there; :func:`hw.lane_counts.matching_lanes` makes them fit together.
    max_width, max_height : int
        Largest size of a frame, in LR pixels.
    beat : int
        HR pixels per beat of the output: 1, 2, 4, 8 or 16.

    Raises
    ------
    BadInput
        If a choice cannot be had.
    """

    upsampler: Upsampler
    channels: int = 3
    lanes: tuple[int, ...] = (2,)
    max_width: int = 960
    max_height: int = 540
    beat: int = 4

    def __post_init__(self) -> None:
        stages = len(self.upsampler.stages)
        if len(self.lanes) != stages:
            raise BadInput(
                f"lanes are {','.join(map(str, self.lanes))}; a number for each of the {stages} "
                "stage(s) is accepted"
            )
        if not 1 <= self.max_height < 1 << 16:
            raise BadInput(f"max_height is {self.max_height}; 1 to 65535 is accepted")
        if self.beat not in BEATS:
            raise BadInput(f"beat is {self.beat}; one of {BEATS} is accepted")
        for number, (p, enlarged) in enumerate(zip(self.stages, self.enlarged, strict=True), 1):
            if enlarged % p.columns:
                raise BadInput(
                    f"lanes of stage {number} is {p.lanes}, for {p.columns} pixels at a time; "
                    f"lines that come ×{enlarged} need not be a multiple of that"
                )

    @cached_property
    def enlarged(self) -> tuple[int, ...]:
        """How many times as wide and high as the picture each stage's frames come."""
        scales = (stage.scale for stage in self.upsampler.stages[:-1])
        return tuple(accumulate(scales, mul, initial=1))

    @cached_property
    def stages(self) -> tuple[StageParams, ...]:
        """Sizes of the stages."""
        whole = self.channels * ROTATIONS
        beats = (*(max(1, lanes // whole) for lanes in self.lanes[1:]), self.beat)
        out, maps = [], 1
        for n, stage in enumerate(self.upsampler.stages):
            p = StageParams(
                stage=stage,
                maps_in=maps,
                channels=self.channels,
                lanes=self.lanes[n],
                max_width=self.max_width * self.enlarged[n],
                beat=beats[n],
                final=n == len(self.lanes) - 1,
            )
            out.append(p)
            maps = p.maps_out
        return tuple(out)

    def clocks_of_stage(self, number: int, width: int, height: int) -> int:
        """Clocks that stage ``number`` (from 0) spends on a frame of so many LR pixels.

        Every beat takes the lanes ``steps`` clocks. R lines pass without giving anything, the
        first R pixels of them, and two more in the slice in front of the windows, while the lanes
        are still busy with the frame before. Lines have more than ``steps`` beats here.
        """
        p, times = self.stages[number], self.enlarged[number]
        beats = width * times // p.columns
        ahead = (p.reach_beats + SLICE_BEATS) * (p.steps - 1)
        return p.steps * beats * height * times + p.reach * beats - ahead

    def clocks_per_frame(self, width: int, height: int) -> int:
        """Clocks from a frame to the next, nothing in the way and ``beat`` no narrower than needed.

        Those of the slowest stage: exact for one stage, within 1 % for a chain, whose stages wait
        for each other while lines pass.
        """
        return max(self.clocks_of_stage(n, width, height) for n in range(len(self.stages)))

    def latency(self, width: int) -> int:
        """Clocks from a frame's first input beat to its first output beat, nothing in the way.

        Each stage lets R lines and R pixels pass until its first window is whole; a line writer
        then waits for a line. A frame has more lines than that takes. Exact for one stage, out by
        less than the work of two pixels for each further one.
        """
        # When the lines that a stage needs begin and end, as they come.
        beats = width // self.stages[0].columns
        lines = [(y * beats, (y + 1) * beats) for y in range(self._lines_needed())]
        for number, p in enumerate(self.stages):
            beats = width * self.enlarged[number] // p.columns
            lines = [(begin + 1, end + 1) for begin, end in lines]  # by a slice
            out, free = [], 0
            for y, (begin, end) in enumerate(lines):
                begin = max(begin, free)
                free = end = max(begin + (1 if y < p.reach else p.steps) * beats, end)
                if y >= p.reach:
                    # A line's last windows come as the next line begins.
                    if y + 1 < len(lines):
                        end = max(end, lines[y + 1][0])
                    clocks = p.reach_beats + UpsamplerStage.delay(p) + AROUND_LANES
                    out += self._lines_out(p, begin + clocks, end + clocks, beats, out)
            lines = out
        return lines[0][0]

    def _lines_out(
        self, p: StageParams, begin: int, end: int, beats: int, before: list[tuple[int, int]]
    ) -> list[tuple[int, int]]:
        """When the lines begin and end that a stage makes of one, after those ``before``."""
        if p.queues:
            return [(begin, end)]
        clocks = -(-beats * p.columns * p.scale // p.beat)
        start = max(end, before[-1][1]) if before else end
        return [(start + y * clocks, start + (y + 1) * clocks) for y in range(p.scale)]

    def _lines_needed(self) -> int:
        """Lines of the picture before the first line of the output."""
        needed = 1
        for p in reversed(self.stages):
            needed = -(-needed // p.scale) + p.reach + 1
        return needed

    @property
    def input_bits(self) -> int:
        """Bits of a pixel on ``s_axis_video_tdata``."""
        return 8 * self.channels

    @property
    def output_bits(self) -> int:
        """Bits of a beat on ``m_axis_video_tdata``."""
        return 8 * self.channels * self.beat


class Core(wiring.Component):
    """The upsampler with AXI4-Stream video at both ends and a clock of its own.

    Frames follow each other without a gap; each may have another size. A broken frame goes out in
    its full size, black from the break on; the next whole frame is not touched. See
    :class:`hw.windows.guard.FrameGuard`.

    Parameters
    ----------
    p : CoreParams

    Members
    -------
    aclk, aresetn : In(1)
        Clock; reset, synchronous, active low.
    s_axis_video_* : slave
        A pixel per beat, channel 0 in the low byte; TUSER: first pixel of a frame; TLAST: last of
        a line.
    m_axis_video_* : master
        ``beat`` pixels per beat, the leftmost in the low bytes, a line's last beat filled up with
        black; TUSER and TLAST likewise, by the beat.
    width, height : In(16)
        Size of a frame in LR pixels, taken over with its first pixel.
    error : Out(4)
        What was wrong with a frame, for one clock: see :class:`hw.windows.guard.Error`.
    """

    def __init__(self, p: CoreParams) -> None:
        self.p = p
        super().__init__(
            {
                "aclk": In(1),
                "aresetn": In(1),
                "s_axis_video_tdata": In(p.input_bits),
                "s_axis_video_tvalid": In(1),
                "s_axis_video_tready": Out(1),
                "s_axis_video_tuser": In(1),
                "s_axis_video_tlast": In(1),
                "m_axis_video_tdata": Out(p.output_bits),
                "m_axis_video_tvalid": Out(1),
                "m_axis_video_tready": In(1),
                "m_axis_video_tuser": Out(1),
                "m_axis_video_tlast": Out(1),
                "width": In(16),
                "height": In(16),
                "error": Out(Error),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.domains.sync = ClockDomain()
        m.d.comb += [ClockSignal().eq(self.aclk), ResetSignal().eq(~self.aresetn)]
        first_stage = self.p.stages[0]
        m.submodules.guard = guard = FrameGuard(first_stage, max_height=self.p.max_height)
        stages = [UpsamplerStage(p) for p in self.p.stages]
        for n, stage in enumerate(stages):
            m.submodules[f"stage{n}"] = stage
        for n, (before, after) in enumerate(pairwise([guard, *stages])):
            m.submodules[f"before{n}"] = slice_before = Slice(pixels_layout(after.p))
            connect(m, before.o, slice_before.i)
            connect(m, slice_before.o, after.i)
        o = stages[-1].o
        first = Signal(init=1)  # the next beat begins a frame
        with m.If(o.valid & o.ready):
            m.d.sync += first.eq(o.payload.frame_last)
        m.d.comb += [
            guard.i.payload.pixel.as_value().eq(self.s_axis_video_tdata),
            guard.i.payload.start_of_frame.eq(self.s_axis_video_tuser),
            guard.i.payload.end_of_line.eq(self.s_axis_video_tlast),
            guard.i.valid.eq(self.s_axis_video_tvalid),
            self.s_axis_video_tready.eq(guard.i.ready),
            guard.width.eq(self.width),
            guard.height.eq(self.height),
            self.error.eq(guard.error),
            self.m_axis_video_tdata.eq(Cat(o.payload.pixels)),
            self.m_axis_video_tuser.eq(first),
            self.m_axis_video_tlast.eq(o.payload.line_last),
            self.m_axis_video_tvalid.eq(o.valid),
            o.ready.eq(self.m_axis_video_tready),
        ]
        return m
