"""Several pixels per input beat, and TKEEP, of the whole core under Verilator."""

from dataclasses import replace

import numpy as np
import pytest

from blocks import COARSE
from core_runs import check, cut, random_frames, run, simulation
from cores import core_cases, make_chain, make_core
from hw import core_timing
from hw.core_timing import CoreTiming
from pictures import photo_like
from sim.bench.beats import FIRST, LAST, beat_count, from_result, to_beats
from sim.bench.guarded import guarded_frames
from sim.bench.traffic import Traffic
from sim.bench.verilated import Beats
from sw.errors import BadInput

CORES = {
    # One LR pixel per clock.
    "4 → 4, grey, time-out": make_core(
        *("V", 5, 2), lanes=4, colour="grey", input_pixels_per_beat=4, tkeep=True, frame_timeout=500
    ),
    "2 → 16": make_core(
        "F", 5, 3, lanes=2, pixels_per_beat=16, input_pixels_per_beat=2, tkeep=True
    ),
    "4 → 8, 4:2:2": make_core(
        *("V", 5, 3), lanes=4, colour="ycbcr422", pixels_per_beat=8, max_width=18,
        input_pixels_per_beat=4, tkeep=True,
    ),
    "2 → 4, luma": make_core(
        *("V", 5, 3), lanes=4, colour="luma", pixels_per_beat=4, input_pixels_per_beat=2, tkeep=True
    ),
    "4 → 1, pixel queue": make_chain(
        "x2 V:5 ; x1 V:5", (4, 4), colour="grey", input_pixels_per_beat=4, tkeep=True
    ),
    "1 → 4, 4:4:4": make_core(
        "V", 5, 3, lanes=4, colour="ycbcr444", pixels_per_beat=4, tkeep=True
    ),
    "2 → 4, 10 bits, luma": make_core(
        *("V", COARSE, 3), lanes=4, colour="luma", pixels_per_beat=4, input_pixels_per_beat=2,
        tkeep=True, bits=10,
    ),
    "4 → 8, 12 bits, grey": make_core(
        *("V", 5, 3), lanes=4, colour="grey", pixels_per_beat=8, input_pixels_per_beat=4,
        tkeep=True, bits=12,
    ),
    "4 → 2, without TKEEP": make_core("S", 5, 4, pixels_per_beat=2, input_pixels_per_beat=4),
}  # fmt: skip
QUICK = ("2 → 4, 10 bits, luma",)


@pytest.fixture(params=core_cases(CORES, QUICK))
def core(request):
    return CORES[request.param]


def even(width, core):
    """A width that the colour format allows."""
    return width + width % 2 if core.colour == "ycbcr422" else width


@pytest.mark.parametrize(("idle", "stall"), [(0, 0), (0.5, 0), (0, 0.5), (0.5, 0.5)])
def test_frames_of_all_small_sizes_back_to_back(core, idle, stall):
    sizes = [(height, even(width, core)) for width in (*range(1, 10), 17) for height in (1, 2, 3)]
    frames = [
        photo_like(*size, core.channels, seed, core.sample_bits) for seed, size in enumerate(sizes)
    ]
    result = run(core, frames, Traffic(idle, stall, seed=1))
    assert not any(result.errors)


def broken(core, rng):
    """Beats with flags and sizes that are wrong here and there; the last frame is whole."""
    count = core.input_pixels_per_beat
    frames = random_frames(core, rng, 12)
    beats = to_beats(frames, count, core.sample_bits)
    flags, width, height = beats.flags.copy(), beats.width.copy(), beats.height.copy()
    for place in rng.integers(0, len(flags), 10):
        flags[place] ^= rng.integers(1, 4)
    for size, most in ((width, core.max_width), (height, core.max_height)):
        size[rng.integers(0, len(size), 40)] = rng.choice((0, 1, 2, 3, 5, most, most + 1, 65535))
    kept = np.flatnonzero(rng.random(len(flags)) < 0.97)
    whole = photo_like(3, even(5, core), core.channels, bits=core.sample_bits)
    parts = [
        cut(Beats(beats.data, flags, width, height), kept),
        to_beats([whole], count, core.sample_bits),
    ]
    arrays = zip(*(vars(part).values() for part in parts), strict=True)
    return Beats(*map(np.concatenate, arrays))


