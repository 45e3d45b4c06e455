import random

import numpy as np
import pytest

from blocks import TRAFFIC, make_params, unpack
from hw.windows.window import Window
from pictures import photo_like
from sim.bench.streams import run_stream
from sim.bench.traffic import Traffic
from windows import columns_of, frames_for, windows_of


def run(params, frames, count, traffic):
    """Send the columns of frames, with credit where ``traffic`` does not stall.

    Returns the windows, their clocks, and for each whether it was announced as the last of a line.
    """
    values = [
        {"rows": rows, "line_last": line_last, "frame_last": frame_last}
        for rows, line_last, frame_last in columns_of(frames, params)
    ]
    dut = Window(params)
    starts = []

    async def give_credit(ctx):
        rng = random.Random(traffic.seed + 2)
        while True:
            ctx.set(dut.credit, rng.random() >= traffic.stall)
            await ctx.tick()

    async def watch(ctx):
        async for _, _, start, last, credit in ctx.tick().sample(
            dut.start, dut.start_last, dut.credit
        ):
            if start:
                assert credit
                starts.append(bool(last))

    windows, clocks = run_stream(dut, values, count, traffic, [give_credit, watch])
    return windows, clocks, starts


@pytest.mark.parametrize("padding", ["reflect", "edge"])
@pytest.mark.parametrize("family", ["S", "F"])  # reach 1 and 2
@pytest.mark.parametrize(("lanes", "maps"), [(1, 1), (1, 3), (8, 1), (12, 2)])
@pytest.mark.parametrize("traffic", TRAFFIC)
def test_gives_each_pixel_its_window(padding, family, lanes, maps, traffic):
    params = make_params(
        family, 6, padding=padding, channels=1, lanes=lanes, maps_in=maps, max_width=48
    )
    frames = frames_for(params)
    expected = list(windows_of(frames, params))
    payloads, clocks, starts = run(params, frames, len(expected), traffic)
    got = [
        (unpack(payload.pixels), bool(payload.line_last), bool(payload.frame_last))
        for payload in payloads
    ]
    assert got == expected
    assert starts == [line_last for _, line_last, _ in expected]
    assert min(np.diff(clocks)) >= params.steps


@pytest.mark.parametrize("lanes", [1, 2, 4])
def test_no_gap_between_lines(lanes):
    params = make_params("F", 6, channels=1, lanes=lanes)
    frames = [photo_like(3, 5, 1)] * 2
    _, clocks, _ = run(params, frames, 30, Traffic())
    assert clocks[0] == params.reach_beats + Window.delay(params)
    gaps = [params.steps] * 14
    assert np.diff(clocks).tolist() == [*gaps, params.steps + params.reach, *gaps]
