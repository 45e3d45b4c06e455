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

SHARES = [(1, 1), (1, 2), (1, 4), (3, 1), (3, 2), (3, 3), (3, 4), (3, 6), (3, 12), (3, 24), (1, 12)]
WIDTH, HEIGHT = 6, 4


def check(params, closed):
    """A frame's windows in; every look-up of every group once, and only with room."""
    frame = photo_like(HEIGHT, WIDTH * params.columns, params.maps_in * params.channels)
    dut = Scheduler(params)
    rng = np.random.default_rng(1)
    look_ups, starts = [], []

    async def source(ctx):
        for pixels, line_last, frame_last in windows_of([frame], params):
            ctx.set(
                dut.i.payload,
                {"pixels": pixels, "line_last": line_last, "frame_last": frame_last},
            )
            ctx.set(dut.i.valid, 1)
            await ctx.tick().until(dut.i.ready)
            ctx.set(dut.i.valid, 0)
        await ctx.tick().repeat(3)

    async def room(ctx):
        while True:
            ctx.set(dut.room, rng.random() >= closed)
            await ctx.tick()

    async def sink(ctx):
        signals = dut.start, dut.start_last, dut.room, dut.tag, dut.o.valid, dut.o.payload
        async for _, _, start, last, room, mark, valid, work in ctx.tick().sample(*signals):
            if start:
                assert room
                starts.append(bool(last))
            if valid:
                look_ups.append((mark, unpack_work(work, params)))

    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    simulator.add_testbench(source)
    for bench in (room, sink):
        simulator.add_testbench(bench, background=True)
    simulator.run()

    beats = WIDTH * HEIGHT
    assert starts == [x == WIDTH - 1 for _ in range(HEIGHT) for x in range(WIDTH)]
    assert len(look_ups) == beats * params.steps
    expected = {}
    for n, group in enumerate(params.groups):
        for c in range(params.channels):
            plane = frame[:, :, group.table.source * params.channels + c]
            padded = golden.pad(plane, params.reach, params.stage.padding)
            for k in range(ROTATIONS):
                taps = golden.windows(padded, rotate_taps(group.table.taps, k), params.reach)
                expected |= {(n, i, c, k): taps[:, i].tolist() for i in range(taps.shape[1])}
    got = {}
    for number, (mark, work) in enumerate(look_ups):
        for place in range(params.sample_lanes):
            column, channel_place = divmod(place, params.colour_lanes)
            pixel = number // params.steps * params.columns + column
            c = mark.colour_step * params.colour_lanes + channel_place
            if params.needs_centre:
                assert mark.centre[place] == frame[*divmod(pixel, WIDTH * params.columns), c]
            for n, of_lanes in enumerate(work):
                for rotation_place in range(params.rotation_lanes):
                    k = mark.rotation_step * params.rotation_lanes + rotation_place
                    assert (n, pixel, c, k) not in got
                    got[n, pixel, c, k] = of_lanes[place * params.rotation_lanes + rotation_place]
    assert got == expected


def unpack_work(work, params):
    return [unpack(work[f"group{n}"]) for n in range(len(params.groups))]


@pytest.mark.parametrize(("channels", "lanes"), SHARES)
@pytest.mark.parametrize(("family", "grid"), [("S", 6), ("F", 6), ("F", NINE)], ids=str)
@pytest.mark.parametrize("closed", [0, 0.5])
def test_every_look_up_once_and_only_with_room(channels, lanes, family, grid, closed):
    params = make_params(family, grid, channels=channels, lanes=lanes, max_width=48)
    check(params, closed)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("channels", "lanes"), [(1, 2), (3, 4), (3, 24)])
def test_of_every_table_and_map(seed, channels, lanes):
    stage = random_stage(1 + seed % 3, 2, 3, np.random.default_rng(seed))
    sizes = {"channels": channels, "lanes": lanes, "max_width": 48}
    check(StageParams(stage=stage, maps_in=2, **sizes), 0.3)


def test_a_window_takes_its_steps_and_no_more():
    params = make_params(channels=3, lanes=4)
    dut = Scheduler(params)
    readies = []

    async def bench(ctx):
        ctx.set(dut.room, 1)
        ctx.set(dut.i.valid, 1)
        async for _, _, ready in ctx.tick().sample(dut.i.ready):
            readies.append(ready)
            if len(readies) == 12:
                break

    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    simulator.add_testbench(bench)
    simulator.run()
    assert readies == [0, 0, 1] * 4
