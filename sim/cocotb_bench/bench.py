"""The bench of the core: clock, reset, the ends of the video, size inputs, a log of errors."""

from __future__ import annotations

import random
from collections import Counter

import cocotb
from cocotb.clock import Clock
from cocotb.handle import HierarchyObject
from cocotb.triggers import ClockCycles, FallingEdge

from hw.windows.guard import Error
from sim.cocotb_bench.frames import Frame, counted
from sim.cocotb_bench.settings import Settings
from sim.cocotb_bench.video_ends import VideoEnds
from sw.pictures.colour_formats import upscale_format


class Bench:
    """Send frames to a top with the core's ports and compare what comes out with the golden model.

    The size inputs are right in the clocks in which a first pixel is offered, and random in all
    others.

    Parameters
    ----------
    dut : HierarchyObject
        The top: ``aclk``, ``aresetn``, ``s_axis_video_*``, ``m_axis_video_*``, ``width``,
        ``height`` and ``error``, as :class:`hw.core.Core` has them.
    settings : Settings
    idle, stall : float
        Probability in each clock that the source offers nothing, that the sink is not ready.
    seed : int
    """

    def __init__(
        self, dut: HierarchyObject, settings: Settings, *, idle: float, stall: float, seed: int
    ) -> None:
        self.dut, self.settings = dut, settings
        self.rng = random.Random(seed)
        cocotb.start_soon(Clock(dut.aclk, 10, "ns").start())
        self.ends = VideoEnds(dut, settings, self.rng, idle=idle, stall=stall)
        self.errors: Counter[Error] = Counter()
        self._sizes: list[tuple[int, int]] = []
        cocotb.start_soon(self._watch())

    async def _watch(self) -> None:
        """In every clock: log the errors and set the size inputs."""
        dut = self.dut
        while True:
            # In the middle of a clock: what the top and the source drive is that of the next edge.
            await FallingEdge(dut.aclk)
            if dut.error.value.is_resolvable:
                self.errors.update(Error(int(dut.error.value)))
            height, width = (self.rng.randrange(1 << 16) for _ in range(2))
            offers = dut.s_axis_video_tvalid.value == 1 and dut.s_axis_video_tuser.value == 1
            if offers and self._sizes:
                height, width = self._sizes[0]
                if dut.s_axis_video_tready.value == 1:
                    self._sizes.pop(0)
            dut.height.value, dut.width.value = height, width

    async def reset(self, clocks: int = 4) -> None:
        """Hold the reset for ``clocks`` clocks; forget what was sent and received."""
        self.dut.aresetn.value = 0
        self.ends.clear()
        self._sizes.clear()
        await ClockCycles(self.dut.aclk, clocks)
        self.dut.aresetn.value = 1
        await ClockCycles(self.dut.aclk, 2)
        self.ends.clear()
        self.errors.clear()

    def send(self, frames: list[Frame]) -> None:
        """Queue ``frames`` without a gap between them; the last beat of all must have TLAST."""
        self._sizes.extend((frame.height, frame.width) for frame in frames)
        self.ends.send(frames)

    async def check(self, frames: list[Frame]) -> None:
        """Send ``frames``, and compare what comes out, and the errors, with what must come.

        The last frame must be whole: the core finds some faults only when the next frame starts.

        Raises
        ------
        AssertionError
            If something differs; the pictures are then in build/difference.
        """
        self.errors.clear()
        self.send(frames)
        for frame in frames:
            if frame.pixels is not None:
                await self.check_next(frame)
        await ClockCycles(self.dut.aclk, 10)
        assert self.errors == counted(frames), f"errors {self.errors}, not {counted(frames)}"

    async def check_next(self, frame: Frame) -> None:
        """Compare the next frame that comes out with what must come of ``frame``.

        Raises
        ------
        AssertionError
            If they differ; the pictures are then in build/difference.
        """
        upsampler = self.settings.upsampler
        golden = upscale_format(frame.pixels, upsampler, self.settings.colour)
        await self.ends.compare_next(frame.pixels, golden, upsampler)
