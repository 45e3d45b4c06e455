"""A reset in every phase of a block with streams: then it does what it did after power-on."""

import random
from functools import partial

import numpy as np
import pytest
from amaranth import Signal
from amaranth.hdl import ResetInserter
from amaranth.lib.wiring import In, Out
from amaranth.sim import Simulator

from blocks import make_params, pixels_of
from chroma import make_frames, samples_of
from hw.colour.enlarge import ChromaEnlarger
from hw.colour.hold import HoldLines
from hw.colour.join import Join
from hw.colour.params import ChromaParams
from hw.colour.split import Split
from hw.layouts import pixel_layout
from hw.output.gearbox import Gearbox
from hw.windows.input_gearbox import InputGearbox
from hw.windows.line_buffer import LineBuffer
from resets import timeline

SIZES = [(3, 3), (1, 2), (2, 1), (3, 2)]


def pixels(seed):
    rng = np.random.default_rng(seed)
    return pixels_of(rng.integers(0, 255, (*size, 1), endpoint=True) for size in SIZES * 2)


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
                "columns": params.word_columns - 1,  # the last word of a line is full
                "line_last": n % 3 == 2,
                "frame_last": n % 6 == 5,
            }

    return Gearbox(params), values


def input_gearbox():
    def values(seed):
        rng = np.random.default_rng(seed)
        for n in range(40):
            yield {
                "pixels": [[int(v)] for v in rng.integers(0, 256, 4)],
                "start_of_frame": n % 7 == 3,  # the first beats are of no frame
                "end_of_line": n % 2,
                "width": int(rng.integers(1, 9)),
                "height": 2,
            }

    return InputGearbox(pixel_layout(1), count=4), values


def line_buffer():
    return LineBuffer(make_params("F", 6, channels=1, lanes=1, max_width=3)), pixels


def split(colour):
    values = range(-255, 256) if colour == "luma" else range(256)
    params = ChromaParams(scale=4, components=3 if colour == "luma" else 2, values=values)

    def coloured(seed):
        rng = np.random.default_rng(seed)
        channels = 3 if colour == "luma" else 2
        frames = [rng.integers(0, 255, (2, 4, channels), endpoint=True) for _ in range(5)]
        return pixels_of(frames)

    return Split(params, colour), coloured


def join():
    params = ChromaParams(scale=4, columns=1, pixels_per_beat=1, components=3)

    def beats(channels, seed):
        rng = np.random.default_rng(seed)
        for n, pixel in enumerate(rng.integers(0, 255, (40, channels), endpoint=True).tolist()):
            yield {"pixels": [pixel], "line_last": n % 3 == 2, "frame_last": n % 6 == 5}

    dut = Join(params, "luma")
    return dut, (partial(beats, 1), partial(beats, 3))


BLOCKS = {
    "join": join,
    "split of RGB": lambda: split("luma"),
    "split of 4:2:2": lambda: split("ycbcr422"),
    "luma held back": lambda: (HoldLines(1, 3), pixels),
    "two lines held back": lambda: (HoldLines(2, 3), pixels),
    "chroma": lambda: chroma(ChromaParams(max_width=3, scale=2, columns=1)),
    "chroma of two columns": lambda: chroma(ChromaParams(max_width=3, scale=3, columns=2)),
    "gearbox": gearbox,
    "input gearbox": input_gearbox,
    "line buffer": line_buffer,
}


class Source:
    """Offers ``values`` to a stream, from the first one on after each reset."""

    def __init__(self, port, values):
        self.port, self.values = port, values
        self.sent, self.offers, self.running = 0, False, False

    def drive(self, ctx, time, which, idle):
        if time is None:
            # The block before this one withdraws its payload at the first edge of the reset.
            self.offers, self.running = self.running, False
        else:
            self.sent = self.sent if self.running else 0
            self.offers = (self.offers and self.running) or not idle
            self.running = True
            values = self.values[which]
            ctx.set(self.port.payload, values[self.sent % len(values)])
        ctx.set(self.port.valid, self.offers)

    def after(self, ready):
        if self.offers and ready:
            self.sent, self.offers = self.sent + 1, False


