"""Interpolation between lines and within a line against the golden functions."""

from itertools import pairwise

import numpy as np
import pytest

from blocks import run_free, unpack
from hw.colour.interpolate import ColumnInterpolator, RowInterpolator, signed_digits
from hw.colour.params import TAPS, ChromaParams, interpolated_range
from sim.bench.streams import run_stream
from sw.pictures.colour_formats import interpolate_lines, phases

SHAPES = [
    {"scale": 2, "columns": 1},
    {"scale": 3, "columns": 2},
    {"scale": 4, "columns": 1},
    {"scale": 4, "columns": 2, "components": 2, "values": range(256), "cosited": True},
    {"scale": 3, "columns": 1, "components": 1, "values": range(256), "cosited": True},
    {"scale": 1, "columns": 1, "components": 1},
    {"scale": 4, "columns": 1, "values": range(-1023, 1024)},
    {"scale": 3, "columns": 2, "components": 2, "values": range(4096), "cosited": True},
]


def samples(shape, values, seed=0):
    """Random numbers in ``values``; the first ones are its two ends alone."""
    rng = np.random.default_rng(seed)
    array = rng.integers(values[0], values[-1], shape, endpoint=True)
    ends = shape[0] // 2
    array[:ends] = rng.choice([values[0], values[-1]], (ends, *shape[1:]))
    return array


@pytest.mark.parametrize("shape", SHAPES)
def test_rows(shape):
    params = ChromaParams(**shape)
    kernels, count = phases(params.scale), 400
    rows = samples((count, TAPS, params.columns, params.components), params.values)
    numbers = np.arange(count) % params.scale
    values = [
        {"rows": beat.tolist(), "phase": int(phase)}
        if phase < params.phases
        else {"rows": beat[::-1].tolist(), "phase": int(params.scale - 1 - phase)}
        for beat, phase in zip(rows, numbers, strict=True)
    ]
    expected = [
        interpolate_lines(beat.reshape(TAPS, -1), kernels)[phase].reshape(beat.shape[1:])
        for beat, phase in zip(rows, numbers, strict=True)
    ]
    payloads = run_free(RowInterpolator(params), values)
    assert np.array_equal([unpack(payload) for payload in payloads], expected)


@pytest.mark.parametrize("shape", SHAPES)
def test_columns(shape):
    params = ChromaParams(**shape)
    width = params.columns + TAPS - 1
    beats = samples((400, width, params.components), params.tall_values)
    expected = [interpolate_lines(beat, params.column_kernels) for beat in beats]
    payloads = run_free(ColumnInterpolator(params), beats.tolist())
    assert np.array_equal([unpack(payload) for payload in payloads], expected)


def run_bypassed(dut, values):
    """Payloads of ``dut`` while it repeats samples, and their clocks."""

    async def bypass(ctx):
        ctx.set(dut.bypass, 1)

    payloads, clocks = run_stream(dut, values, len(values), watchers=[bypass])
    return [unpack(payload) for payload in payloads], clocks


@pytest.mark.parametrize("shape", SHAPES)
def test_a_bypass_repeats_the_sample_in_the_middle_with_the_same_delay(shape):
    params = ChromaParams(**shape, bypass=True)
    count, width = 50, params.columns + TAPS - 1
    rows = samples((count, TAPS, params.columns, params.components), params.values)
    payloads, clocks = run_bypassed(
        RowInterpolator(params), [{"rows": beat.tolist(), "phase": 0} for beat in rows]
    )
    assert np.array_equal(payloads, rows[:, 2])
    assert clocks[0] == RowInterpolator.delay(params)
    beats = samples((count, width, params.components), params.tall_values)
    payloads, clocks = run_bypassed(ColumnInterpolator(params), beats.tolist())
    middle = beats[:, 2 : 2 + params.columns]
    assert np.array_equal(payloads, np.repeat(middle, params.scale, axis=1))
    assert clocks[0] == ColumnInterpolator.delay(params)


@pytest.mark.parametrize("values", [range(-255, 256), range(256), range(-1023, 1024), range(4096)])
@pytest.mark.parametrize("scale", [2, 3, 4])
def test_the_range_is_reached(scale, values):
    kernels = phases(scale)
    bounds = interpolated_range(kernels, values)
    ends = values[0], values[-1]
    for end, opposite in (ends, ends[::-1]):
        lines = np.array([[[end, opposite][w < 0] for w in kernel] for kernel in kernels]).T
        results = interpolate_lines(lines, kernels)
        assert results.min() >= bounds[0]
        assert results.max() <= bounds[-1]
        assert (bounds[0] if end < opposite else bounds[-1]) in results


def test_signed_digits_are_the_constant_and_never_neighbours():
    for constant in range(-130, 131):
        digits = signed_digits(constant)
        assert sum(sign << shift for shift, sign in digits) == constant
        shifts = [shift for shift, _ in digits]
        assert all(b - a > 1 for a, b in pairwise(shifts))
