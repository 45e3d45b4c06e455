"""Luma that is held back: when a line may go, and nothing is lost."""

import numpy as np
import pytest

from blocks import TRAFFIC, pixels_of, unpack
from hw.colour.hold import SLACK, HoldLines
from sim.bench.streams import run_stream
from sim.bench.traffic import Traffic
from sw.tables.samples import white

WIDTH = 7
SIZES = [(1, 1), (1, 7), (2, 1), (3, 7), (2, 3), (9, 2), (4, 7), (1, 2), (5, 1)]


def make_frames(sizes, bits=8):
    rng = np.random.default_rng(0)
    return [rng.integers(0, white(bits), (*size, 1), endpoint=True) for size in sizes]


def run(lines, sizes, traffic=Traffic(), bits=8):  # noqa: B008 (frozen)
    """What comes out, and in which clocks the pixels went in and came out."""
    dut, sent = HoldLines(lines, WIDTH, bits), list(pixels_of(make_frames(sizes, bits)))
    entered = []

    async def watch(ctx):
        now = 0
        async for _, _, valid, ready in ctx.tick().sample(dut.i.valid, dut.i.ready):
            if valid and ready:
                entered.append(now)
            now += 1

    payloads, clocks = run_stream(dut, sent, len(sent), traffic, [watch])
    got = [
        {
            "pixels": unpack(payload.pixels),
            "line_last": bool(payload.line_last),
            "frame_last": bool(payload.frame_last),
        }
        for payload in payloads
    ]
    assert got == sent
    return np.array(entered) - entered[0], np.array(clocks)


@pytest.mark.parametrize("traffic", TRAFFIC)
@pytest.mark.parametrize(("lines", "bits"), [(1, 8), (2, 8), (1, 12)])
def test_nothing_is_lost_and_no_line_is_early(lines, bits, traffic):
    entered, left = run(lines, SIZES, traffic, bits)
    n = 0
    for height, width in SIZES:
        for y in range(height):
            last = n + (min(y + lines, height - 1) + 1) * width - 1  # pixel that line y waits for
            assert left[n + y * width] >= entered[last] + HoldLines.delay()
        n += height * width


@pytest.mark.parametrize("lines", [1, 2])
def test_a_line_goes_as_soon_as_it_may(lines):
    height = 12
    entered, left = run(lines, [(height, WIDTH)])
    assert entered.tolist() == list(range(height * WIDTH))
    waits_for = [min(y + lines, height - 1) * WIDTH + WIDTH - 1 for y in range(height)]
    earliest = [clock + HoldLines.delay() for clock in waits_for for _ in range(WIDTH)]
    ramp = np.arange(height * WIDTH)
    assert left.tolist() == (np.maximum.accumulate(earliest - ramp) + ramp).tolist()


def test_the_memory_holds_one_line_more_than_are_held():
    """While the sink stalls, so many pixels are taken that the next line need not wait."""
    dut, taken = HoldLines(1, WIDTH), []

    async def watch(ctx):
        async for _, _, valid, ready in ctx.tick().sample(dut.i.valid, dut.i.ready):
            taken.append(valid and ready)

    sent = list(pixels_of(make_frames([(10, WIDTH)])))
    run_stream(dut, sent, len(sent), Traffic(stall=0.95, seed=1), [watch])
    first_stall = taken.index(False, taken.index(True))
    assert first_stall >= dut.depth == 2 * WIDTH + SLACK
