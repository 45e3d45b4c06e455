"""The tests of the registers themselves, in the simulation."""

import cocotb
import numpy as np
from cocotb.handle import HierarchyObject
from cocotb.triggers import ClockCycles, RisingEdge, with_timeout
from cocotbext.axi import AxiResp, AxiStreamFrame

from sim.cocotb_bench.controlled import MAP, ControlledBench
from sim.cocotb_bench.controlled_checks import one_frame
from sim.cocotb_bench.settings import Settings
from sw.pictures.colour_formats import CHANNELS
from sw.tables.pack import entry_words, shape_digest

SETTINGS = Settings.from_environment()


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
