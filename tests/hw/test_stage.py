import numpy as np
import pytest

from blocks import COARSE, FIVE, NINE, make_params, pixels_of, unpack
from hw.params import StageParams
from hw.stage import UpsamplerStage
from pictures import assert_same, photo_like
from sim.bench.random_cores import random_stage
from sim.bench.streams import run_stream
from sim.bench.traffic import Traffic
from suites import long
from sw import golden

SIZES = [(1, 1), (2, 5), (3, 2)]
"""Lines, and beats per line."""


def run(params, sizes, traffic):
    """Run frames of ``sizes`` through a stage and compare them with the golden model."""
    frames, expected = [], []
    for seed, (height, beats) in enumerate(sizes):
        maps = [
            photo_like(
                height,
                beats * params.columns,
                params.channels,
                seed + 10 * number,
                params.sample_bits,
            )
            for number in range(params.maps_in)
        ]
        frames.append(np.concatenate(maps, axis=2))
        expected.append(np.concatenate(golden.run_stage(maps, params.stage), axis=2))
    beats = [large.shape[0] * -(-large.shape[1] // params.pixels_per_beat) for large in expected]
    values = list(pixels_of(frames, params.columns))
    payloads, _ = run_stream(UpsamplerStage(params), values, sum(beats), traffic)
    pixels = np.array([unpack(payload.pixels) for payload in payloads], expected[0].dtype)
    start = 0
    for number, (large, count) in enumerate(zip(expected, beats, strict=True)):
        lines = pixels[start : start + count].reshape(len(large), -1, large.shape[2])
        got = lines[:, : large.shape[1]]
        for first in range(0, large.shape[2], params.channels):
            samples = slice(first, first + params.channels)
            name = f"stage-frame{number}-map{first // params.channels}"
            assert_same(large[:, :, samples], got[:, :, samples], name)
        start += count
    last = [bool(payload.frame_last) for payload in payloads]
    assert np.flatnonzero(last).tolist() == (np.cumsum(beats) - 1).tolist()


@pytest.mark.parametrize(
    "choices",
    [
        {"lanes": 1, "pixels_per_beat": 1},
        {"lanes": 4, "scale": 3, "pixels_per_beat": 16, "padding": "edge"},
        {"lanes": 12, "family": "F", "scale": 2, "pixels_per_beat": 4},
        {"lanes": 24, "family": "F", "scale": 2, "pixels_per_beat": 4},
        {"lanes": 12, "channels": 1, "family": "F", "scale": 2, "pixels_per_beat": 2},
        {
            "lanes": 2,
            "channels": 1,
            "family": "V",
            "frac_bits": 0,
            "scale": 3,
            "pixels_per_beat": 2,
        },
        {"lanes": 2, "frac_bits": NINE, "scale": 2, "pixels_per_beat": 4},
        {
            "lanes": 12,
            "family": "F",
            "frac_bits": FIVE,
            "scale": 2,
            "padding": "edge",
            "pixels_per_beat": 4,
        },
        {"lanes": 3, "family": "V", "frac_bits": NINE, "scale": 1, "pixels_per_beat": 1},
        {"lanes": 24, "family": "V", "frac_bits": NINE, "scale": 1, "pixels_per_beat": 2},
        {"lanes": 12, "family": "V", "frac_bits": NINE, "scale": 1, "pixels_per_beat": 4},
        {"lanes": 4, "scale": 2, "frac_bits": 4, "pixels_per_beat": 2, "bits": 10},
        {"lanes": 3, "family": "V", "frac_bits": COARSE, "pixels_per_beat": 4, "bits": 10},
        {"lanes": 12, "family": "V", "frac_bits": COARSE, "scale": 1, "bits": 12},
    ],
    ids=str,
)
@pytest.mark.parametrize("traffic", [long(Traffic()), Traffic(0.3, 0.3, 1)], ids=str)
def test_one_table_equals_the_model(choices, traffic):
    run(make_params(**choices), SIZES, traffic)


@pytest.mark.parametrize("scale", [1, 2, 3])
@pytest.mark.parametrize(("maps_in", "maps"), [(1, 3), (3, 1), (2, 2)])
@pytest.mark.parametrize(("channels", "lanes"), [(1, 2), long(1, 8), long(3, 3)])
def test_several_tables_and_maps(scale, maps_in, maps, channels, lanes):
    rng = np.random.default_rng([scale, maps_in, maps, channels, lanes])
    stage = random_stage(scale, maps_in, maps, rng)
    columns = max(1, lanes // (4 * channels))
    sizes = {"maps_in": maps_in, "channels": channels, "lanes": lanes, "max_width": 16}
    run(StageParams(stage=stage, pixels_per_beat=columns, **sizes), SIZES, Traffic(0.2, 0.3, 1))
