import numpy as np
import pytest
from amaranth.sim import Simulator

from blocks import NINE, make_params, unpack
from hw.params import StageParams
from hw.scheduler import Scheduler
from pictures import photo_like
from sim.bench.random_cores import random_stage
from sw import golden
from sw.tables.rotation import ROTATIONS, rotate_taps
from windows import windows_of

LANES = [(1, 1), (1, 2), (1, 4), (3, 1), (3, 2), (3, 3), (3, 4), (3, 6), (3, 12), (3, 24), (1, 12)]
"""Channels and lanes."""

WIDTH, HEIGHT = 6, 4


def check(params, idle):
    """Send the windows of a frame; every look-up must come once.

    ``idle`` is the fraction of clocks in which no window comes although it could.
    """
    frame = photo_like(HEIGHT, WIDTH * params.columns, params.maps_in * params.channels)
    dut = Scheduler(params)
    rng = np.random.default_rng(1)
    look_ups = []

    async def source(ctx):
        for pixels, line_last, frame_last in windows_of([frame], params):
            while rng.random() < idle:
                await ctx.tick()
            ctx.set(
                dut.i.payload,
                {"pixels": pixels, "line_last": line_last, "frame_last": frame_last},
            )
            ctx.set(dut.i.valid, 1)
            await ctx.tick()
            ctx.set(dut.i.valid, 0)
            ctx.set(dut.i.payload, {"pixels": [], "line_last": 0, "frame_last": 0})
            for _ in range(params.steps - 1):
                await ctx.tick()
        await ctx.tick().repeat(3)

    async def sink(ctx):
        signals = dut.tag, dut.o.valid, dut.o.payload
        async for _, _, tag, valid, payload in ctx.tick().sample(*signals):
            if valid:
                groups = [unpack(payload[f"group{n}"]) for n in range(len(params.groups))]
                look_ups.append((tag, groups))

    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    simulator.add_testbench(source)
    simulator.add_testbench(sink, background=True)
    simulator.run()

    beats = WIDTH * HEIGHT
    assert len(look_ups) == beats * params.steps
    lasts = [bool(tag.line_last) for tag, _ in look_ups]
    assert lasts == [x == WIDTH - 1 for x in range(WIDTH) for _ in range(params.steps)] * HEIGHT
    lasts = [bool(tag.frame_last) for tag, _ in look_ups]
    assert lasts == [n == beats - 1 for n in range(beats) for _ in range(params.steps)]
    expected = {}
    for n, group in enumerate(params.groups):
        for c in range(params.channels):
            plane = frame[:, :, group.table.source * params.channels + c]
            padded = golden.pad(plane, params.reach, params.stage.padding)
            for k in range(ROTATIONS):
                taps = golden.windows(padded, rotate_taps(group.table.taps, k), params.reach)
                expected |= {(n, i, c, k): taps[:, i].tolist() for i in range(taps.shape[1])}
    got = {}
    for number, (tag, groups) in enumerate(look_ups):
        for sample_lane in range(params.sample_lanes):
            column, colour_lane = divmod(sample_lane, params.colour_lanes)
            pixel = number // params.steps * params.columns + column
            c = tag.colour_step * params.colour_lanes + colour_lane
            if params.needs_centre:
                centre = frame[*divmod(pixel, WIDTH * params.columns), c]
                assert tag.centre[sample_lane] == centre
            for n, taps in enumerate(groups):
                for rotation_lane in range(params.rotation_lanes):
                    k = tag.rotation_step * params.rotation_lanes + rotation_lane
                    assert (n, pixel, c, k) not in got
                    got[n, pixel, c, k] = taps[sample_lane * params.rotation_lanes + rotation_lane]
    assert got == expected


@pytest.mark.parametrize(("channels", "lanes"), LANES)
@pytest.mark.parametrize(("family", "grid"), [("S", 6), ("F", 6), ("F", NINE)], ids=str)
@pytest.mark.parametrize("idle", [0, 0.5])
def test_every_look_up_once(channels, lanes, family, grid, idle):
    params = make_params(family, grid, channels=channels, lanes=lanes, max_width=48)
    check(params, idle)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("channels", "lanes"), [(1, 2), (3, 4), (3, 24)])
def test_several_tables_and_maps(seed, channels, lanes):
    stage = random_stage(1 + seed % 3, 2, 3, np.random.default_rng(seed))
    sizes = {"channels": channels, "lanes": lanes, "max_width": 48}
    check(StageParams(stage=stage, maps_in=2, **sizes), 0.3)


def test_a_beat_takes_its_steps_and_no_more():
    params = make_params(channels=3, lanes=4)
    dut = Scheduler(params)
    valids = []

    async def bench(ctx):
        for valid in [1, 0, 0] * 3 + [0] * 3:
            ctx.set(dut.i.valid, valid)
            valids.append(ctx.get(dut.o.valid))
            await ctx.tick()

    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    simulator.add_testbench(bench)
    simulator.run()
    delay = Scheduler.delay(params)
    assert valids == [0] * delay + [1] * 9 + [0] * (3 - delay)
