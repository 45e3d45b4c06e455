"""A reset in every phase of a core, 1 to 5 clocks long: then it does what it did after power-on."""

import random

import numpy as np
import pytest

from core_ports import offer, record_ports
from cores import core_cases, make_chain, make_core
from resets import timeline
from sim.bench.beats import beat_count

WIDTH, HEIGHT = 2, 2
SMALL = {"max_width": 2, "max_height": 2}
CORES = {
    "line writer": make_core("V", 6, 2, lanes=1, colour="grey", pixels_per_beat=4, **SMALL),
    "pixel queue": make_chain("x1 V:5 ; x2 V:5", (4, 4), colour="grey", **SMALL),
    "time-out": make_core("V", 6, 2, lanes=3, frame_timeout=9, **SMALL),
    "two pixels per input beat, TKEEP": make_core(
        "V", 6, 2, lanes=4, colour="luma", input_pixels_per_beat=2, tkeep=True, **SMALL
    ),
    "line of half an input beat, TKEEP": make_core(
        *("V", 6, 2),
        lanes=4,
        colour="grey",
        pixels_per_beat=8,
        input_pixels_per_beat=4,
        tkeep=True,
        **SMALL,
    ),
    "luma held back": make_core("V", 6, 2, lanes=4, colour="luma", **SMALL),
    "4:2:2": make_core("V", 6, 2, lanes=4, colour="ycbcr422", pixels_per_beat=2, **SMALL),
}
CLOCKS = 120
"""In so many clocks a frame comes out, others follow it in, and one is broken."""

PAUSE = range(55, 80)
"""Clocks in which the sink takes nothing: the core fills up."""

ALWAYS = "s_axis_video_tready", "m_axis_video_tvalid", "error"
WITH_VALID = tuple(f"m_axis_video_{name}" for name in ("tdata", "tkeep", "tuser", "tlast"))


def simulate(core, line, rng):
    """All ports in each clock. What source and sink do follows from the time in ``line`` alone."""
    levels, count = 2**core.input_bits, core.input_pixels_per_beat
    frame = [
        (rng.randrange(levels), x == y == 0, x + count >= WIDTH)
        for y in range(HEIGHT)
        for x in range(0, WIDTH, count)
    ]
    beats = frame * 2 + frame[: len(frame) // 2] + frame
    idle = [rng.random() < 0.3 for _ in range(CLOCKS)]
    stall = [rng.random() < 0.3 or clock in PAUSE for clock in range(CLOCKS)]
    noise = [(rng.randrange(levels), rng.randrange(2), rng.randrange(2)) for _ in range(CLOCKS)]
    sent, offering = 0, False

    def inputs(clock, ready):
        nonlocal sent, offering
        time, which = line[clock]
        if time is None:
            sent, offering = 0, False
            return {"aresetn": 0, **offer(noise[0], False), "m_axis_video_tready": 1}
        offering = sent < len(beats) and (offering or not idle[time])
        beat = beats[sent] if offering else noise[time]
        starts = offering and beat[1]
        level = beat[0] ^ (levels - 1) * which
        if offering and ready:
            sent, offering = sent + 1, False
        return {
            "aresetn": 1,
            **offer((level, *beat[1:]), beat is not noise[time]),
            "width": WIDTH if starts else noise[time][0] & 0xFFFF,
            "height": HEIGHT if starts else noise[time][0] & 0xFFFF,
            "m_axis_video_tready": not stall[time],
        }

    return record_ports(core, len(line), inputs)


def outputs(ports):
    """What the core says: the members of a beat count only if there is one."""
    counts = {*ALWAYS, *(WITH_VALID if ports["m_axis_video_tvalid"] else ())}
    return {name: level for name, level in ports.items() if name in counts}


def check(core):
    line = timeline(CLOCKS, 5)
    record = simulate(core, line, random.Random(1))
    seen = [outputs(ports) for ports in record]
    first = seen[1 : 1 + CLOCKS], seen[2 + CLOCKS : 2 + 2 * CLOCKS]
    assert first[0] != first[1]
    moved = [ports["m_axis_video_tvalid"] & ports["m_axis_video_tready"] for ports in record]
    assert sum(moved[1 : 1 + CLOCKS]) >= beat_count(HEIGHT, WIDTH, core)
    assert np.any([ports["error"] for ports in record[1 : 1 + CLOCKS]])
    for clock, (time, which) in enumerate(line):
        if time is not None:
            assert seen[clock] == first[which][time], (clock, time)


@pytest.mark.parametrize("name", core_cases(CORES, ["line writer"]))
def test_after_a_reset_in_any_phase_the_core_does_what_it_did_after_power_on(name):
    check(CORES[name])
