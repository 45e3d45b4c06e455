"""Protocol tests of the core in cocotb, with the AXI4-Stream models of cocotbext-axi.

test_cocotb.py builds the core and runs this module; environment variables describe the core.
"""

import itertools
import os
import random
from pathlib import Path

import cocotb
import numpy as np
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, RisingEdge, with_timeout
from cocotbext.axi import AxiStreamBus, AxiStreamFrame, AxiStreamSink, AxiStreamSource

from hw.windows.guard import Error
from pictures import assert_same, photo_like
from sw.pictures import colour_formats
from sw.tables.files import load

PIXELS_PER_BEAT, COLOUR = int(os.environ["BEAT"]), os.environ["COLOUR"]
CHANNELS = colour_formats.CHANNELS[COLOUR]
TIMEOUT = int(os.environ["TIMEOUT"])
WATCHDOG_US = 2000


def picture(height, width, seed=0):
    """A picture of the colour format; in 4:2:2 an odd width is rounded up."""
    if COLOUR == "ycbcr422":
        width += width % 2
    return photo_like(height, width, CHANNELS, seed)


def blackened(frame, lines):
    """``frame`` with black behind its first ``lines`` lines."""
    frame = frame.copy()
    frame[lines:] = (0, *(128,) * (CHANNELS - 1)) if COLOUR.startswith("ycbcr") else 0
    return frame


class Bench:
    """Clock, reset, a source and a sink of video lines, and a log of the error output."""

    def __init__(self, dut, *, idle, stall, seed):
        self.dut = dut
        self.rng = random.Random(seed)
        self.upsampler = load(Path(os.environ["TABLE"]))
        cocotb.start_soon(Clock(dut.aclk, 10, "ns").start())
        # A frame of AXI4-Stream is a line of video.
        ends = {"clock": dut.aclk, "reset": dut.aresetn, "reset_active_level": False}
        self.source = AxiStreamSource(
            AxiStreamBus.from_prefix(dut, "s_axis_video"), **ends, byte_lanes=CHANNELS
        )
        self.sink = AxiStreamSink(
            AxiStreamBus.from_prefix(dut, "m_axis_video"),
            **ends,
            byte_lanes=CHANNELS * PIXELS_PER_BEAT,
        )
        self.source.set_pause_generator(self.rng.random() < idle for _ in itertools.count())
        self.sink.set_pause_generator(self.rng.random() < stall for _ in itertools.count())
        self.errors = []
        cocotb.start_soon(self.watch_errors())

    async def watch_errors(self):
        while True:
            await RisingEdge(self.dut.aclk)
            value = self.dut.error.value
            if value.is_resolvable and int(value):
                self.errors.append(int(value))

    async def reset(self):
        self.dut.width.value = self.dut.height.value = 0
        self.dut.aresetn.value = 0
        await ClockCycles(self.dut.aclk, 4)
        self.dut.aresetn.value = 1
        await ClockCycles(self.dut.aclk, 2)

    def send(self, frame, lines=None):
        """Queue a frame, or its first ``lines`` lines."""
        height, width = frame.shape[:2]
        self.dut.width.value, self.dut.height.value = width, height
        for y, line in enumerate(frame[:lines]):
            user = [int(y == x == 0) for x in range(width) for _ in range(CHANNELS)]
            self.source.send_nowait(AxiStreamFrame(tdata=line.tobytes(), tuser=user))

    async def receive(self, height, width):
        """Receive a frame of this LR size, check the positions of TUSER, and return its pixels."""
        r = self.upsampler.scale
        out = np.zeros((height * r, width * r, CHANNELS), np.uint8)
        for y in range(height * r):
            line = await with_timeout(self.sink.recv(compact=False), WATCHDOG_US, "us")
            pixels = np.frombuffer(bytes(line.tdata), np.uint8).reshape(-1, CHANNELS)
            assert len(pixels) == -(-width * r // PIXELS_PER_BEAT) * PIXELS_PER_BEAT
            user = line.tuser if isinstance(line.tuser, list) else [line.tuser] * len(line.tdata)
            assert [bool(flag) for flag in user[:: CHANNELS * PIXELS_PER_BEAT]] == [
                y == 0 and beat == 0 for beat in range(len(pixels) // PIXELS_PER_BEAT)
            ]
            out[y] = pixels[: width * r]
        return out

    async def check(self, frame, name):
        large = await self.receive(*frame.shape[:2])
        assert_same(colour_formats.upscale_format(frame, self.upsampler, COLOUR), large, name)


@cocotb.test()
@cocotb.parametrize(idle=[0, 0.5], stall=[0, 0.5])
async def frames_one_after_the_other(dut, idle, stall):
    bench = Bench(dut, idle=idle, stall=stall, seed=1)
    await bench.reset()
    for seed in range(3):
        frame = picture(3, 7, seed)
        bench.send(frame)
        await bench.check(frame, f"cocotb-frame{seed}")
    assert bench.errors == []


@cocotb.test()
async def another_size_each_time(dut):
    bench = Bench(dut, idle=0.2, stall=0.2, seed=2)
    await bench.reset()
    for seed, size in enumerate([(1, 1), (2, 9), (5, 3)]):
        frame = picture(*size, seed)
        bench.send(frame)
        await bench.check(frame, f"cocotb-size{seed}")
    assert bench.errors == []


@cocotb.test()
@cocotb.parametrize(idle=[0, 0.4], stall=[0, 0.4])
async def a_frame_cut_short(dut, idle, stall):
    bench = Bench(dut, idle=idle, stall=stall, seed=3)
    await bench.reset()
    cut, whole = (picture(4, 6, seed) for seed in range(2))
    bench.send(cut, lines=2)
    bench.send(whole)
    cut = blackened(cut, 2)
    await bench.check(cut, "cocotb-cut")
    await bench.check(whole, "cocotb-after-cut")
    assert bench.errors == [Error.FRAME_EARLY.value]


@cocotb.test()
@cocotb.parametrize(stall=[0, 0.4])
async def a_frame_that_stops(dut, stall):
    bench = Bench(dut, idle=0, stall=stall, seed=6)
    await bench.reset()
    cut, whole = (picture(4, 6, seed) for seed in range(2))
    bench.send(cut, lines=2)
    await ClockCycles(dut.aclk, 2000)
    assert bench.errors == ([Error.TIMEOUT.value] if TIMEOUT else [])
    cut = blackened(cut, 2)
    if TIMEOUT:
        await bench.check(cut, "cocotb-stopped")
    bench.send(whole)
    if not TIMEOUT:
        await bench.check(cut, "cocotb-stopped")
    await bench.check(whole, "cocotb-after-stop")
    assert bench.errors == [(Error.TIMEOUT if TIMEOUT else Error.FRAME_EARLY).value]


@cocotb.test()
async def a_reset_in_the_middle(dut):
    bench = Bench(dut, idle=0, stall=0, seed=4)
    await bench.reset()
    bench.send(picture(5, 8), lines=3)
    await ClockCycles(dut.aclk, 60)
    await bench.reset()
    bench.sink.clear()
    bench.source.clear()
    frame = picture(3, 5, 1)
    bench.send(frame)
    await bench.check(frame, "cocotb-after-reset")


@cocotb.test()
async def a_size_over_the_maximum(dut):
    bench = Bench(dut, idle=0, stall=0, seed=5)
    await bench.reset()
    bench.send(picture(2, 9))
    dut.width.value = 1000
    await ClockCycles(dut.aclk, 60)
    assert bench.errors == [Error.SIZE.value]
    frame = picture(2, 5)
    bench.send(frame)
    await bench.check(frame, "cocotb-after-size")
