"""The bench: clock, reset, source, sink, size inputs, a log of errors, and the comparison."""

from __future__ import annotations

import itertools
import logging
import random
from collections import Counter
from collections.abc import Iterator

import cocotb
import numpy as np
from cocotb.clock import Clock
from cocotb.handle import HierarchyObject
from cocotb.triggers import ClockCycles, FallingEdge, with_timeout
from cocotbext.axi import AxiStreamBus, AxiStreamFrame, AxiStreamSink, AxiStreamSource

from hw.windows.guard import Error
from sim.bench.compare import compare, explain, save_difference
from sim.cocotb_bench.frames import Frame, counted
from sim.cocotb_bench.settings import Settings
from sw.pictures.colour_formats import upscale_format
from sw.places import BUILD

WATCHDOG_US = 2000
"""A line comes within so much time; a clock takes 10 ns."""

DIFFERENCE = BUILD / "difference"


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
        has_tkeep = hasattr(dut, "m_axis_video_tkeep")
        assert has_tkeep == settings.tkeep, "the top has TKEEP if and only if --tkeep is given"
        self.rng = random.Random(seed)
        cocotb.start_soon(Clock(dut.aclk, 10, "ns").start())
        # A frame of AXI4-Stream is a line of video.
        ends = {"clock": dut.aclk, "reset": dut.aresetn, "reset_active_level": False}
        pixel = settings.channels
        self.source = AxiStreamSource(
            AxiStreamBus.from_prefix(dut, "s_axis_video"),
            **ends,
            byte_lanes=pixel * settings.input_pixels_per_beat,
        )
        # The model takes the number of bytes from TKEEP, and no other, if there is one.
        lanes = {} if settings.tkeep else {"byte_lanes": pixel * settings.pixels_per_beat}
        self.sink = AxiStreamSink(AxiStreamBus.from_prefix(dut, "m_axis_video"), **ends, **lanes)
        # They log the bytes of every line.
        self.source.log.setLevel(logging.WARNING)
        self.sink.log.setLevel(logging.WARNING)
        self.source.set_pause_generator(self._pauses(idle))
        self.sink.set_pause_generator(self.rng.random() < stall for _ in itertools.count())
        self.errors: Counter[Error] = Counter()
        self._sizes: list[tuple[int, int]] = []
        cocotb.start_soon(self._watch())

    def _pauses(self, idle: float) -> Iterator[bool]:
        """Pauses of the source, none long enough for the time-out."""
        longest = self.settings.frame_timeout // 2 or 1000
        rested = 0
        while True:
            rests = self.rng.random() < idle and rested < longest
            rested = rested + 1 if rests else 0
            yield rests

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
        self.source.clear()
        self._sizes.clear()
        await ClockCycles(self.dut.aclk, clocks)
        self.dut.aresetn.value = 1
        await ClockCycles(self.dut.aclk, 2)
        self.source.clear()
        self.sink.clear()
        self.errors.clear()

    def send(self, frames: list[Frame]) -> None:
        """Queue ``frames`` without a gap between them; the last beat of all must have TLAST.

        The model of the source ends with TLAST whatever it sends.
        """
        self._sizes.extend((frame.height, frame.width) for frame in frames)
        data, user = bytearray(), []
        beats = [beat for frame in frames for beat in frame.beats]
        assert beats[-1].last, "the last beat must have TLAST"
        for beat in beats:
            data += beat.pixels
            user += [int(beat.first)] * len(beat.pixels)
            if beat.last:
                self.source.send_nowait(AxiStreamFrame(tdata=bytes(data), tuser=user))
                data, user = bytearray(), []

    async def receive(self, height: int, width: int) -> np.ndarray:
        """Take the enlarged frame of an LR frame of this size.

        Raises
        ------
        AssertionError
            If a line is too long or too short, TUSER or TKEEP is wrong, or the last beat not padded
            with 0.
        """
        settings, r = self.settings, self.settings.upsampler.scale
        beat, channels = settings.pixels_per_beat, settings.channels
        beats = -(-width * r // beat)
        out = np.zeros((height * r, width * r, channels), np.uint8)
        for y in range(height * r):
            line = await with_timeout(self.sink.recv(compact=False), WATCHDOG_US, "us")
            pixels = np.frombuffer(bytes(line.tdata), np.uint8).reshape(-1, channels)
            assert len(pixels) == beats * beat, f"line {y}: {len(pixels)} pixels with padding"
            user = line.tuser if isinstance(line.tuser, list) else [line.tuser] * len(line.tdata)
            first = [bool(flag) for flag in user[:: channels * beat]]
            assert first == [y == 0, *[False] * (beats - 1)], f"line {y}: TUSER is wrong"
            assert not pixels[width * r :].any(), f"line {y}: the padding is not 0"
            if settings.tkeep:
                inside, size = width * r * channels, beats * beat * channels
                keep = [int(byte < inside) for byte in range(size)]
                assert [int(bit) for bit in line.tkeep] == keep, f"line {y}: TKEEP is wrong"
            out[y] = pixels[: width * r]
        return out

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
        got = [await self.receive(frame.height, frame.width)]
        golden = [upscale_format(frame.pixels, upsampler, self.settings.colour)]
        verdict = compare(golden, got)
        if verdict.different:
            save_difference(verdict, golden, got, DIFFERENCE)
            first = explain(verdict, [frame.pixels], golden, got, upsampler)
            raise AssertionError(
                f"{verdict.different} of {verdict.samples} samples differ, pictures in "
                f"{DIFFERENCE}; {first}"
            )
