"""The tests that ``python -m sim cocotb`` runs, in the simulation."""

import cocotb
import numpy as np
from cocotb.handle import HierarchyObject
from cocotb.triggers import ClockCycles

from hw.windows.guard import Error
from sim.bench.random_frames import random_frame
from sim.cocotb_bench.bench import Bench
from sim.cocotb_bench.frames import cut, random_frames, whole
from sim.cocotb_bench.settings import Settings

SETTINGS = Settings.from_environment()


def even(width: int) -> int:
    """A width that the colour format allows."""
    return width + width % 2 if SETTINGS.colour == "ycbcr422" else width


@cocotb.test()
@cocotb.parametrize(idle=[0, 0.5], stall=[0, 0.5])
async def random_frames_equal_the_model(dut: HierarchyObject, idle: float, stall: float) -> None:
    """Frames of all sizes, whole and broken, without a gap."""
    rng = np.random.default_rng(SETTINGS.seed)
    bench = Bench(dut, SETTINGS, idle=idle, stall=stall, seed=SETTINGS.seed)
    await bench.reset()
    await bench.check(random_frames(rng, SETTINGS.frames, SETTINGS))


@cocotb.test()
async def the_largest_frame(dut: HierarchyObject) -> None:
    """A frame as wide as possible, of few lines."""
    rng = np.random.default_rng(SETTINGS.seed + 1)
    bench = Bench(dut, SETTINGS, idle=0, stall=0.1, seed=SETTINGS.seed + 1)
    await bench.reset()
    size = min(SETTINGS.max_height, 4), SETTINGS.max_width
    frame = random_frame(rng, (*size, SETTINGS.channels), SETTINGS.sample_bits)
    await bench.check([whole(frame, SETTINGS)] * 2)


@cocotb.test()
@cocotb.parametrize(stall=[0, 0.4])
async def a_frame_that_stops(dut: HierarchyObject, stall: float) -> None:
    """With a time-out it is completed after it, otherwise when the next frame starts."""
    rng = np.random.default_rng(SETTINGS.seed + 2)
    bench = Bench(dut, SETTINGS, idle=0, stall=stall, seed=SETTINGS.seed + 2)
    await bench.reset()
    height, width = min(4, SETTINGS.max_height), min(even(5), SETTINGS.max_width)
    if height == 1:
        return  # a frame stops behind a whole line here, since the source cannot end without TLAST
    shape, bits = (height, width, SETTINGS.channels), SETTINGS.sample_bits
    error = Error.TIMEOUT if SETTINGS.frame_timeout else Error.FRAME_EARLY
    line = -(-width // SETTINGS.input_pixels_per_beat)  # beats
    stopped = cut(random_frame(rng, shape, bits), line, SETTINGS, error)
    after = whole(random_frame(rng, shape, bits), SETTINGS)
    bench.send([stopped])
    await ClockCycles(dut.aclk, SETTINGS.frame_timeout + 1000)
    if SETTINGS.frame_timeout:
        await bench.check_next(stopped)
    bench.send([after])
    if not SETTINGS.frame_timeout:
        await bench.check_next(stopped)
    await bench.check_next(after)
    assert bench.errors == {error: 1}


@cocotb.test()
@cocotb.parametrize(stall=[0, 0.6])
async def resets(dut: HierarchyObject, stall: float) -> None:
    """Resets of 1 to 5 clocks at random times; behind them everything is as new."""
    rng = np.random.default_rng(SETTINGS.seed + 3)
    bench = Bench(dut, SETTINGS, idle=0.1, stall=stall, seed=SETTINGS.seed + 3)
    await bench.reset()
    for number in range(SETTINGS.frames):
        bench.send(random_frames(rng, 3, SETTINGS))
        await ClockCycles(dut.aclk, int(rng.integers(1, 40 * (number + 1))))
        await bench.reset(int(rng.integers(1, 6)))
        await bench.check(random_frames(rng, 1, SETTINGS))
