from collections import deque

import numpy as np
import pytest
from amaranth.sim import Simulator

from blocks import make_params, unpack
from hw.output.line_writer import LINES, QUEUED, LineWriter

WIDTHS = [5, 16, 1, 3]
"""LR pixels of the lines; each line is a frame."""

WATCHDOG = 5000
"""Clocks after which the test is given up."""

PATIENCE = 40
"""Clocks without a window after which the writer gives no more credit."""


class Bench:
    """A line writer with a source of windows and a sink of beats.

    The source starts a window wherever there is credit, and its block comes ``lag`` clocks later.
    The sink stalls at random, or, ``until_full``, until no window has started for a while.

    After ``run``: ``beats`` as pixels and line_last; ``delay``, the clocks from the last block of
    the first line to the first beat; ``windows_when_full``, those that started before the first
    beat was taken.
    """

    def __init__(self, params, lines, *, stall=0.0, lag=0, until_full=False):
        self.dut = LineWriter(params)
        self.lines, self.stall, self.lag, self.until_full = lines, stall, lag, until_full
        self.beats, self.windows, self.idle = [], 0, 0
        self.delay = self.windows_when_full = None

    def run(self):
        simulator = Simulator(self.dut)
        simulator.add_clock(1e-8)
        simulator.add_testbench(self._source, background=True)
        simulator.add_testbench(self._sink)
        simulator.run()
        return self

    async def _source(self, ctx):
        dut = self.dut
        blocks = deque(
            (block, x == len(line) - 1) for line in self.lines for x, block in enumerate(line)
        )
        on_the_way = deque([None] * self.lag)
        while True:
            window = blocks.popleft() if blocks and ctx.get(dut.credit) else None
            self.windows += window is not None
            self.idle = 0 if window else self.idle + 1
            ctx.set(dut.start, window is not None)
            ctx.set(dut.start_last, window is not None and window[1])
            on_the_way.append(window)
            complete = on_the_way.popleft()
            ctx.set(dut.i.valid, complete is not None)
            if complete:
                ctx.set(dut.i.payload, [[complete[0]]])
                ctx.set(dut.tag.line_last, complete[1])
                ctx.set(dut.tag.frame_last, complete[1])
            await ctx.tick()

    async def _sink(self, ctx):
        dut = self.dut
        rng = np.random.default_rng(0)
        frames, last_block = 0, None
        for clock in range(WATCHDOG):
            if self.until_full and self.idle >= PATIENCE:
                self.until_full = False
            ctx.set(dut.o.ready, not self.until_full and rng.random() >= self.stall)
            signals = dut.i.valid, dut.tag.line_last, dut.o.valid, dut.o.ready, dut.o.payload
            _, _, arrives, last, valid, ready, beat = await ctx.tick().sample(*signals)
            if arrives and last and last_block is None:
                last_block = clock
            if valid and self.delay is None:
                self.delay = clock - last_block
            if valid and ready:
                if not self.beats:
                    self.windows_when_full = self.windows
                self.beats.append((unpack(beat.pixels), bool(beat.line_last)))
                frames += beat.frame_last
            if frames == len(self.lines):
                return


def params_of(scale, pixels_per_beat):
    """A grey stage that does all look-ups of a pixel in one clock."""
    return make_params("V", 6, scale, channels=1, lanes=4, pixels_per_beat=pixels_per_beat)


def random_lines(params, widths):
    """Lines of blocks r²."""
    rng = np.random.default_rng(1)
    return [rng.integers(0, 256, (width, params.block)).tolist() for width in widths]


def beats_of(params, lines):
    """The beats that must come, as pixels and line_last."""
    beats, scale, size = [], params.scale, params.pixels_per_beat
    for line in lines:
        for row in np.reshape(line, (len(line), scale, scale)).transpose(1, 0, 2):
            padded = np.zeros(-(-row.size // size) * size, int)
            padded[: row.size] = row.ravel()
            row_beats = padded.reshape(-1, size, 1).tolist()
            beats += [(beat, n == len(row_beats) - 1) for n, beat in enumerate(row_beats)]
    return beats


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("pixels_per_beat", [1, 4, 16])
@pytest.mark.parametrize("stall", [0, 0.5])
def test_lines_in_raster_order(scale, pixels_per_beat, stall):
    params = params_of(scale, pixels_per_beat)
    lines = random_lines(params, WIDTHS)
    bench = Bench(params, lines, stall=stall).run()
    assert bench.beats == beats_of(params, lines)
    assert bench.delay == LineWriter.delay(params)


@pytest.mark.parametrize("lag", [0, 3, 20])
@pytest.mark.parametrize(
    ("width", "scale", "pixels_per_beat", "windows"),
    [
        pytest.param(16, 4, 4, 2 * 16, id="words run out"),
        pytest.param(16, 4, 16, 2 * 16, id="wide words run out"),
        # Lines of a word: two are in the queue of words, and one is about to be read.
        pytest.param(1, 4, 4, LINES + QUEUED // 4 + 1, id="lines run out"),
    ],
)
def test_credits_fill_the_memories_and_no_more(width, scale, pixels_per_beat, windows, lag):
    """The output stalls until no credit is left, with all blocks in, and then everything comes."""
    params = params_of(scale, pixels_per_beat)
    lines = random_lines(params, [width] * (96 // width if width > 1 else 24))
    bench = Bench(params, lines, lag=lag, until_full=True).run()
    assert bench.windows_when_full == windows
    assert bench.beats == beats_of(params, lines)
