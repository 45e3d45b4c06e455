"""The RTL of every shipped table keeps flat fields."""

import numpy as np
import pytest

from hw.core_params import CoreParams
from pictures import assert_same
from sim.bench import verilated
from sim.bench.beats import beat_count, from_result, to_beats
from sim.bench.traffic import Traffic
from sw.places import LUTS
from sw.tables.files import load

SIZES = ((1, 1), (1, 5), (6, 6))


@pytest.mark.long
@pytest.mark.parametrize(
    "path",
    sorted(LUTS.glob("*.npz")),
    ids=lambda path: path.stem,
)
def test_core_keeps_flat_fields(path):
    params = CoreParams.for_upsampler(
        load(path), colour="grey", lanes=(1,), max_width=6, max_height=6, pixels_per_beat=None
    )
    frames = [np.full((*size, 1), level, np.uint8) for size in SIZES for level in range(256)]
    sizes = [frame.shape[:2] for frame in frames]
    capacity = sum(beat_count(*size, params) for size in sizes)
    # The run is short: optimising the simulator would take longer than it saves.
    simulation = verilated.Simulation(params, optimise=False)
    result = simulation.run(to_beats(frames), capacity, Traffic())
    for number, (frame, large) in enumerate(
        zip(frames, from_result(result, sizes, params), strict=True)
    ):
        r = params.upsampler.scale
        expected = frame.repeat(r, axis=0).repeat(r, axis=1)
        assert_same(expected, large, f"flat-{path.stem}-{number}")
