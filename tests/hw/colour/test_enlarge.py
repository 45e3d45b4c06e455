"""The whole interpolation of chroma against the golden model, and its throughput."""

import random

import numpy as np
import pytest

from blocks import TRAFFIC
from chroma import make_frames, pictures_of, samples_of
from hw.colour.enlarge import ChromaEnlarger
from hw.colour.params import ChromaParams
from sim.bench.streams import run_stream
from sim.bench.traffic import Traffic
from sw.pictures.colour_formats import interpolate

SHAPES = [
    {"scale": 4, "columns": 1, "pixels_per_beat": 1},
    {"scale": 4, "columns": 2, "components": 2, "values": range(256), "cosited": True},
    {"scale": 4, "columns": 4, "pixels_per_beat": 16},
    {"scale": 3, "columns": 1, "components": 2, "values": range(256), "cosited": True},
    {"scale": 3, "columns": 4, "components": 1, "depth": 3},
    {"scale": 2, "columns": 2},
    {"scale": 2, "columns": 8, "components": 1, "pixels_per_beat": 2},
    {"scale": 2, "columns": 2, "components": 1, "values": range(-1023, 1024)},
]


def enlarged(frame, params):
    """Each component enlarged by the golden model: (r·height, r·width, components)."""
    planes = []
    for c in range(params.components):
        parts = interpolate(frame[:, :, c], params.scale, cosited=params.cosited)
        planes.append(np.concatenate([values for _, values in parts]))
    return np.stack(planes, axis=2)


def assert_enlarged(payloads, frames, params):
    """Make sure that the pictures in ``payloads`` are those of the golden model."""
    expected = [enlarged(frame, params) for frame in frames]
    shapes = [picture.shape[:2] for picture in expected]
    pictures = pictures_of(payloads, shapes, params.pixels_per_beat, params.components)
    for got, picture in zip(pictures, expected, strict=True):
        assert np.array_equal(got, picture)


def beat_count(frames, params):
    r, beat = params.scale, params.pixels_per_beat
    return sum(r * frame.shape[0] * -(-r * frame.shape[1] // beat) for frame in frames)


@pytest.mark.parametrize("traffic", TRAFFIC)
@pytest.mark.parametrize("shape", SHAPES)
def test_equals_the_golden_model(shape, traffic):
    params = ChromaParams(max_width=11, **shape)
    sizes = [(h, w) for h in (1, 2, 5) for w in (1, 2, 3, 4, 11)]
    random.Random(2).shuffle(sizes)
    frames = make_frames(sizes, params)
    dut, count = ChromaEnlarger(params), beat_count(frames, params)
    payloads, _ = run_stream(dut, list(samples_of(frames)), count, traffic)
    assert_enlarged(payloads, frames, params)


@pytest.mark.parametrize("level", [0, -1])
def test_extremes(level):
    params = ChromaParams(scale=4, columns=1, max_width=8)
    end, opposite = params.values[level], params.values[-1 - level]
    rng = np.random.default_rng(0)
    frames = [
        np.full((4, 8, 3), end),
        np.where(rng.random((6, 8, 3)) < 0.5, end, opposite),
        np.where(np.indices((6, 8)).sum(axis=0)[:, :, None] % 2, end, opposite).repeat(3, axis=2),
    ]
    dut, count = ChromaEnlarger(params), beat_count(frames, params)
    payloads, _ = run_stream(dut, list(samples_of(frames)), count)
    assert_enlarged(payloads, frames, params)


def test_throughput_is_a_beat_per_clock():
    params = ChromaParams(scale=4, columns=2, components=1, max_width=64, pixels_per_beat=8)
    frames = make_frames([(10, 64)], params)
    dut = ChromaEnlarger(params)
    _, clocks = run_stream(dut, list(samples_of(frames)), beat_count(frames, params))
    first = clocks[0]
    assert first <= 3 * 64 - 1 + ChromaEnlarger.delay(params)
    assert clocks == list(range(first, first + len(clocks)))


def test_a_slow_sink_loses_nothing():
    params = ChromaParams(scale=2, columns=1, components=1, max_width=64, pixels_per_beat=8)
    frames = make_frames([(6, 64)], params)
    dut, count = ChromaEnlarger(params), beat_count(frames, params)
    payloads, _ = run_stream(dut, list(samples_of(frames)), count, Traffic(stall=0.97, seed=3))
    assert_enlarged(payloads, frames, params)
