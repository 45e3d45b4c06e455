"""Clocks per frame and latency of a core against its simulation, frame by frame."""

import numpy as np
import pytest

from cores import core_cases, make_chain, make_core, make_reaching_core
from hw.core_timing import CoreTiming, clocks_of_stage, clocks_per_frame, latency
from hw.timing.writers import CREDIT_DELAY
from hw.windows.line_buffer import QUEUED, LineBuffer
from sim.bench import verilated
from sim.bench.beats import FIRST, beat_count, to_beats
from sim.bench.traffic import Traffic

# Together: ×1 to ×4, 1 to 16 lanes, beats that are narrower and wider than the lanes need, windows
# that reach 1 to 3 pixels, both kinds of writers, up to four pixels at a time, chains.
CORES = {
    "F×4 P4 grey": make_core("F", 4, 4, lanes=4, colour="grey"),
    "S×3 P6, narrow beat": make_core("S", 4, 3, lanes=6, pixels_per_beat=1),
    "V×2 P1, wide beat": make_core("V", 4, 2, lanes=1, colour="grey", pixels_per_beat=16),
    "reach 2, beat of one word and a half": make_chain("x3 T:5", (4,), pixels_per_beat=4),
    "reach 3": make_reaching_core(3, lanes=12),
    "×1 P3": make_chain("x1 S2:5", (3,)),
    "×1 P4, line writer": make_chain("x1 V:5", (4,), colour="grey", pixels_per_beat=4),
    "chain ×2 ×2, narrow beat": make_chain(
        "x2 D:5 ; x2 V:5", (1, 4), colour="grey", pixels_per_beat=1
    ),
    "chain ×1 ×2 of two maps": make_chain("x1 S:5 | V:5 ; x2 V:5+V@1:5", (2, 1), colour="grey"),
    "four pixels per input beat": make_core(
        "V", 4, 2, lanes=12, input_pixels_per_beat=4, tkeep=True
    ),
    "chain ×4 ×1, four pixels at a time": make_chain("x4 V:5 ; x1 D:5", (4, 16), colour="grey"),
}
QUICK = "×1 P4, line writer", "chain ×1 ×2 of two maps"
SIZES = [(1, 1), (1, 2), (3, 1), (2, 2), (4, 3), (5, 9), (1, 17), (8, 17)]
"""Height and width of frames."""

PAUSE = 1500
"""A longer pause than any between two beats of these cores."""


def simulated_starts(core, height, width, count):
    """Clock of the first output beat of each of ``count`` frames, back to back."""
    frames = [np.zeros((height, width, core.channels), np.uint8)] * count
    capacity = count * beat_count(height, width, core) + 100
    simulation = verilated.Simulation(core, optimise=False)
    result = simulation.run(to_beats(frames, core.input_pixels_per_beat), capacity, Traffic())
    starts = result.clock[np.flatnonzero(result.flags & FIRST)].astype(int)
    assert len(starts) == count
    return starts.tolist()


@pytest.mark.parametrize("name", core_cases(CORES, QUICK))
def test_clocks_are_those_of_the_simulation(name, monkeypatch):
    monkeypatch.setattr(verilated, "PATIENCE", PAUSE)
    core = CORES[name]
    for height, width in SIZES:
        starts = simulated_starts(core, height, width, 24)
        timing = CoreTiming.of_core(core, width, height)
        assert [timing.frame() for _ in starts] == starts
        assert latency(core, width, height) == starts[0]
        # After so many frames the first ones, which find empty memories, do not matter.
        mean = (starts[-1] - starts[11]) / 12
        assert mean - 0.1 <= clocks_per_frame(core, width, height) < mean + 1.1


def formula(core, number, width, height):
    """Clocks of a stage whose lanes are the bottleneck, for lines of more than ``steps`` beats."""
    stage, scale = core.stages[number], core.input_scales[number]
    beats = width * scale // stage.columns
    # Beats that come in while the lanes still work on the frame before, if these are slower than
    # the line buffer. The last terms are the clocks from the last of them to the first window.
    overlap = 0
    if stage.steps > 1:
        overlap = (stage.reach_beats + QUEUED + 1) * stage.steps
        overlap -= stage.reach_beats + CREDIT_DELAY + LineBuffer.delay(stage) + 1
    pause = max(stage.reach_beats, stage.reach * beats - overlap)
    return stage.steps * beats * height * scale + pause


@pytest.mark.parametrize("lanes", [(1, 1, 4), (3, 3, 12), (6, 6, 24)])
@pytest.mark.parametrize("size", [(960, 540), (40, 30)])
def test_stages_alone_take_the_clocks_of_their_lanes(lanes, size):
    design = "x1 S:5 | T:5 ; x2 S:5+T@1:5 ; x2 V:5"
    core = make_chain(design, lanes, max_width=960, max_height=540)
    expected = [formula(core, number, *size) for number in range(3)]
    assert [clocks_of_stage(core, number, *size) for number in range(3)] == expected
    assert max(expected) <= clocks_per_frame(core, *size) < 1.1 * max(expected)


@pytest.mark.parametrize("beat", [1, 2, 8])
def test_a_narrow_beat_is_the_bottleneck(beat):
    core = make_core("F", 4, 4, lanes=12, pixels_per_beat=beat, max_width=960, max_height=540)
    assert clocks_per_frame(core, 960, 540) == 540 * 4 * 3840 // beat


# In the last two cores the line writer fills slowly: it writes a line in 17 clocks and reads it in
# 18.
@pytest.mark.parametrize("height", [2, 5, 40])
@pytest.mark.parametrize(
    "core",
    [
        make_core("S", 4, lanes=2),
        make_chain("x1 S:5 | V:5 ; x2 V:5+V@1:5", (2, 1), colour="grey"),
        make_core("F", 4, 4, lanes=4, colour="grey", pixels_per_beat=4),
        make_core("V", 4, 2, lanes=4, colour="grey", max_width=60),
        make_chain("x2 S:5 ; x2 V:5", (2, 8), colour="grey", max_width=41),
    ],
)
def test_lines_that_are_passed_over_change_nothing(core, height, monkeypatch):
    def run(counts):
        """Starts of five frames; clocks of all events after each line that is not passed over."""
        clocks = []

        def replacement(timing):
            clocks.append(timing.clocks().tobytes())
            return counts(timing)

        monkeypatch.setattr(CoreTiming, "counts", replacement)
        timing = CoreTiming.of_core(core, 17, height)
        return [timing.frame() for _ in range(5)], clocks

    starts, clocks = run(CoreTiming.counts)
    numbers = iter(range(1_000_000))
    starts_line_by_line, clocks_line_by_line = run(lambda _: next(numbers))
    assert len(clocks_line_by_line) == 5 * height
    assert starts == starts_line_by_line
    assert set(clocks) <= set(clocks_line_by_line)


def test_few_lines_are_computed_although_the_line_writer_fills_slowly(monkeypatch):
    # The last stage writes a line in 961 clocks and reads it in 962.
    lanes = (6, 6, 24)
    core = make_chain("x1 S:5 ; x2 S:5 ; x2 V:5", lanes, max_width=961, max_height=540)
    lines, real = [], CoreTiming._line
    monkeypatch.setattr(CoreTiming, "_line", lambda self, y: (lines.append(y), real(self, y)))
    assert CoreTiming.of_core(core, 961, 540).frame() == latency(core, 961, 540)
    assert len(lines) < 150
