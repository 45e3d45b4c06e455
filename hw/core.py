"""The core: AXI4-Stream video in, r times as wide and high AXI4-Stream video out."""

from dataclasses import dataclass
from functools import cached_property

from amaranth.hdl import Cat, ClockDomain, ClockSignal, Module, ResetSignal, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out, connect

from hw.accumulate import Accumulate
from hw.guard import Error, FrameGuard
from hw.lanes import Lanes
from hw.params import StageParams
from hw.round_clip import RoundClip
from hw.stage import UpsamplerStage
from sw.errors import BadInput
from sw.spec import Upsampler

AROUND_LANES = 6
"""Clocks in guard, line buffer, scheduler, line writer and gearbox."""


@dataclass(frozen=True, kw_only=True)
class CoreParams:
    """What a core is made of.

    Parameters
    ----------
    upsampler : Upsampler
        One stage, so far.
    channels, lanes, max_width, beat
        See :class:`hw.params.StageParams`.
    max_height : int
        Largest height of a frame, in LR pixels.

    Raises
    ------
    BadInput
        If a choice cannot be had.
    """

    upsampler: Upsampler
    channels: int = 3
    lanes: int = 2
    max_width: int = 960
    max_height: int = 540
    beat: int = 4

    def __post_init__(self) -> None:
        if len(self.upsampler.stages) != 1:
            stages = len(self.upsampler.stages)
            raise BadInput(f"the table is a chain of {stages} stages; one is accepted so far")
        if not 1 <= self.max_height < 1 << 16:
            raise BadInput(f"max_height is {self.max_height}; 1 to 65535 is accepted")
        assert self.stage  # checks the rest

    @cached_property
    def stage(self) -> StageParams:
        """Sizes of the stage."""
        return StageParams(
            stage=self.upsampler.stages[0],
            channels=self.channels,
            lanes=self.lanes,
            max_width=self.max_width,
            beat=self.beat,
        )

    def latency(self, width: int) -> int:
        """Clocks from a frame's first input beat to its first output beat, nothing in the way.

        R lines and R pixels until the first window is whole, one line of windows, the pipeline. A
        frame has more than R lines here.
        """
        p = self.stage
        pipeline = Lanes.delay(p) + Accumulate.DELAY + RoundClip.DELAY + AROUND_LANES
        return p.reach * (width + 1) + p.steps * width + pipeline

    def clocks_per_frame(self, width: int, height: int) -> int:
        """Clocks from a frame to the next, nothing in the way and ``beat`` no narrower than needed.

        Every pixel takes the lanes ``steps`` clocks. R lines pass without giving anything, the
        first R pixels of them while the lanes are still busy with the frame before. Frames are
        wider than ``steps`` here.
        """
        p = self.stage
        return p.steps * width * height + p.reach * (width - p.steps + 1)

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
    :class:`hw.guard.FrameGuard`.

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
        What was wrong with a frame, for one clock: see :class:`hw.guard.Error`.
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
        m.submodules.guard = guard = FrameGuard(self.p.stage, max_height=self.p.max_height)
        m.submodules.stage = stage = UpsamplerStage(self.p.stage)
        connect(m, guard.o, stage.i)
        first = Signal(init=1)  # the next beat begins a frame
        with m.If(stage.o.valid & stage.o.ready):
            m.d.sync += first.eq(stage.o.payload.frame_last)
        m.d.comb += [
            guard.i.payload.pixel.as_value().eq(self.s_axis_video_tdata),
            guard.i.payload.start_of_frame.eq(self.s_axis_video_tuser),
            guard.i.payload.end_of_line.eq(self.s_axis_video_tlast),
            guard.i.valid.eq(self.s_axis_video_tvalid),
            self.s_axis_video_tready.eq(guard.i.ready),
            guard.width.eq(self.width),
            guard.height.eq(self.height),
            self.error.eq(guard.error),
            self.m_axis_video_tdata.eq(Cat(stage.o.payload.pixels)),
            self.m_axis_video_tuser.eq(first),
            self.m_axis_video_tlast.eq(stage.o.payload.line_last),
            self.m_axis_video_tvalid.eq(stage.o.valid),
            stage.o.ready.eq(self.m_axis_video_tready),
        ]
        return m
