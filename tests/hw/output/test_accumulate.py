import numpy as np
import pytest
from amaranth.sim import Simulator

from blocks import COARSE, NINE, make_params, unpack
from hw.output.accumulate import Accumulate
from hw.params import StageParams
from sim.bench.random_cores import random_stage
from sw import golden
from sw.tables.grid import DifferenceGrid

NONE = DifferenceGrid((0, 16, 48, 112, 368), -1, 0)
"""A difference grid without fractions: the sum of four look-ups has one fraction bit."""

COUNT = 20
"""Totals of each sample lane."""


def check(params, idle, *, bypass=False):
    """Compare ``Accumulate`` with NumPy on random and extreme blocks of every lane."""
    rng = np.random.default_rng(0)
    centres = rng.integers(0, 1 << params.sample_bits, (COUNT, params.sample_lanes))
    blocks = []
    for group in params.groups:
        limit = 1 << (group.weighed_bits - 1)
        shape = (COUNT, params.rotation_steps, params.lanes, group.numbers)
        group_blocks = rng.integers(-limit, limit, shape)
        group_blocks[0], group_blocks[1] = -limit, limit - 1
        blocks.append(group_blocks)
    dut = Accumulate(params)
    got, clocks = [], []

    async def source(ctx):
        if params.bypass:
            ctx.set(dut.bypass, bypass)
        for number in range(COUNT):
            for step in range(params.rotation_steps):
                while rng.random() < idle:
                    await ctx.tick()
                for n, group_blocks in enumerate(blocks):
                    ctx.set(dut.i[f"group{n}"], group_blocks[number, step].tolist())
                ctx.set(dut.step, step)
                if params.adds_centre:
                    ctx.set(dut.centre, centres[number].tolist())
                ctx.set(dut.i_valid, 1)
                await ctx.tick()
                ctx.set(dut.i_valid, 0)
        await ctx.tick().repeat(10)

    async def sink(ctx):
        clock = 0
        async for _, _, valid, payload in ctx.tick().sample(dut.o.valid, dut.o.payload):
            if valid:
                got.append(unpack(payload))
                clocks.append(clock)
            clock += 1

    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    simulator.add_testbench(source)
    simulator.add_testbench(sink, background=True)
    simulator.run()

    expected = np.zeros((COUNT, params.maps, params.sample_lanes, params.block), int)
    for target in range(params.maps):
        if params.is_difference[target] or bypass:
            expected[:, target] += centres[:, :, None] << params.sum_frac_bits[target]
    for group, group_blocks in zip(params.groups, blocks, strict=True):
        if bypass:
            break
        for step in range(params.rotation_steps):
            for lane in range(params.lanes):
                sample_lane, rotation_lane = divmod(lane, params.rotation_lanes)
                k = step * params.rotation_lanes + rotation_lane
                for t, table in enumerate(group.tables):
                    numbers = slice(t * params.block, (t + 1) * params.block)
                    block = group_blocks[:, step, lane, numbers]
                    rotated_back = golden.rotate_back(block, params.scale, k).reshape(COUNT, -1)
                    shifted = rotated_back << params.sum_shift[table.target]
                    expected[:, table.target, sample_lane] += shifted
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
def test_rotates_back_and_adds_up(channels, lanes, scale, idle, grid):
    check(make_params("S", grid, scale, channels=channels, lanes=lanes), idle)


@pytest.mark.parametrize("bits", [10, 12])
@pytest.mark.parametrize("grid", [4, *(pytest.param(g, id=str(g)) for g in (NINE, COARSE, NONE))])
@pytest.mark.parametrize("lanes", [1, 12])
def test_samples_of_more_bits(lanes, grid, bits):
    params = make_params("V", grid, 2, lanes=lanes, bits=bits)
    assert params.sum_shift == ((bits - 9,) if grid == NONE else (0,))
    check(params, 0)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("lanes", [1, 6, 24])
def test_several_tables_and_maps(seed, lanes):
    stage = random_stage(1 + seed % 3, 2, 1 + seed // 2, np.random.default_rng(seed))
    check(StageParams(stage=stage, maps_in=2, lanes=lanes), 0)


@pytest.mark.parametrize("bypass", [False, True])
@pytest.mark.parametrize("lanes", [1, 2, 8])
@pytest.mark.parametrize("grid", [6, pytest.param(NINE, id="differences")])
def test_in_a_bypass_the_pixel_alone_remains(grid, lanes, bypass):
    check(make_params("S", grid, 2, channels=1, lanes=lanes, bypass=True), 0.2, bypass=bypass)
