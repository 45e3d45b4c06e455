import numpy as np
import pytest
from amaranth.sim import Simulator

from blocks import make_params, unpack
from hw.output.line_writer import LineWriter

WIDTHS = [5, 16, 1, 3]
"""LR pixels of the lines; each line is a frame."""

WATCHDOG = 5000
"""Clocks after which the test is given up."""


def run(params, lines, stall):
    """Write lines of blocks r², each in the clock that takes its credit.

    Returns the beats, each as its pixels and line_last, and the clocks from the last block of the
    first line to the first beat.
    """
    dut = LineWriter(params)
    rng = np.random.default_rng(0)
    beats, delays = [], []
    last_block = None

    async def source(ctx):
        for line in lines:
            for x, block in enumerate(line):
                while not ctx.get(dut.credit):
                    await ctx.tick()
                last = x == len(line) - 1
                ctx.set(dut.i.payload, [[block]])
                for flag in (dut.start_last, dut.tag.line_last, dut.tag.frame_last):
                    ctx.set(flag, last)
                ctx.set(dut.start, 1)
                ctx.set(dut.i.valid, 1)
                await ctx.tick()
                ctx.set(dut.start, 0)
                ctx.set(dut.i.valid, 0)

    async def sink(ctx):
        nonlocal last_block
        frames = 0
        for clock in range(WATCHDOG):
            ctx.set(dut.o.ready, rng.random() >= stall)
            signals = dut.i.valid, dut.tag.line_last, dut.o.valid, dut.o.ready, dut.o.payload
            _, _, arrives, last, valid, ready, beat = await ctx.tick().sample(*signals)
            if arrives and last and last_block is None:
                last_block = clock
            if valid and not delays:
                delays.append(clock - last_block)
            if valid and ready:
                beats.append((unpack(beat.pixels), bool(beat.line_last)))
                frames += beat.frame_last
            if frames == len(lines):
                return

    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    simulator.add_testbench(source, background=True)
    simulator.add_testbench(sink)
    simulator.run()
    return beats, delays[0]


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("pixels_per_beat", [1, 4, 16])
@pytest.mark.parametrize("stall", [0, 0.5])
def test_lines_in_raster_order(scale, pixels_per_beat, stall):
    params = make_params("V", 6, scale, channels=1, lanes=4, pixels_per_beat=pixels_per_beat)
    rng = np.random.default_rng(1)
    lines = [rng.integers(0, 256, (width, params.block)).tolist() for width in WIDTHS]
    beats, delay = run(params, lines, stall)
    expected = []
    for line in lines:
        for row in np.reshape(line, (len(line), scale, scale)).transpose(1, 0, 2):
            padded = np.zeros(-(-row.size // pixels_per_beat) * pixels_per_beat, int)
            padded[: row.size] = row.ravel()
            row_beats = padded.reshape(-1, pixels_per_beat, 1).tolist()
            expected += [(beat, n == len(row_beats) - 1) for n, beat in enumerate(row_beats)]
    assert beats == expected
    assert delay == LineWriter.delay(params)
