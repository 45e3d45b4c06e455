"""The tests of a core with registers, in the simulation."""

import itertools
from collections import deque
from dataclasses import replace

import cocotb
import numpy as np
from cocotb.handle import HierarchyObject
from cocotb.triggers import ClockCycles, FallingEdge

from hw.control.registers import ERRORS
from hw.control.table_loader import Refusal, State
from hw.core_timing import latency
from hw.windows.guard import Error
from sim.bench.random_frames import random_frame
from sim.cocotb_bench.controlled import ControlledBench
from sim.cocotb_bench.frames import Frame, cut, refused, whole, wrong_last
from sim.cocotb_bench.settings import Settings
from sw.tables.pack import packed
from sw.tables.spec import Upsampler

SETTINGS = Settings.from_environment()


def other_tables(rng: np.random.Generator, upsampler: Upsampler) -> Upsampler:
    """``upsampler`` with its entries mixed up."""
    return replace(
        upsampler,
        stages=tuple(
            replace(
                stage,
                tables=tuple(
                    replace(
                        table,
                        entries=rng.permutation(table.entries.ravel()).reshape(table.entries.shape),
                    )
                    for table in stage.tables
                ),
            )
            for stage in upsampler.stages
        ),
    )


def one_frame(rng: np.random.Generator, *, broken: float = 0) -> Frame:
    """A frame of a random size, with probability ``broken`` one that is not whole."""
    height = int(rng.integers(1, min(5, SETTINGS.max_height) + 1))
    width = int(rng.integers(1, min(12, SETTINGS.max_width) + 1))
    if SETTINGS.colour == "ycbcr422":
        width += width % 2
    pixels = random_frame(rng, (height, width, SETTINGS.channels), SETTINGS.sample_bits)
    line = -(-width // SETTINGS.input_pixels_per_beat)  # beats
    if rng.random() >= broken:
        return whole(pixels, SETTINGS)
    kind = rng.integers(3)
    if kind == 0:
        size = [(0, width), (height, 0), (SETTINGS.max_height + 1, width)][rng.integers(3)]
        return refused(pixels, *size, SETTINGS)
    if kind == 1 and height > 1:
        return cut(pixels, line * int(rng.integers(1, height)), SETTINGS, Error.FRAME_EARLY)
    if kind == 2 and line > 1:
        return wrong_last(pixels, line * int(rng.integers(height)), SETTINGS)
    return whole(pixels, SETTINGS)


async def compare_all(bench: ControlledBench, expected: deque, count: int) -> None:
    """Compare ``count`` frames that come out with those that were sent."""
    for _ in range(count):
        while not expected:
            await ClockCycles(bench.dut.aclk, 10)
        frame, golden = expected.popleft()
        if golden is not None:
            await bench.compare(frame, golden)


@cocotb.test()
@cocotb.parametrize(idle=[0, 0.5], stall=[0, 0.5])
async def frames_and_settings(dut: HierarchyObject, idle: float, stall: float) -> None:
    """Whole and broken frames; between them the bypass changes, tables are loaded, or refused."""
    rng = np.random.default_rng(SETTINGS.seed + 1)
    bench = ControlledBench(
        dut, SETTINGS, idle=idle, stall=stall, pause=idle / 2, seed=SETTINGS.seed + 1
    )
    await bench.begin()
    await bench.write("CONTROL", enable=1)
    count, expected, frames = SETTINGS.frames, deque(), []
    comparing = cocotb.start_soon(compare_all(bench, expected, count))
    loads = refusals = 0
    for number in range(count):
        choice = rng.integers(6)
        if choice == 0:
            await bench.set_bypass(not bench.bypass)
        elif choice in (1, 2) and SETTINGS.reload and await _can_start(bench):
            tables = other_tables(rng, SETTINGS.upsampler)
            if choice == 1:
                await bench.load(tables)
                loads += 1
            else:
                data = bytearray(packed(tables))
                data[rng.integers(8, len(data))] ^= 1 << rng.integers(8)
                await bench.load_words(bytes(data))
                await bench.write("TABLE_CONTROL", commit=1)
                status = await bench.read("TABLE_STATUS")
                assert status["refused"] == Refusal.CHECKSUM.value
                refusals += 1
        # The core finds some faults only when the next frame starts.
        frame = one_frame(rng, broken=0 if number == count - 1 else 0.4)
        golden = await bench.send(frame)
        frames.append(frame)
        expected.append((frame, golden))
    await comparing
    assert not (await bench.read("STATUS"))["busy"]
    events = await bench.read("EVENTS")
    for error, (event, register) in ERRORS.items():
        happened = sum(frame.errors == error for frame in frames)
        assert (await bench.read(register))["count"] == happened, register
        assert events[event] == (happened > 0)
    accepted = sum(frame.pixels is not None for frame in frames)
    assert (await bench.read("FRAMES"))["count"] == accepted
    if SETTINGS.reload:
        await bench.wait_for_table()
        events = await bench.read("EVENTS")
        assert events["table_loaded"] == (loads > 0)
        assert events["table_refused"] == (refusals > 0)
        checksum = int.from_bytes(packed(bench.upsampler)[-4:], "little")
        assert (await bench.read("TABLE_CHECKSUM"))["checksum"] == checksum


async def _can_start(bench: ControlledBench) -> bool:
    """Whether a start has an effect: it has none while a table is copied.

    A table that waits stays out of play, because a start would withdraw it.
    """
    return (await bench.read("TABLE_STATUS"))["state"] == State.IDLE.value


@cocotb.test()
async def clocks_are_the_ones_that_are_said(dut: HierarchyObject) -> None:
    """The latency of the largest frame, and what FRAME_CLOCKS says behind a second one."""
    rng = np.random.default_rng(SETTINGS.seed + 6)
    bench = ControlledBench(dut, SETTINGS, seed=SETTINGS.seed + 6)
    await bench.begin()
    await bench.write("CONTROL", enable=1)
    shape = SETTINGS.max_height, SETTINGS.max_width, SETTINGS.channels
    clocks = {"s_axis_video": [], "m_axis_video": [], "last": []}
    watching = cocotb.start_soon(_watch(dut, clocks))
    for _ in range(2):
        frame = whole(random_frame(rng, shape, SETTINGS.sample_bits), SETTINGS)
        await bench.compare(frame, await bench.send(frame))
    watching.cancel()
    expected = latency(SETTINGS.params, SETTINGS.max_width, SETTINGS.max_height)
    assert clocks["m_axis_video"][0] - clocks["s_axis_video"][0] == expected
    lines = SETTINGS.upsampler.scale * SETTINGS.max_height
    between = clocks["last"][2 * lines - 1] - clocks["last"][lines - 1]
    assert (await bench.read("FRAME_CLOCKS"))["clocks"] == between


async def _watch(dut: HierarchyObject, clocks: dict[str, list[int]]) -> None:
    """Note the clocks of the beats at both ends, and of the last beats of HR lines."""
    for clock in itertools.count():
        await FallingEdge(dut.aclk)
        for end in ("s_axis_video", "m_axis_video"):
            valid, ready = (getattr(dut, f"{end}_{name}").value for name in ("tvalid", "tready"))
            if valid == ready == 1:
                clocks[end].append(clock)
                if end == "m_axis_video" and dut.m_axis_video_tlast.value == 1:
                    clocks["last"].append(clock)


@cocotb.test()
@cocotb.parametrize(stall=[0, 0.6])
async def resets(dut: HierarchyObject, stall: float) -> None:
    """Resets at random times, also while a table is copied; its copy goes on."""
    rng = np.random.default_rng(SETTINGS.seed + 3)
    bench = ControlledBench(dut, SETTINGS, idle=0.1, stall=stall, seed=SETTINGS.seed + 3)
    await bench.begin()
    for number in range(SETTINGS.frames // 2):
        await bench.write("CONTROL", enable=1)
        if SETTINGS.reload and number % 2:
            await bench.load(other_tables(rng, SETTINGS.upsampler))
            if number % 4 == 1:
                while (await bench.read("TABLE_STATUS"))["state"] == State.WAITING.value:
                    pass
            else:
                await bench.wait_for_table()
        await bench.send(one_frame(rng))
        await ClockCycles(dut.aclk, int(rng.integers(1, 30 * (number + 1))))
        await bench.reset(int(rng.integers(1, 6)))
        assert await bench.read("CONTROL") == {"enable": 0, "bypass": 0}
        await bench.write("CONTROL", enable=1)
        frame = one_frame(rng)
        await bench.compare(frame, await bench.send(frame))


@cocotb.test()
async def the_time_to_load_a_table(dut: HierarchyObject) -> None:
    """Clocks for a table by writes without a pause, the copy included."""
    if not SETTINGS.reload:
        return
    bench = ControlledBench(dut, SETTINGS, seed=SETTINGS.seed + 4)
    await bench.begin()
    started = cocotb.utils.get_sim_time("ns")
    await bench.load(SETTINGS.upsampler)
    await bench.wait_for_table()
    clocks = int(cocotb.utils.get_sim_time("ns") - started) // 10
    words = (await bench.read("TABLE_LENGTH"))["words"]
    dut._log.info("table of %d words: %d clocks from the start to its use", words, clocks)
    assert clocks < 4 * words + 1000