@pytest.mark.parametrize("seed", range(8))
def test_any_flags_and_sizes_give_whole_frames(core, seed):
    rng = np.random.default_rng(seed)
    beats = broken(core, rng)
    frames, errors, complete = guarded_frames(beats, core)
    assert complete
    assert sum(errors) > 3
    sizes = [frame.shape[:2] for frame in frames]
    capacity = sum(beat_count(*size, core) for size in sizes) + 100
    traffic = Traffic(*rng.choice((0, 0.3), 2), seed)
    result = simulation(core).run(beats, capacity, traffic)
    for number, (low, large) in enumerate(
        zip(frames, from_result(result, sizes, core), strict=True)
    ):
        check(core, low, large, f"beats-frame{number}")
    assert result.errors == errors


@pytest.mark.xdist_group("4 → 4, grey, time-out")
@pytest.mark.parametrize("beats_sent", [1, 2, 5])
def test_a_frame_that_stops_is_completed_after_the_timeout(beats_sent):
    core = CORES["4 → 4, grey, time-out"]
    frame = photo_like(3, 6, 1)
    beats = cut(to_beats([frame], 4), slice(0, beats_sent))
    (expected,), errors, complete = guarded_frames(beats, core)
    assert (errors, complete) == ((0, 0, 0, 0, 0), False)
    result = simulation(core).run(beats, 100, Traffic(0.3, 0.3, seed=6))
    check(core, expected, from_result(result, [(3, 6)], core)[0], "timeout")
    assert result.errors == (0, 0, 0, 0, 1)


def test_clocks_are_those_of_the_model(core):
    for height, width in ((1, 1), (3, 3), (8, 17)):
        size = height, even(width, core), core.channels
        frames = [photo_like(*size, bits=core.sample_bits)] * 8
        result = run(core, frames, Traffic())
        timing = CoreTiming.of_core(core, even(width, core), height)
        starts = result.clock[np.flatnonzero(result.flags & FIRST)].astype(int).tolist()
        assert [timing.frame() for _ in starts] == starts
        assert core_timing.latency(core, even(width, core), height) == starts[0]
        one = replace(core, input_pixels_per_beat=1, tkeep=False)
        assert core_timing.clocks_per_frame(one, width, height) == core_timing.clocks_per_frame(
            core, width, height
        )


@pytest.mark.xdist_group("4 → 8, 4:2:2")
def test_wrong_tkeep_is_found():
    core = CORES["4 → 8, 4:2:2"]
    result = simulation(core).run(to_beats([photo_like(1, 6, 2)], 4), 100, Traffic())
    bits = [*[[True] * 16] * 2, [True] * 4 + [False] * 12]  # a line of 18 pixels of two bytes
    assert result.keep.tolist() == bits * 3
    for beat in range(9):
        keep = result.keep.copy()
        keep[beat, 5 - beat] ^= True
        with pytest.raises(AssertionError, match=rf"TKEEP is wrong in beat \[{beat}\]"):
            from_result(replace(result, keep=keep), [(1, 6)], core)


@pytest.mark.parametrize("count", [2, 4])
def test_last_beat_has_the_padding_that_is_no_part_of_the_frame(count):
    frame = photo_like(2, 5, 3)
    beats = to_beats([frame], count)
    assert beats.data.shape == (2 * -(-5 // count), 3 * count)
    assert (beats.flags & LAST != 0).tolist() == [*([False] * (-(-5 // count) - 1)), True] * 2
    core = make_core("V", 5, 2, input_pixels_per_beat=count)
    (same,), errors, complete = guarded_frames(beats, core)
    assert np.array_equal(same, frame)
    assert (sum(errors), complete) == (0, True)
    last = beats.data[-1].reshape(count, 3)
    assert (last[5 % count :] == ~frame[-1, -1]).all()


@pytest.mark.parametrize("count", [0, 3, 8])
def test_refuses(count):
    message = f"input_pixels_per_beat is {count}; it must be 1, 2 or 4"
    with pytest.raises(BadInput, match=message):
        make_core("V", 5, 2, input_pixels_per_beat=count)
