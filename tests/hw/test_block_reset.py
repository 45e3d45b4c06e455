"""A reset in every phase of a block with streams: then it does what it did after power-on."""

import random

import numpy as np
import pytest
from amaranth import Signal
from amaranth.hdl import ResetInserter
from amaranth.sim import Simulator

from blocks import make_params, pixels_of
from chroma import make_frames, samples_of
from hw.colour.enlarge import ChromaEnlarger
from hw.colour.hold import HoldLines
from hw.colour.params import ChromaParams
from hw.colour.split import Split
from hw.output.gearbox import Gearbox
from hw.windows.line_buffer import LineBuffer

SIZES = [(3, 3), (1, 2), (2, 1), (3, 2)]


def pixels(seed, columns=1):
    rng = np.random.default_rng(seed)
    frames = [rng.integers(0, 255, (*size, 1), endpoint=True) for size in SIZES * 2]
    return [{**pixel, "pixels": [pixel["pixels"][0]] * columns} for pixel in pixels_of(frames)]


def chroma(params):
    return ChromaEnlarger(params), lambda seed: samples_of(make_frames(SIZES * 2, params, seed))


def gearbox():
    params = make_params("V", 7, 2, pixels_per_beat=4, channels=1, lanes=1)
    words = params.word_columns * 2

    def values(seed):
        rng = np.random.default_rng(seed)
        for n in range(40):
            yield {
                "pixels": [[int(v)] for v in rng.integers(0, 256, words)],
                "columns": 0 if n % 3 else params.word_columns - 1,
                "line_last": n % 3 == 2,
                "frame_last": n % 6 == 5,
            }

    return Gearbox(params), values


def line_buffer(lanes):
    params = make_params("F", 6, channels=1, lanes=lanes, max_width=3 * lanes)
    return LineBuffer(params), lambda seed: pixels(seed, params.columns)


def split(colour):
    values = range(-255, 256) if colour == "luma" else range(256)
    params = ChromaParams(scale=4, components=3 if colour == "luma" else 2, values=values)

    def coloured(seed):
        rng = np.random.default_rng(seed)
        channels = 3 if colour == "luma" else 2
        frames = [rng.integers(0, 255, (2, 4, channels), endpoint=True) for _ in range(5)]
        return pixels_of(frames)

    return Split(params, colour), coloured


BLOCKS = {
    "split of RGB": lambda: split("luma"),
    "split of 4:2:2": lambda: split("ycbcr422"),
    "luma held back": lambda: (HoldLines(1, 3), pixels),
    "two lines held back": lambda: (HoldLines(2, 3), pixels),
    "chroma": lambda: chroma(ChromaParams(max_width=3, scale=2, columns=1)),
    "chroma of two columns": lambda: chroma(ChromaParams(max_width=3, scale=3, columns=2)),
    "gearbox": gearbox,
    "line buffer": lambda: line_buffer(1),
}


def timeline(clocks):
    """For each clock: clocks since the last reset, or None in a reset; and which input.

    First ``clocks`` without a reset for each of two inputs, then a reset after 1 clock, another one
    after 2, and so on. The inputs take turns, so that memories hold what belongs to the other one.
    """
    line = [(time, which) for which in (0, 1) for time in (None, *range(clocks))]
    for phase in range(1, clocks):
        line += [(time, phase % 2) for time in (*[None] * (1 + phase % 3), *range(phase))]
        line += [(time, (phase + 1) % 2) for time in (None, *range(clocks // 2))]
    return line


def simulate(dut, values, line, stall):
    """What the block puts on its ports in each clock; the payload counts if it is valid."""
    reset, seen = Signal(), []
    sinks = [dut.luma, dut.chroma] if isinstance(dut, Split) else [dut.o]
    simulator = Simulator(ResetInserter(reset)(dut))
    simulator.add_clock(1e-8)
    clocks = max(time for time, _ in line if time is not None) + 1
    rng = random.Random(4)
    idles = [rng.random() < 0.3 for _ in range(clocks)]
    stalls = [rng.random() < 0.3 or n in stall for n in range(clocks)]

    async def bench(ctx):
        sent, offered, running = 0, False, False
        for time, which in line:
            ctx.set(reset, time is None)
            if time is None:
                # The block before this one withdraws its payload at the first edge of the reset.
                offered, running, sent = running, False, sent if running else 0
            else:
                sent = sent if running else 0
                offered = (offered and running) or not idles[time]
                running = True
                ctx.set(dut.i.payload, values[which][sent])
                for sink in sinks:
                    ctx.set(sink.ready, not stalls[time])
            ctx.set(dut.i.valid, offered)
            ports = [port for sink in sinks for port in (sink.valid, sink.payload)]
            _, _, ready, *offers = await ctx.tick().sample(dut.i.ready, *ports)
            pairs = zip(offers[::2], offers[1::2], strict=True)
            seen.append(
                (ready, *(payload.as_bits() if valid else None for valid, payload in pairs))
            )
            if offered and ready:
                sent, offered = sent + 1, False

    simulator.add_testbench(bench)
    simulator.run()
    return seen


@pytest.mark.parametrize("name", BLOCKS)
def test_after_a_reset_in_any_phase_the_block_does_what_it_did_after_power_on(name):
    clocks = 48
    dut, values = BLOCKS[name]()
    line = timeline(clocks)
    seen = simulate(dut, [list(values(seed)) for seed in (0, 1)], line, range(24, 34))
    first = seen[1 : 1 + clocks], seen[2 + clocks : 2 + 2 * clocks]
    assert first[0] != first[1], "the two inputs are the same"
    assert sum(payloads.count(None) == 0 for _, *payloads in first[0]) > 3, "nothing came out"
    for clock, (time, which) in enumerate(line):
        if time is not None:
            assert seen[clock] == first[which][time], (clock, time)
