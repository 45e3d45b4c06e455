"""The split into luma and differences, with both outputs stalling on their own."""

import random

import numpy as np
import pytest
from amaranth.sim import Simulator

from blocks import pixels_of
from hw.colour.params import ChromaParams
from hw.colour.split import SplitColours
from sw.pictures.colour_formats import luma


def run(frames, pauses, seed=0):
    """What comes out on both sides, when, and what was sent; ``pauses`` of i, luma and chroma."""
    dut = SplitColours(ChromaParams(scale=4))
    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    payloads = list(pixels_of(frames))
    out = {"luma": [], "chroma": []}
    clocks = {"luma": [], "chroma": []}

    async def source(ctx):
        rng = random.Random(seed)
        for payload in payloads:
            while rng.random() < pauses[0]:
                await ctx.tick()
            ctx.set(dut.i.payload, payload)
            ctx.set(dut.i.valid, 1)
            await ctx.tick().until(dut.i.ready)
            ctx.set(dut.i.valid, 0)

    def sink(name, pause, seed):
        port = getattr(dut, name)

        async def take(ctx):
            rng, now = random.Random(seed), 0
            while len(out[name]) < len(payloads):
                ready = rng.random() >= pause
                ctx.set(port.ready, ready)
                _, _, valid, payload = await ctx.tick().sample(port.valid, port.payload)
                now += 1
                assert now < 100 * len(payloads), f"{name} stopped"
                if valid and ready:
                    out[name].append(payload)
                    clocks[name].append(now)

        return take

    simulator.add_testbench(source, background=True)
    simulator.add_testbench(sink("luma", pauses[1], seed + 1))
    simulator.add_testbench(sink("chroma", pauses[2], seed + 2))
    simulator.run()
    return out, clocks, payloads


@pytest.mark.parametrize(
    "pauses", [(0, 0, 0), (0.5, 0, 0), (0, 0.6, 0), (0, 0, 0.6), (0.3, 0.5, 0.5)]
)
def test_luma_and_differences(pauses):
    rng = np.random.default_rng(0)
    frames = [
        rng.choice([0, 1, 127, 128, 254, 255], (6, 9, 3)),
        rng.integers(0, 255, (7, 11, 3), endpoint=True),
        np.arange(256)[None, :, None].repeat(3, axis=2),
    ]
    out, clocks, sent = run(frames, pauses)
    pixels = np.concatenate([frame.reshape(-1, 3) for frame in frames])
    y = luma(pixels[None].astype(np.uint8))[0]
    assert [int(payload.pixels[0][0]) for payload in out["luma"]] == y.tolist()
    differences = [[int(number) for number in payload.sample] for payload in out["chroma"]]
    assert np.array_equal(differences, pixels - y[:, None].astype(int))
    marks = [(payload["line_last"], payload["frame_last"]) for payload in sent]
    for taken in out.values():
        assert [(p.line_last, p.frame_last) for p in taken] == marks
    if not any(pauses):
        for times in clocks.values():
            first = 1 + SplitColours.delay()
            assert times == list(range(first, first + len(sent)))
