"""The split into luma and chroma, with both outputs stalling on their own."""

import random

import numpy as np
import pytest
from amaranth.sim import Simulator

from blocks import pixels_of
from hw.colour.params import ChromaParams
from hw.colour.split import Split
from sw.pictures.colour_formats import luma
from sw.tables.samples import sample_dtype, white

PAUSES = [(0, 0, 0), (0.5, 0, 0), (0, 0.6, 0), (0, 0, 0.6), (0.3, 0.5, 0.5)]
"""How often i, luma and chroma pause."""


def run(colour, frames, pauses, seed=0, bits=8):
    """What comes out on both sides, when, and what was sent; ``pauses`` of i, luma and chroma."""
    most = white(bits)
    values = range(-most if colour == "luma" else 0, most + 1)
    params = ChromaParams(scale=4, components=3 if colour == "luma" else 2, values=values)
    dut = Split(params, colour)
    counts = {"luma": 1, "chroma": 2 if colour == "ycbcr422" else 1}  # pixels for a payload
    simulator = Simulator(dut)
    simulator.add_clock(1e-8)
    payloads = list(pixels_of(frames))
    out = {"luma": [], "chroma": []}
    clocks = {"luma": [], "chroma": []}

    async def source(ctx):
        await ctx.tick()  # in the first clock after a reset, skid buffers are not ready
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
            while len(out[name]) < len(payloads) // counts[name]:
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


def marks_of(payloads):
    """The flags of payloads that were sent."""
    return [(payload["line_last"], payload["frame_last"]) for payload in payloads]


def marks_taken(payloads):
    """The flags of payloads that came out."""
    return [(payload.line_last, payload.frame_last) for payload in payloads]


@pytest.mark.parametrize(
    ("pauses", "bits"), [*((p, 8) for p in PAUSES), (PAUSES[-1], 10), (PAUSES[0], 12)]
)
def test_luma_and_differences(pauses, bits):
    rng, most = np.random.default_rng(0), white(bits)
    frames = [
        rng.choice([0, 1, 127, 128, most - 1, most], (6, 9, 3)),
        rng.integers(0, most, (7, 11, 3), endpoint=True),
        np.arange(most - 255, most + 1)[None, :, None].repeat(3, axis=2),
    ]
    out, clocks, sent = run("luma", frames, pauses, bits=bits)
    pixels = np.concatenate([frame.reshape(-1, 3) for frame in frames])
    y = luma(pixels[None].astype(sample_dtype(bits)))[0]
    assert [int(payload.pixels[0][0]) for payload in out["luma"]] == y.tolist()
    differences = [[int(number) for number in payload.sample] for payload in out["chroma"]]
    assert np.array_equal(differences, pixels - y[:, None].astype(int))
    for taken in out.values():
        assert marks_taken(taken) == marks_of(sent)
    if not any(pauses):
        for times in clocks.values():
            first = 2 + Split.delay("luma")
            assert times == list(range(first, first + len(sent)))


@pytest.mark.parametrize(("pauses", "bits"), [*((p, 8) for p in PAUSES), (PAUSES[-1], 10)])
@pytest.mark.parametrize("colour", ["ycbcr444", "ycbcr422"])
def test_luma_and_chroma(colour, pauses, bits):
    rng = np.random.default_rng(0)
    shared = colour == "ycbcr422"
    sizes = [(6, 8), (1, 2), (7, 12), (3, 2)]
    channels = 2 if shared else 3
    frames = [rng.integers(0, white(bits), (*size, channels), endpoint=True) for size in sizes]
    out, clocks, sent = run(colour, frames, pauses, bits=bits)
    pixels = np.concatenate([frame.reshape(-1, frame.shape[2]) for frame in frames])
    assert [int(payload.pixels[0][0]) for payload in out["luma"]] == pixels[:, 0].tolist()
    expected = pixels[:, 1].reshape(-1, 2) if shared else pixels[:, 1:]
    assert [[int(n) for n in payload.sample] for payload in out["chroma"]] == expected.tolist()
    step = 2 if shared else 1
    assert marks_taken(out["luma"]) == marks_of(sent)
    assert marks_taken(out["chroma"]) == marks_of(sent[step - 1 :: step])
    if not any(pauses):
        first = 2 + Split.delay(colour)
        assert clocks["luma"] == list(range(first, first + len(sent)))
        assert clocks["chroma"] == list(range(first, first + len(sent)))[step - 1 :: step]
