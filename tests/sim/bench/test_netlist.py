"""The core after synthesis for ECP5, ROM contents and hard registers included."""

import numpy as np

from hw.core_params import CoreParams
from pictures import assert_same
from sim.bench import verilated
from sim.bench.beats import beat_count, from_result, to_beats
from sim.bench.netlist import write_netlist
from sim.bench.traffic import Traffic
from sw import golden
from sw.tables.design import parse
from tables import filled

# One table in block RAM, and one with few rows in LUTs; products in multipliers.
CORE = CoreParams(
    upsampler=filled(parse("x2 S ; x2 S:5", "reflect"), low=-128, high=127),
    colour="grey",
    lanes=(1, 4),
    max_width=16,
    max_height=8,
    pixels_per_beat=2,
)


def test_netlist_equals_the_golden_model():
    simulation = verilated.Simulation(CORE, optimise=False, write=write_netlist)
    sizes = [(3, 5), (8, 16), (1, 1), (4, 2), (2, 16)]
    frames = [
        np.random.default_rng(seed).integers(0, 256, (*size, 1), np.uint8)
        for seed, size in enumerate(sizes)
    ]
    for traffic in (Traffic(0, 0, 0), Traffic(0.3, 0.4, 1)):
        capacity = sum(beat_count(*size, CORE) for size in sizes) + 100
        result = simulation.run(to_beats(frames), capacity, traffic)
        for frame, out in zip(frames, from_result(result, sizes, CORE), strict=True):
            assert_same(golden.upscale(frame, CORE.upsampler), out, "netlist")