def simulate(dut, values, line, stall):
    """What the block puts on its ports in each clock; the payload counts if it is valid.

    ``values`` are lists of payloads: for each of the block's sources, one for each input.
    """
    reset, seen = Signal(), []
    ports = [getattr(dut, name) for name in dut.signature.members]
    flows = [member.flow for member in dut.signature.members.values()]
    inputs = [port for port, flow in zip(ports, flows, strict=True) if flow == In]
    sinks = [port for port, flow in zip(ports, flows, strict=True) if flow == Out]
    sources = [Source(port, own) for port, own in zip(inputs, values, strict=True)]
    simulator = Simulator(ResetInserter(reset)(dut))
    simulator.add_clock(1e-8)
    clocks = max(time for time, _ in line if time is not None) + 1
    rng = random.Random(4)
    idles = [[rng.random() < 0.3 for _ in range(clocks)] for _ in sources]
    stalls = [rng.random() < 0.3 or n in stall for n in range(clocks)]
    outputs = [sink.valid for sink in sinks], [sink.payload for sink in sinks]

    async def bench(ctx):
        for time, which in line:
            ctx.set(reset, time is None)
            for source, idle in zip(sources, idles, strict=True):
                source.drive(ctx, time, which, time is not None and idle[time])
            if time is not None:
                for sink in sinks:
                    ctx.set(sink.ready, not stalls[time])
            sampled = [source.port.ready for source in sources], *outputs
            _, _, *found = await ctx.tick().sample(*(port for kind in sampled for port in kind))
            ready, offers = found[: len(sources)], found[len(sources) :]
            valid, payloads = offers[: len(sinks)], offers[len(sinks) :]
            pairs = zip(valid, payloads, strict=True)
            seen.append((*ready, *(item.as_bits() if offered else None for offered, item in pairs)))
            for source, taken in zip(sources, ready, strict=True):
                source.after(taken)

    simulator.add_testbench(bench)
    simulator.run()
    return seen


def run(name, line, stall):
    """What the block called ``name`` puts on its ports in each clock of ``line``."""
    dut, values = BLOCKS[name]()
    functions = values if isinstance(values, tuple) else (values,)
    lists = [[list(function(seed)) for seed in (0, 1)] for function in functions]
    return simulate(dut, lists, line, stall)


@pytest.mark.parametrize("name", BLOCKS)
def test_after_a_reset_in_any_phase_the_block_does_what_it_did_after_power_on(name):
    clocks = 48
    line = timeline(clocks, 3, between=clocks // 2)
    seen = run(name, line, range(24, 34))
    first = seen[1 : 1 + clocks], seen[2 + clocks : 2 + 2 * clocks]
    assert first[0] != first[1], "the two inputs are the same"
    assert sum(None not in ports for ports in first[0]) > 3, "nothing came out"
    for clock, (time, which) in enumerate(line):
        if time is not None:
            assert seen[clock] == first[which][time], (clock, time)


@pytest.mark.parametrize("name", BLOCKS)
def test_after_a_reset_of_one_clock_the_block_fills_up_as_after_power_on(name):
    """One credit too many shows when the sink stalls until everything is full."""
    clocks, phases = 100, range(64, 90)
    line = [(time, 0) for time in (None, *range(clocks))]
    for phase in phases:
        line += [(time, 0) for time in (*range(phase), None, *range(clocks))]
        line += [(None, 0)] * 3
    seen = run(name, line[: 1 + clocks] + [(None, 0)] * 3 + line[1 + clocks :], range(60))
    first, place = seen[1 : 1 + clocks], 4 + clocks
    for phase in phases:
        start = place + phase + 1
        assert seen[start : start + clocks] == first, phase
        place = start + clocks + 3
