"""The join of luma and chroma: sums, clipping, and back-pressure from any side."""

import random

import numpy as np
import pytest
from amaranth.sim import Simulator

from blocks import unpack
from hw.colour.join import JoinDifferences
from hw.colour.params import ChromaParams


def run(dut, luma, chroma, pauses, seed=0):
    """Send both lists of payloads and take what comes out, and the clocks of that.

    ``pauses`` are how often luma, chroma and the sink pause.
    """
    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    taken, clocks = [], []

    def source(port, payloads, pause, seed):
        async def send(ctx):
            rng = random.Random(seed)
            for payload in payloads:
                while rng.random() < pause:
                    await ctx.tick()
                ctx.set(port.payload, payload)
                ctx.set(port.valid, 1)
                await ctx.tick().until(port.ready)
                ctx.set(port.valid, 0)

        return send

    async def sink(ctx):
        rng, now, offered = random.Random(seed + 2), 0, None
        while len(taken) < len(luma):
            ready = rng.random() >= pauses[2]
            ctx.set(dut.o.ready, ready)
            _, _, valid, payload = await ctx.tick().sample(dut.o.valid, dut.o.payload)
            now += 1
            assert now < 100 * len(luma), f"only {len(taken)} of {len(luma)} beats came"
            raw = payload.as_bits()
            assert offered is None or (valid and raw == offered), "the beat changed or went away"
            offered = raw if valid and not ready else None
            if valid and ready:
                taken.append(payload)
                clocks.append(now)

    simulator.add_testbench(source(dut.luma, luma, pauses[0], seed), background=True)
    simulator.add_testbench(source(dut.chroma, chroma, pauses[1], seed + 1), background=True)
    simulator.add_testbench(sink)
    simulator.run()
    return taken, clocks


def make_beats(params, count=300):
    """Random beats of luma and chroma with all extremes, and their flags."""
    rng = np.random.default_rng(0)
    beat, low, high = params.pixels_per_beat, params.large_values[0], params.large_values[-1]
    luma = rng.integers(0, 255, (count, beat), endpoint=True)
    luma[: count // 3] = rng.choice([0, 1, 254, 255], (count // 3, beat))
    chroma = rng.integers(low, high, (count, beat, params.components), endpoint=True)
    chroma[: count // 2] = rng.choice([low, -1, 0, 1, high], (count // 2, beat, 3))
    flags = rng.integers(0, 2, (count, 2))
    return luma, chroma, flags


@pytest.mark.parametrize("pauses", [(0, 0, 0), (0.5, 0, 0), (0, 0.5, 0), (0, 0, 0.5), (0.3,) * 3])
@pytest.mark.parametrize("beat", [1, 4])
def test_sums_are_clipped(beat, pauses):
    params = ChromaParams(scale=4, pixels_per_beat=beat)
    luma, chroma, flags = make_beats(params)
    names = "line_last", "frame_last"
    marks = [dict(zip(names, map(int, pair), strict=True)) for pair in flags]
    dut = JoinDifferences(params)
    taken, clocks = run(
        dut,
        [{"pixels": y[:, None].tolist(), **mark} for y, mark in zip(luma, marks, strict=True)],
        [{"pixels": d.tolist(), **mark} for d, mark in zip(chroma, marks, strict=True)],
        pauses,
    )
    expected = np.clip(luma[:, :, None] + chroma, 0, 255)
    assert np.array_equal([unpack(payload.pixels) for payload in taken], expected)
    assert [[payload.line_last, payload.frame_last] for payload in taken] == flags.tolist()
    if not any(pauses):
        first = 1 + JoinDifferences.delay(params)
        assert clocks == list(range(first, first + len(luma)))
