"""The line memory of the chroma: which rows come out, for frames of all small sizes."""

import random

import numpy as np
import pytest

from blocks import TRAFFIC, unpack
from chroma import make_frames, samples_of
from hw.colour.lines import ChromaLines
from hw.colour.params import ChromaParams
from sim.bench.streams import run_stream
from sim.bench.traffic import Traffic


def expected_rows(frames, params):
    """What must come out: rows, phase, valid columns of a line's last word, line and frame end."""
    for frame in frames:
        height, width = frame.shape[:2]
        words = -(-width // params.columns)
        padded = np.pad(frame, ((2, 2), (0, words * params.columns - width), (0, 0)), "edge")
        for y in range(height):
            for line in range(params.scale):
                lower = line >= params.phases
                rows = padded[y : y + 5][::-1] if lower else padded[y : y + 5]
                for n in range(words):
                    last = n == words - 1
                    yield (
                        rows[:, n * params.columns : (n + 1) * params.columns].tolist(),
                        params.scale - 1 - line if lower else line,
                        (width - 1) % params.columns if last else None,
                        last,
                        last and y == height - 1 and line == params.scale - 1,
                    )


def got(payload):
    last = bool(payload.line_last)
    return (
        unpack(payload.rows),
        int(payload.phase),
        int(payload.last_column) if last else None,
        last,
        bool(payload.frame_last),
    )


def run(params, frames, traffic):
    """Send ``frames``; credit comes as often as the sink of ``traffic`` is ready."""
    dut = ChromaLines(params)

    async def give_credit(ctx):
        rng = random.Random(traffic.seed + 2)
        while True:
            ctx.set(dut.credit, rng.random() >= traffic.stall)
            await ctx.tick()

    expected = list(expected_rows(frames, params))
    values = list(samples_of(frames))
    payloads, clocks = run_stream(dut, values, len(expected), traffic, [give_credit])
    assert [got(payload) for payload in payloads] == expected
    return clocks


@pytest.mark.parametrize("traffic", TRAFFIC)
@pytest.mark.parametrize(
    "shape",
    [
        {"scale": 4, "columns": 1, "depth": 2},
        {"scale": 2, "columns": 2, "depth": 2, "components": 2, "values": range(256)},
        {"scale": 3, "columns": 4, "depth": 3, "components": 1},
        {"scale": 2, "columns": 1, "depth": 2, "components": 1},
    ],
)
def test_rows_of_frames_back_to_back(shape, traffic):
    params = ChromaParams(max_width=9, **shape)
    sizes = [(h, w) for h in (1, 2, 3, 4, 7) for w in (1, 2, 5, 9)]
    random.Random(1).shuffle(sizes)
    run(params, make_frames(sizes, params), traffic)


def test_one_word_per_clock():
    params = ChromaParams(scale=4, columns=2, components=1, max_width=32)
    clocks = np.array(run(params, make_frames([(12, 32)], params), Traffic()))
    # The source is faster than the reader. The first line waits for the two lines below it.
    first = 3 * 32 - 1 + ChromaLines.first_delay(params)
    assert clocks.tolist() == list(range(first, first + 12 * 4 * 16))


def test_lines_of_one_word_come_one_per_clock():
    params = ChromaParams(scale=2, columns=4, components=1, max_width=4)
    clocks = np.array(run(params, make_frames([(40, 4)], params), Traffic()))
    # The source needs four clocks for an LR line, the reader two, so that it waits for the source.
    pairs = clocks[: 2 * 37].reshape(-1, 2)
    assert (np.diff(pairs, axis=1) == 1).all()
    assert (np.diff(pairs[:, 0]) == 4).all()


def test_takes_lines_until_it_is_full():
    """Without credit, all slots but two are filled, then the input stalls."""
    params = ChromaParams(scale=2, columns=1, components=1, max_width=3, depth=2)
    dut, taken = ChromaLines(params), []

    async def watch(ctx):
        async for _, _, valid, ready in ctx.tick().sample(dut.i.valid, dut.i.ready):
            taken.append(valid and ready)
            if len(taken) == 100:
                assert sum(taken) == 3 * (params.slots - 2)
                ctx.set(dut.credit, 1)

    frames = make_frames([(20, 3)], params)
    expected = list(expected_rows(frames, params))
    payloads, _ = run_stream(dut, list(samples_of(frames)), len(expected), watchers=[watch])
    assert [got(payload) for payload in payloads] == expected
    assert len(taken) > 100
