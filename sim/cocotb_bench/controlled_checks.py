"""The tests of a core with registers, in the simulation."""

from collections import deque
from dataclasses import replace

import cocotb
import numpy as np
from cocotb.handle import HierarchyObject
from cocotb.triggers import ClockCycles, RisingEdge, with_timeout
from cocotbext.axi import AxiResp, AxiStreamFrame

from hw.control.table_loader import Refusal, State
from hw.windows.guard import Error
from sim.bench.random_frames import random_frame
from sim.cocotb_bench.controlled import MAP, ControlledBench
from sim.cocotb_bench.frames import Frame, cut, refused, whole, wrong_last
from sim.cocotb_bench.settings import Settings
from sw.pictures.colour_formats import CHANNELS
from sw.tables.pack import entry_words, packed, shape_digest
from sw.tables.spec import Upsampler

SETTINGS = Settings.from_environment()

EVENTS = {
    Error.SIZE: ("size_error", "SIZE_ERRORS"),
    Error.LINE_EARLY: ("line_early", "LINES_EARLY"),
    Error.FRAME_EARLY: ("frame_early", "FRAMES_EARLY"),
}
"""The event, and the register that counts it, of the errors that are provoked here."""


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
@cocotb.parametrize(pause=[0, 0.5])
async def registers_say_what_the_core_is(dut: HierarchyObject, pause: float) -> None:
    """Constants, values after the reset, and accesses that have no register or no right."""
    bench = ControlledBench(dut, SETTINGS, pause=pause, seed=SETTINGS.seed)
    await bench.begin()
    upsampler = SETTINGS.upsampler
    size = {"width": SETTINGS.max_width, "height": SETTINGS.max_height}
    assert (await bench.read("ID"))["id"].to_bytes(4, "big") == b"SRLT"
    assert await bench.read("MAX_SIZE") == size
    capabilities = await bench.read("CAPABILITIES")
    assert capabilities["scale"] == upsampler.scale
    assert capabilities["colour"] == list(CHANNELS).index(SETTINGS.colour)
    assert capabilities["sample_bits"] == SETTINGS.sample_bits
    assert capabilities["input_beat"] == SETTINGS.input_pixels_per_beat
    assert capabilities["output_beat"] == SETTINGS.pixels_per_beat
    assert capabilities["reload"] == SETTINGS.reload
    table = {"TABLE_LENGTH": entry_words(upsampler) + 3, "TABLE_SHAPE": shape_digest(upsampler)}
    for name, value in table.items():
        (found,) = (await bench.read(name)).values()
        assert found == (value if SETTINGS.reload else 0), name
    assert await bench.read("CONTROL") == {"enable": 0, "bypass": 0}
    assert await bench.read("SIZE") == {"width": 0, "height": 0}
    assert not any((await bench.read("STATUS")).values())
    # Read-only, write-only, and reserved.
    before = await bench.read("CAPABILITIES")
    response = await bench.master.write(MAP["CAPABILITIES"].offset, b"\xff\xff\xff\xff")
    assert response.resp == AxiResp.SLVERR
    assert await bench.read("CAPABILITIES") == before
    for offset in (MAP["TABLE_DATA"].offset, 0x2C, 0x7C):
        response = await bench.master.read(offset, 4)
        assert response.resp == AxiResp.SLVERR, hex(offset)
    response = await bench.master.write(0x7C, b"\xff\xff\xff\xff")
    assert response.resp == AxiResp.SLVERR
    # Single bytes.
    await bench.write("SIZE", width=0x1234, height=0x5678)
    await bench.master.write(MAP["SIZE"].offset + 1, b"\xab")
    assert await bench.read("SIZE") == {"width": 0xAB34, "height": 0x5678}


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
    for error, (event, register) in EVENTS.items():
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
async def enable_and_interrupt(dut: HierarchyObject) -> None:
    """A core that is not enabled takes no frame; the interrupt follows events and their enable."""
    rng = np.random.default_rng(SETTINGS.seed + 2)
    bench = ControlledBench(dut, SETTINGS, seed=SETTINGS.seed + 2)
    await bench.begin()
    frame = one_frame(rng)
    golden = await bench.send(frame)
    await ClockCycles(dut.aclk, 2000)
    assert await bench.read("STATUS") == {"busy": 0, "bypassed": 0, "waits": 1}
    assert bench.ends.sink.empty()
    await bench.write("INTERRUPT_ENABLE", frame_done=1)
    assert dut.interrupt.value == 0
    await bench.write("CONTROL", enable=1)
    await bench.compare(frame, golden)
    if dut.interrupt.value == 0:
        await with_timeout(RisingEdge(dut.interrupt), 1, "us")
    assert (await bench.read("EVENTS"))["frame_done"]
    await bench.write("EVENTS", size_error=1)
    assert dut.interrupt.value == 1
    await bench.write("EVENTS", frame_done=1)
    await ClockCycles(dut.aclk, 2)
    assert dut.interrupt.value == 0
    assert not (await bench.read("EVENTS"))["frame_done"]
    # Not enabled any more: the frame on its way is finished, the next one waits.
    first, second = one_frame(rng), one_frame(rng)
    golden_first = await bench.send(first)
    await bench.ends.source.wait()
    await bench.write("CONTROL", enable=0)
    await bench.write("SIZE", width=second.width, height=second.height)
    bench.ends.send([second])  # the core does not let it in
    await bench.compare(first, golden_first)
    await ClockCycles(dut.aclk, 1000)
    assert bench.ends.sink.empty()
    assert (await bench.read("STATUS"))["waits"]
    assert (await bench.read("FRAME_CLOCKS"))["clocks"] > 0


@cocotb.test()
async def a_count_of_errors_stays_at_its_largest_value(dut: HierarchyObject) -> None:
    """More frames of size 0 than a counter has values; a write clears it."""
    bench = ControlledBench(dut, SETTINGS, seed=SETTINGS.seed + 5)
    await bench.begin()
    await bench.write("CONTROL", enable=1)
    beat = bytes(bench.ends.source.byte_lanes)
    count = 0x10000 + 10
    frame = AxiStreamFrame(tdata=beat * count, tuser=[1] * (len(beat) * count))
    await bench.ends.source.send(frame)
    await bench.frame_entered()
    await ClockCycles(dut.aclk, 20)
    assert (await bench.read("SIZE_ERRORS"))["count"] == 0xFFFF
    assert (await bench.read("EVENTS"))["size_error"]
    await bench.write("SIZE_ERRORS", count=5)
    assert (await bench.read("SIZE_ERRORS"))["count"] == 0
    assert not (await bench.read("STATUS"))["busy"]


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
