"""The join of luma and chroma: sums, clipping, and back-pressure from any side."""

import random

import numpy as np
import pytest
from amaranth.sim import Simulator

from blocks import unpack
from hw.colour.join import Join
from hw.colour.params import ChromaParams
from sw.tables.samples import white


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


def make_beats(params, beat, count=300):
    """Random beats of luma and chroma with all extremes, and their flags."""
    rng = np.random.default_rng(0)
    low, high = params.large_values[0], params.large_values[-1]
    most = white(params.sample_bits)
    luma = rng.integers(0, most, (count, beat), endpoint=True)
    luma[: count // 3] = rng.choice([0, 1, most - 1, most], (count // 3, beat))
    shape = params.pixels_per_beat, params.components
    chroma = rng.integers(low, high, (count, *shape), endpoint=True)
    extremes = [low, -1, 0, 1, most - 1, most, most + 1, high]
    chroma[: count // 2] = rng.choice(extremes, (count // 2, *shape))
    flags = rng.integers(0, 2, (count, 2))
    return luma, chroma, flags


def expected(colour, luma, chroma, most):
    """The pixels of the format, from arrays (beats, pixels) and (beats, samples, components)."""
    if colour == "luma":
        return np.clip(luma[:, :, None] + chroma, 0, most)
    chroma = np.clip(chroma, 0, most)
    if colour == "ycbcr422":
        chroma = chroma.reshape(*luma.shape, 1)
    return np.concatenate([luma[:, :, None], chroma], axis=2)


@pytest.mark.parametrize("pauses", [(0, 0, 0), (0.5, 0, 0), (0, 0.5, 0), (0, 0, 0.5), (0.3,) * 3])
@pytest.mark.parametrize(
    ("colour", "beat"),
    [("luma", 1), ("luma", 4), ("ycbcr444", 1), ("ycbcr444", 8), ("ycbcr422", 2), ("ycbcr422", 8)],
)
@pytest.mark.parametrize("bits", [8, 10])
def test_pixels_are_clipped(colour, beat, pauses, bits):
    most = white(bits)
    params = ChromaParams(
        scale=4,
        components=3 if colour == "luma" else 2,
        values=range(-most if colour == "luma" else 0, most + 1),
        pixels_per_beat=beat // 2 if colour == "ycbcr422" else beat,
    )
    luma, chroma, flags = make_beats(params, beat)
    names = "line_last", "frame_last"
    marks = [dict(zip(names, map(int, pair), strict=True)) for pair in flags]
    dut = Join(params, colour)
    taken, clocks = run(
        dut,
        [{"pixels": y[:, None].tolist(), **mark} for y, mark in zip(luma, marks, strict=True)],
        [{"pixels": d.tolist(), **mark} for d, mark in zip(chroma, marks, strict=True)],
        pauses,
    )
    pixels = [unpack(payload.pixels) for payload in taken]
    assert np.array_equal(pixels, expected(colour, luma, chroma, most))
    assert [[payload.line_last, payload.frame_last] for payload in taken] == flags.tolist()
    if not any(pauses):
        first = 1 + Join.delay()
        assert clocks == list(range(first, first + len(luma)))
