"""The two ends of the video: a source and a sink of AXI4-Stream, and the comparison."""

from __future__ import annotations

import itertools
import logging
import random
from collections.abc import Iterator

import numpy as np
from cocotb.handle import HierarchyObject
from cocotb.triggers import with_timeout
from cocotbext.axi import AxiStreamBus, AxiStreamFrame, AxiStreamSink, AxiStreamSource

from sim.bench.compare import compare, explain, save_difference
from sim.bench.packing import unpack
from sim.cocotb_bench.frames import Frame
from sim.cocotb_bench.settings import Settings
from sw.places import BUILD
from sw.tables.samples import sample_dtype
from sw.tables.spec import Upsampler

WATCHDOG_US = 2000
"""A line comes within so much time; a clock takes 10 ns."""

DIFFERENCE = BUILD / "difference"


class VideoEnds:
    """Send frames to ``s_axis_video``, take frames from ``m_axis_video``, compare them.

    Parameters
    ----------
    dut : HierarchyObject
        The top.
    settings : Settings
    rng : random.Random
        For the pauses.
    idle, stall : float
        Probability in each clock that the source offers nothing, that the sink is not ready.
    """

    def __init__(
        self,
        dut: HierarchyObject,
        settings: Settings,
        rng: random.Random,
        *,
        idle: float,
        stall: float,
    ) -> None:
        self.settings, self.rng = settings, rng
        has_tkeep = hasattr(dut, "m_axis_video_tkeep")
        assert has_tkeep == settings.tkeep, "the top has TKEEP if and only if --tkeep is given"
        # A frame of AXI4-Stream is a line of video.
        ends = {"clock": dut.aclk, "reset": dut.aresetn, "reset_active_level": False}
        bits = settings.channels * settings.sample_bits
        self.beat_bytes = -(-bits * settings.pixels_per_beat // 8)
        self.source = AxiStreamSource(
            AxiStreamBus.from_prefix(dut, "s_axis_video"),
            **ends,
            byte_lanes=-(-bits * settings.input_pixels_per_beat // 8),
        )
        # The model takes the number of bytes from TKEEP, and no other, if there is one.
        lanes = {} if settings.tkeep else {"byte_lanes": self.beat_bytes}
        self.sink = AxiStreamSink(AxiStreamBus.from_prefix(dut, "m_axis_video"), **ends, **lanes)
        # They log the bytes of every line.
        self.source.log.setLevel(logging.WARNING)
        self.sink.log.setLevel(logging.WARNING)
        self.source.set_pause_generator(self._pauses(idle))
        self.sink.set_pause_generator(rng.random() < stall for _ in itertools.count())

    def clear(self) -> None:
        """Forget what was queued and received."""
        self.source.clear()
        self.sink.clear()

    def _pauses(self, idle: float) -> Iterator[bool]:
        """Pauses of the source, none long enough for the time-out."""
        longest = self.settings.frame_timeout // 2 or 1000
        rested = 0
        while True:
            rests = self.rng.random() < idle and rested < longest
            rested = rested + 1 if rests else 0
            yield rests

    def send(self, frames: list[Frame]) -> None:
        """Queue ``frames`` without a gap between them; the last beat of all must have TLAST.

        The model of the source ends with TLAST whatever it sends.
        """
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
            If a line is too long or too short, TUSER or TKEEP is wrong, or a beat not padded with
            0.
        """
        settings, r = self.settings, self.settings.upsampler.scale
        beat, channels = settings.pixels_per_beat, settings.channels
        beats = -(-width * r // beat)
        bits = settings.sample_bits
        out = np.zeros((height * r, width * r, channels), sample_dtype(bits))
        for y in range(height * r):
            line = await with_timeout(self.sink.recv(compact=False), WATCHDOG_US, "us")
            data = np.frombuffer(bytes(line.tdata), np.uint8).reshape(-1, self.beat_bytes)
            pixels = unpack(data, beat * channels, bits).reshape(-1, channels)
            assert len(pixels) == beats * beat, f"line {y}: {len(pixels)} pixels with padding"
            user = line.tuser if isinstance(line.tuser, list) else [line.tuser] * len(line.tdata)
            first = [bool(flag) for flag in user[:: self.beat_bytes]]
            assert first == [y == 0, *[False] * (beats - 1)], f"line {y}: TUSER is wrong"
            assert not pixels[width * r :].any(), f"line {y}: the padding is not 0"
            if settings.tkeep:
                # A byte belongs to the pixel of its lowest bit.
                places = [8 * byte // (channels * bits) for byte in range(self.beat_bytes)]
                keep = [
                    int(number * beat + place < width * r)
                    for number in range(beats)
                    for place in places
                ]
                assert [int(bit) for bit in line.tkeep] == keep, f"line {y}: TKEEP is wrong"
            out[y] = pixels[: width * r]
        return out

    async def compare_next(
        self, frame: np.ndarray, golden: np.ndarray, upsampler: Upsampler
    ) -> None:
        """Compare the next frame that comes out with ``golden``.

        Parameters
        ----------
        frame : ndarray of samples, shape (height, width, channels)
            The LR frame.
        golden : ndarray of samples, shape (r·height, r·width, channels)
        upsampler : Upsampler
            What explains a difference.

        Raises
        ------
        AssertionError
            If they differ; the pictures are then in build/difference.
        """
        got = [await self.receive(*frame.shape[:2])]
        verdict = compare([golden], got)
        if verdict.different:
            save_difference(verdict, [golden], got, DIFFERENCE, upsampler.sample_bits)
            first = explain(verdict, [frame], [golden], got, upsampler)
            raise AssertionError(
                f"{verdict.different} of {verdict.samples} samples differ, pictures in "
                f"{DIFFERENCE}; {first}"
            )
