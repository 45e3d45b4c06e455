import numpy as np
import pytest
from amaranth.sim import Simulator

from blocks import NINE, make_params
from hw.accumulate import Accumulate
from sw import golden


@pytest.mark.parametrize(
    ("channels", "lanes"), [(1, 1), (1, 2), (1, 4), (3, 1), (3, 2), (3, 3), (3, 4), (3, 6), (3, 12)]
)
@pytest.mark.parametrize("scale", [2, 3])
@pytest.mark.parametrize("idle", [0, 0.4])
@pytest.mark.parametrize("grid", [6, pytest.param(NINE, id="differences")])
def test_turns_back_and_adds_up(channels, lanes, scale, idle, grid):
    p = make_params("S", grid, scale, channels=channels, lanes=lanes)
    rng = np.random.default_rng(0)
    centres = rng.integers(0, 256, (20, p.colour_lanes))
    most = 1 << (p.weighed_bits - 1)
    # Groups of channels that are complete after the last rotation step.
    blocks = rng.integers(-most, most, (20, p.rotation_steps, lanes, p.block))
    blocks[0], blocks[1] = -most, most - 1
    dut = Accumulate(p)
    got = []

    async def source(ctx):
        for group, centre in zip(blocks, centres.tolist(), strict=True):
            for step, of_lanes in enumerate(group):
                while rng.random() < idle:
                    await ctx.tick()
                for lane, block in enumerate(of_lanes.tolist()):
                    ctx.set(dut.i[lane], block)
                ctx.set(dut.step, step)
                if p.differences:
                    ctx.set(dut.centre, centre)
                ctx.set(dut.i_valid, 1)
                await ctx.tick()
                ctx.set(dut.i_valid, 0)
        await ctx.tick().repeat(5)

    async def sink(ctx):
        async for _, _, valid, payload in ctx.tick().sample(dut.o.valid, dut.o.payload):
            if valid:
                got.append([list(channel) for channel in payload])

    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    simulator.add_testbench(source)
    simulator.add_testbench(sink, background=True)
    simulator.run()

    expected = np.zeros((20, p.colour_lanes, p.block), int)
    if p.differences:
        expected += centres[:, :, None] << p.sum_frac_bits
    for step in range(p.rotation_steps):
        for lane in range(lanes):
            channel, place = divmod(lane, p.rotation_lanes)
            k = step * p.rotation_lanes + place
            turned = golden.rotate_back(blocks[:, step, lane], scale, k)
            expected[:, channel] += turned.reshape(20, -1)
    assert np.array_equal(got, expected)
