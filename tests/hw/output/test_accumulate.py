import numpy as np
import pytest
from amaranth.sim import Simulator

from blocks import NINE, make_params
from hw.output.accumulate import Accumulate
from hw.params import StageParams
from sim.bench.random_cores import random_stage
from sw import golden

GROUPS = 20
"""Groups of samples that are complete after the last rotation step."""


def check(params, idle):
    """Random blocks of every lane, added up by ``Accumulate`` and by NumPy."""
    rng = np.random.default_rng(0)
    centres = rng.integers(0, 256, (GROUPS, params.sample_lanes))
    blocks = []
    for group in params.groups:
        most = 1 << (group.weighed_bits - 1)
        each = rng.integers(
            -most, most, (GROUPS, params.rotation_steps, params.lanes, group.numbers)
        )
        each[0], each[1] = -most, most - 1
        blocks.append(each)
    dut = Accumulate(params)
    got, clocks = [], []

    async def source(ctx):
        for number in range(GROUPS):
            for step in range(params.rotation_steps):
                while rng.random() < idle:
                    await ctx.tick()
                for n, each in enumerate(blocks):
                    ctx.set(dut.i[f"group{n}"], each[number, step].tolist())
                ctx.set(dut.step, step)
                if any(params.differences):
                    ctx.set(dut.centre, centres[number].tolist())
                ctx.set(dut.i_valid, 1)
                await ctx.tick()
                ctx.set(dut.i_valid, 0)
        await ctx.tick().repeat(10)

    async def sink(ctx):
        clock = 0
        async for _, _, valid, payload in ctx.tick().sample(dut.o.valid, dut.o.payload):
            if valid:
                got.append([[list(place) for place in of_map] for of_map in payload])
                clocks.append(clock)
            clock += 1

    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    simulator.add_testbench(source)
    simulator.add_testbench(sink, background=True)
    simulator.run()

    expected = np.zeros((GROUPS, params.maps, params.sample_lanes, params.block), int)
    for target in range(params.maps):
        if params.differences[target]:
            expected[:, target] += centres[:, :, None] << params.sum_frac_bits[target]
    for group, each in zip(params.groups, blocks, strict=True):
        for step in range(params.rotation_steps):
            for lane in range(params.lanes):
                place, rotation_place = divmod(lane, params.rotation_lanes)
                k = step * params.rotation_lanes + rotation_place
                for t, table in enumerate(group.tables):
                    own = each[:, step, lane, t * params.block : (t + 1) * params.block]
                    turned = golden.rotate_back(own, params.scale, k).reshape(GROUPS, -1)
                    expected[:, table.target, place] += turned
    assert np.array_equal(got, expected)
    if not idle:
        assert clocks[0] == params.rotation_steps - 1 + Accumulate.delay(params)


@pytest.mark.parametrize(
    ("channels", "lanes"),
    [(1, 1), (1, 2), (1, 4), (1, 8), (3, 1), (3, 2), (3, 3), (3, 4), (3, 6), (3, 12), (3, 24)],
)
@pytest.mark.parametrize("scale", [2, 3])
@pytest.mark.parametrize("idle", [0, 0.4])
@pytest.mark.parametrize("grid", [6, pytest.param(NINE, id="differences")])
def test_turns_back_and_adds_up(channels, lanes, scale, idle, grid):
    check(make_params("S", grid, scale, channels=channels, lanes=lanes), idle)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("lanes", [1, 6, 24])
def test_sums_and_maps(seed, lanes):
    stage = random_stage(1 + seed % 3, 2, 1 + seed // 2, np.random.default_rng(seed))
    check(StageParams(stage=stage, maps_in=2, lanes=lanes), 0)
