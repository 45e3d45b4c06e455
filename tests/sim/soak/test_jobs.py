"""Random frames of a soak, whole and broken."""

from collections import Counter

import numpy as np
import pytest

from cores import make_core
from hw.windows.guard import Error
from sim.bench.beats import FIRST
from sim.bench.guarded import guarded_frames
from sim.soak.jobs import BEGINNINGS, FAULTS, SIZES, TRAFFIC, random_job


@pytest.mark.parametrize("colour", ["rgb", "ycbcr422"])
def test_jobs_cover_all_classes_and_end_with_a_whole_frame(colour):
    params = make_core("V", 6, 2, lanes=4, colour=colour, max_width=60, max_height=40)
    rng = np.random.default_rng(3)
    seen, traffic, beginnings = Counter(), Counter(), Counter()
    for _ in range(30):
        job = random_job(params, rng, 5000)
        assert job.classes[-1][1] == "whole"
        assert len(job.low) == sum(fault != "size refused" for _, fault in job.classes)
        starts = np.flatnonzero(job.beats.flags & FIRST)
        assert len(starts) == len(job.classes)
        assert sum(job.errors) == sum(fault != "whole" for _, fault in job.classes)
        for frame in job.low:
            height, width, channels = frame.shape
            assert height <= params.max_height
            assert width <= params.max_width
            assert channels == params.channels
            assert colour != "ycbcr422" or width % 2 == 0
        seen.update(item for classes in job.classes for item in classes)
        traffic[job.traffic_class] += 1
        beginnings[job.beginning] += 1
    # In 4:2:2 no frame has one column.
    missing = {"1 pixel", "1 column"} if colour == "ycbcr422" else set()
    assert set(seen) == {*FAULTS, *SIZES} - missing
    assert set(traffic) == set(TRAFFIC)
    assert set(beginnings) == set(BEGINNINGS)


@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("colour", ["ycbcr444", "ycbcr422"])
def test_frames_and_errors_are_those_of_the_golden_guard(colour, count):
    params = make_core(
        *("V", 6, 2),
        lanes=4,
        colour=colour,
        max_width=10,
        max_height=9,
        input_pixels_per_beat=count,
    )
    rng = np.random.default_rng(4)
    broken = 0
    for _ in range(40):
        job = random_job(params, rng, 100)
        frames, errors, complete = guarded_frames(job.beats, params)
        assert complete
        assert errors == job.errors
        for expected, found in zip(frames, job.low, strict=True):
            assert np.array_equal(expected, found)
        broken += sum(errors)
    assert broken > 20


def test_errors_are_in_the_order_of_the_bits():
    assert [error.value for error in Error] == [1, 2, 4, 8, 16]
