import numpy as np
import pytest
from amaranth.sim import Simulator

from blocks import NINE, make_params
from hw.scheduler import Scheduler
from pictures import photo_like
from sw import golden
from sw.rotation import ROTATIONS, rotate_taps
from test_line_buffer import columns_of
from test_window import windows_of

SHARES = [(1, 1), (1, 2), (1, 4), (3, 1), (3, 2), (3, 3), (3, 4), (3, 6), (3, 12)]


@pytest.mark.parametrize(("channels", "lanes"), SHARES)
@pytest.mark.parametrize(("family", "grid"), [("S", 6), ("F", 6), ("F", NINE)], ids=str)
@pytest.mark.parametrize("closed", [0, 0.5])
def test_every_look_up_once_and_only_with_room(channels, lanes, family, grid, closed):
    p = make_params(family, grid, channels=channels, lanes=lanes)
    frame = photo_like(4, 5, channels)
    assert len(list(columns_of([frame], p))) == 20
    dut = Scheduler(p)
    rng = np.random.default_rng(1)
    look_ups, starts, rooms = [], [], []

    async def source(ctx):
        for pixels, line_last, frame_last in windows_of([frame], p):
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
            rooms.append(rng.random() >= closed)
            ctx.set(dut.room, rooms[-1])
            await ctx.tick()

    async def sink(ctx):
        signals = dut.start, dut.start_last, dut.mark, dut.o[0].valid
        async for _, _, start, last, mark, valid, *taps in ctx.tick().sample(
            *signals, *(dut.o[lane].payload for lane in range(lanes))
        ):
            if start:
                starts.append(bool(last))
            if valid:
                look_ups.append((mark, [list(tap) for tap in taps]))

    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    simulator.add_testbench(source)
    for bench in (room, sink):
        simulator.add_testbench(bench, background=True)
    simulator.run()

    assert starts == [x == 4 for _ in range(4) for x in range(5)]
    assert len(look_ups) == 20 * p.steps
    expected = {}
    for c in range(channels):
        padded = golden.pad(frame[:, :, c], p.reach, "reflect")
        for k in range(ROTATIONS):
            taps = golden.windows(padded, rotate_taps(p.table.taps, k), p.reach)
            expected |= {(pixel, c, k): taps[:, pixel].tolist() for pixel in range(20)}
    got = {}
    for number, (mark, of_lanes) in enumerate(look_ups):
        if p.differences:
            first = mark.colour_step * p.colour_lanes
            centre = frame[divmod(number // p.steps, 5)][first : first + p.colour_lanes]
            assert list(mark.centre) == centre.tolist()
        for lane, taps in enumerate(of_lanes):
            channel_place, rotation_place = divmod(lane, p.rotation_lanes)
            c = mark.colour_step * p.colour_lanes + channel_place
            k = mark.rotation_step * p.rotation_lanes + rotation_place
            assert (number // p.steps, c, k) not in got
            got[number // p.steps, c, k] = taps
    assert got == expected


def test_a_window_takes_its_steps_and_no_more():
    p = make_params(channels=3, lanes=4)
    dut = Scheduler(p)
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
