"""The core after synthesis for ECP5, ROM contents and hard registers included."""

import numpy as np
import pytest

from hw.core_params import CoreParams
from pictures import assert_same
from sim.bench import verilated
from sim.bench.beats import beat_count, from_result, to_beats
from sim.bench.netlist import write_netlist
from sim.bench.traffic import Traffic
from sw.pictures.colour_formats import upscale_format
from sw.tables.design import parse
from tables import filled

CORES = {
    # One table in block RAM, and one with few rows in LUTs; products in multipliers.
    "two tables": CoreParams(
        upsampler=filled(parse("x2 S ; x2 S:5", "reflect"), low=-128, high=127),
        colour="grey",
        lanes=(1, 4),
        max_width=16,
        max_height=8,
        pixels_per_beat=2,
    ),
    # A pixel queue, groups of tables that read several maps, the luma and the chroma's way.
    "maps, luma": CoreParams(
        upsampler=filled(parse("x1 V:5 | V:5 ; x2 V:5+V@1:5", "edge"), low=-60, high=60),
        colour="luma",
        lanes=(1, 1),
        max_width=16,
        max_height=8,
        pixels_per_beat=1,
    ),
}


@pytest.mark.long
@pytest.mark.parametrize("name", CORES)
def test_netlist_equals_the_golden_model(name):
    params = CORES[name]
    simulation = verilated.Simulation(params, optimise=False, write=write_netlist)
    sizes = [(3, 5), (8, 16), (1, 1), (4, 2), (2, 16)]
    frames = [
        np.random.default_rng(seed).integers(0, 256, (*size, params.channels), np.uint8)
        for seed, size in enumerate(sizes)
    ]
    for traffic in (Traffic(0, 0, 0), Traffic(0.3, 0.4, 1)):
        capacity = sum(beat_count(*size, params) for size in sizes) + 100
        result = simulation.run(to_beats(frames), capacity, traffic)
        for frame, out in zip(frames, from_result(result, sizes, params), strict=True):
            golden = upscale_format(frame, params.upsampler, params.colour)
            assert_same(golden, out, f"netlist, {name}")
