from collections import deque
from itertools import count

import numpy as np
import pytest
from amaranth.sim import Simulator

from blocks import NINE, make_params, unpack
from hw.output.pixel_queue import PixelQueue

CLOCKS, COUNT = 17, 60
"""Clocks from the start of a beat to its last block; number of beats."""

WATCHDOG = 10_000
"""Clocks after which the test is given up."""


def run(params, stall):
    """Start beats whenever there is credit, and compare the output.

    Returns how often there was no credit, and the clocks from the first block to the first output.
    """
    dut = PixelQueue(params, clocks=CLOCKS)
    rng = np.random.default_rng(0)
    blocks = rng.integers(
        0, 256, (COUNT, params.colour_steps, params.maps_out, params.sample_lanes, 1)
    )
    got, refusals = [], []
    first_block = first_output = None

    async def source(ctx):
        pipeline = deque([None] * CLOCKS)
        number = step = 0
        while number < COUNT or any(stage is not None for stage in pipeline):
            # The steps of a beat follow each other; only the first needs a credit.
            advance = number < COUNT and (step > 0 or bool(ctx.get(dut.credit)))
            refusals.append(number < COUNT and not advance)
            ctx.set(dut.start, advance and step == 0)
            pipeline.append((number, step) if advance else None)
            if advance:
                number, step = (number, step + 1) if step < params.steps - 1 else (number + 1, 0)
            arriving = pipeline.popleft()
            # A block comes after the last rotation step of its colour step.
            rotation_steps = params.rotation_steps
            complete = arriving is not None and arriving[1] % rotation_steps == rotation_steps - 1
            ctx.set(dut.i.valid, complete)
            if complete:
                beat, colour_step = arriving[0], arriving[1] // rotation_steps
                ctx.set(dut.i.payload, blocks[beat, colour_step].tolist())
                ctx.set(dut.tag.colour_step, colour_step)
                ctx.set(dut.tag.line_last, beat % 7 == 6)
            await ctx.tick()
        while len(got) < COUNT:
            ctx.set(dut.i.valid, 0)
            await ctx.tick()

    async def sink(ctx):
        nonlocal first_block, first_output
        for clock in count():
            assert clock < WATCHDOG
            ctx.set(dut.o.ready, rng.random() >= stall)
            signals = dut.i.valid, dut.tag.colour_step, dut.o.valid, dut.o.ready, dut.o.payload
            _, _, arrives, step, valid, ready, payload = await ctx.tick().sample(*signals)
            if arrives and step == params.colour_steps - 1 and first_block is None:
                first_block = clock
            if valid and first_output is None:
                first_output = clock
            if valid and ready:
                got.append((unpack(payload.pixels), bool(payload.line_last)))

    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    simulator.add_testbench(source)
    simulator.add_testbench(sink, background=True)
    simulator.run()

    # The samples of a pixel: by map, then by colour step, then by channel of the step.
    samples = np.moveaxis(blocks[..., 0], 1, 2)
    samples = samples.reshape(
        COUNT, params.maps_out, params.colour_steps, params.columns, params.colour_lanes
    )
    pixels = np.moveaxis(samples, 3, 1).reshape(COUNT, params.columns, -1)
    assert got == [(beat.tolist(), n % 7 == 6) for n, beat in enumerate(pixels)]
    return sum(refusals), first_output - first_block


@pytest.mark.parametrize(("channels", "lanes"), [(1, 4), (1, 8), (3, 1), (3, 3), (3, 12)])
def test_order_and_credit(channels, lanes):
    params = make_params(
        "V", NINE, 1, channels=channels, lanes=lanes, pixels_per_beat=max(1, lanes // 4 // channels)
    )
    refusals, _ = run(params, 0.95)
    assert refusals
    assert run(params, 0) == (0, PixelQueue.delay(params))
