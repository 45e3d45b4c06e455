from collections import deque

import numpy as np
import pytest
from amaranth.sim import Simulator

from blocks import NINE, make_params, unpack
from hw.output.pixel_queue import PixelQueue

CLOCKS, COUNT = 17, 60
"""From a start to its block; pixels."""


def run(params, stall):
    """Start whenever there is room; what comes out, and how often there was none."""
    dut = PixelQueue(params, clocks=CLOCKS)
    rng = np.random.default_rng(0)
    blocks = rng.integers(
        0, 256, (COUNT, params.colour_steps, params.maps_out, params.sample_lanes, 1)
    )
    got, refusals = [], []

    async def source(ctx):
        under_way = deque([None] * CLOCKS)
        number = step = 0
        while number < COUNT or any(each is not None for each in under_way):
            # Steps of a pixel follow each other; only the first needs room.
            go = number < COUNT and (step > 0 or bool(ctx.get(dut.room)))
            refusals.append(number < COUNT and not go)
            ctx.set(dut.start, go and step == 0)
            under_way.append((number, step) if go else None)
            if go:
                number, step = (number, step + 1) if step < params.steps - 1 else (number + 1, 0)
            arrives = under_way.popleft()
            # A block comes when the last rotation of its channels has been added up.
            turns = params.rotation_steps
            complete = arrives is not None and arrives[1] % turns == turns - 1
            ctx.set(dut.i.valid, complete)
            if complete:
                pixel, colour = arrives[0], arrives[1] // turns
                ctx.set(dut.i.payload, blocks[pixel, colour].tolist())
                ctx.set(dut.tag.colour_step, colour)
                ctx.set(dut.tag.line_last, pixel % 7 == 6)
            await ctx.tick()
        while len(got) < COUNT:
            ctx.set(dut.i.valid, 0)
            await ctx.tick()

    async def sink(ctx):
        while True:
            ctx.set(dut.o.ready, rng.random() >= stall)
            _, _, valid, ready, payload = await ctx.tick().sample(
                dut.o.valid, dut.o.ready, dut.o.payload
            )
            if valid and ready:
                got.append((unpack(payload.pixels), bool(payload.line_last)))

    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    simulator.add_testbench(source)
    simulator.add_testbench(sink, background=True)
    simulator.run_until(1e-4)

    # Maps, then colour steps, then channels of a step.
    samples = np.moveaxis(blocks[..., 0], 1, 2)
    samples = samples.reshape(
        COUNT, params.maps_out, params.colour_steps, params.columns, params.colour_lanes
    )
    pixels = np.moveaxis(samples, 3, 1).reshape(COUNT, params.columns, -1)
    assert got == [(each.tolist(), n % 7 == 6) for n, each in enumerate(pixels)]
    return sum(refusals)


@pytest.mark.parametrize(("channels", "lanes"), [(1, 4), (1, 8), (3, 1), (3, 3), (3, 12)])
def test_pixels_in_order_and_room_for_all_under_way(channels, lanes):
    params = make_params(
        "V", NINE, 1, channels=channels, lanes=lanes, pixels_per_beat=max(1, lanes // 4 // channels)
    )
    assert run(params, 0.95)
    assert run(params, 0) == 0
