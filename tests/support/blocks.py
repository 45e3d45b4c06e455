"""Shared by the tests of blocks: small parameters, payloads of frames, and running a block."""

import numpy as np
import pytest

from hw.params import StageParams
from sim.bench.streams import run_stream
from sim.bench.traffic import Traffic
from sw.tables.grid import DifferenceGrid
from sw.tables.samples import sample_dtype, white
from tables import make_upsampler

TRAFFIC = [
    pytest.param(
        Traffic(idle, stall, seed=7),
        id=f"idle{idle}-stall{stall}",
        marks=[] if idle == stall else [pytest.mark.long],
    )
    for idle in (0.0, 0.4)
    for stall in (0.0, 0.4)
]


def make_params(family="S", frac_bits=6, scale=4, padding="reflect", bits=8, **choices):
    """Parameters of a stage with a seeded random table, by default at most 16 pixels wide.

    ``frac_bits`` may also be a grid; both are those for samples of 8 bits.
    """
    upsampler = make_upsampler(family, frac_bits, scale, padding, low=-20, high=90)
    stage = upsampler.at_bits(bits).stages[0]
    return StageParams(stage=stage, **{"max_width": 16, **choices})


def make_group(*args, **choices):
    """Parameters of the only group of such a stage."""
    return make_params(*args, **choices).groups[0]


NINE, FIVE = DifferenceGrid((0, 16, 48, 112, 368), -1), DifferenceGrid((0, 32, 288))
"""Difference grids of nine and of five levels."""
COARSE, LESS_COARSE = (DifferenceGrid((0, 16, 48, 112, 368), -1, bits) for bits in (4, 5))
"""Difference grids with fractions of four and of five bits."""

TABLES = [
    *(("S", 4), ("S", 6), ("S", 8), ("F", 5), ("V", 0), ("V", 4)),
    *(
        pytest.param(family, grid, id=f"{family}-differences")
        for family, grid in (("S", NINE), ("F", FIVE), ("V", NINE))
    ),
    pytest.param("S", COARSE, id="S-coarse-differences"),
    pytest.param("F", LESS_COARSE, id="F-less-coarse-differences"),
]
"""Family and grid of the tables to try."""


def look_ups(group, count, seed=0):
    """Random tap values (taps, count) with ties, extremes and every order of the taps."""
    rng = np.random.default_rng(seed)
    bits = group.sample_bits
    taps = rng.integers(0, 1 << bits, (group.taps, count)).astype(sample_dtype(bits))
    taps[:, ::7] = taps[0, ::7]  # all equal
    taps[1, ::5] = taps[0, ::5]  # a tie
    taps[:, 1::50], taps[:, 2::50] = 0, white(bits)
    return taps


def pixels_of(frames, columns=1):
    """Payloads of pixels_layout for ``frames`` (height, width, samples), in raster order."""
    for frame in frames:
        height, width = frame.shape[:2]
        for y in range(height):
            for x in range(0, width, columns):
                line_last = x + columns == width
                yield {
                    "pixels": frame[y, x : x + columns].tolist(),
                    "line_last": line_last,
                    "frame_last": line_last and y == height - 1,
                }


def unpack(view):
    """A data.View of arrays as nested lists of int."""
    return [unpack(item) for item in view] if hasattr(view, "__len__") else int(view)


def run_free(dut, values):
    """Send ``values`` through a block that never stalls and return its payloads.

    Checks throughput and latency, one payload per clock after ``delay`` clocks, and that pauses of
    the input change nothing.
    """
    sizes = dut.group if hasattr(dut, "group") else dut.params
    payloads, clocks = run_stream(dut, values, len(values))
    delay = dut.delay(sizes)
    assert clocks == list(range(delay, delay + len(values)))
    again, _ = run_stream(type(dut)(sizes), values, len(values), Traffic(idle=0.5, seed=3))
    assert [str(payload) for payload in payloads] == [str(payload) for payload in again]
    return payloads
