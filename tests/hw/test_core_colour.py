"""The colour formats of the whole core under Verilator against the golden model."""

import numpy as np
import pytest

from blocks import COARSE
from core_runs import BROKEN, check, check_broken, random_frames, run, send_broken, simulation
from cores import core_cases, make_chain, make_core
from hw import core_timing
from hw.core_params import CoreParams
from hw.core_timing import CoreTiming
from pictures import photo_like
from sim.bench import verilated
from sim.bench.beats import FIRST, beat_count, from_result, to_beats
from sim.bench.traffic import Traffic
from sw.errors import BadInput
from sw.pictures.colour_formats import upscale_format
from sw.tables.files import LUTS, load
from sw.tables.grid import DifferenceGrid
from sw.tables.samples import sample_dtype, white


def shipped(name, colour, beat, lanes=1):
    """A core of a shipped table."""
    return CoreParams.for_upsampler(
        load(LUTS / f"{name}.npz"),
        colour=colour,
        lanes=(lanes,),
        pixels_per_beat=beat,
        max_width=18,
        max_height=8,
    )


SHIFTED = DifferenceGrid((0, 16, 48, 112, 368), -1, 0)
"""A difference grid whose sums are shifted left with samples of 10 bits or more."""

CORES = {
    f"{name} {colour}": shipped(name, colour, beat)
    for name, colour, beat in (
        *(("nano", "luma", 4), ("nano", "ycbcr444", 2), ("nano", "ycbcr422", 4)),
        *(("compact", "luma", 4), ("compact", "ycbcr444", 8), ("compact", "ycbcr422", 2)),
        *(("S", "luma", 1), ("S", "ycbcr444", 4), ("S", "ycbcr422", 16)),
        *(("S_x2", "luma", 16), ("S_x2", "ycbcr444", 1), ("S_x2", "ycbcr422", 4)),
        *(("S_x3", "luma", 8), ("S_x3", "ycbcr444", 16), ("S_x3", "ycbcr422", 2)),
    )
}
CORES |= {
    # One LR pixel per clock, so that luma and chroma go out without a pause.
    "P4, edge, differences, time-out": make_core(
        "V", 5, 4, "edge", -128, 127, lanes=4, colour="luma", max_width=18, frame_timeout=500
    ),
    "F×2 P4": make_core("F", 4, 2, lanes=4, colour="ycbcr422", max_width=18),
    # A pixel of 4:4:4 takes 30 of 32 bits, one of 4:2:2 24 of 24, one of grey 10 of 16.
    "10 bits, luma": make_core(
        "V", COARSE, 2, low=-128, high=127, lanes=4, colour="luma", max_width=18, bits=10
    ),
    "10 bits, 4:4:4": make_core("V", 5, 4, lanes=1, colour="ycbcr444", max_width=18, bits=10),
    "10 bits, grey": make_core("F", COARSE, 3, lanes=4, colour="grey", max_width=18, bits=10),
    "12 bits, 4:2:2": make_core("F", 4, 2, lanes=4, colour="ycbcr422", max_width=18, bits=12),
    "11 bits, a shifted sum": make_core(
        "V", SHIFTED, 2, low=-128, high=127, lanes=2, max_width=18, bits=11
    ),
    "×1 at the end": make_chain(
        "x3 F:5 | V:7+V:5 ; x1 V@1:5", (2, 12), colour="luma", pixels_per_beat=2, max_width=18
    ),
}
QUICK = "P4, edge, differences, time-out", "F×2 P4", "10 bits, luma"
WIDTHS, HEIGHTS = (1, 2, 3, 6, 18), (1, 2, 3, 5)


@pytest.fixture(params=core_cases(CORES, QUICK))
def core(request):
    return CORES[request.param]


def small_sizes(core):
    """Sizes (height, width) of small frames that the core takes."""
    step = 2 if core.colour == "ycbcr422" else 1
    return [(height, width) for width in WIDTHS for height in HEIGHTS if width % step == 0]


@pytest.mark.parametrize("idle", [0, 0.5])
@pytest.mark.parametrize("stall", [0, 0.5])
def test_frames_of_all_small_sizes_back_to_back(core, idle, stall):
    frames = [
        photo_like(*size, core.channels, seed, core.sample_bits)
        for seed, size in enumerate(small_sizes(core))
    ]
    result = run(core, frames, Traffic(idle, stall, seed=1))
    assert not any(result.errors)


def test_corners_and_random_frames(core):
    shape = (5, 8, core.channels)
    rng = np.random.default_rng(0)
    most, dtype = white(core.sample_bits), sample_dtype(core.sample_bits)
    frames = [
        np.zeros(shape, dtype),
        np.full(shape, most, dtype),
        rng.choice(np.array([0, most], dtype), shape),
        *random_frames(core, rng, 6),
    ]
    run(core, frames, Traffic(0.2, 0.9, seed=2))
    run(core, frames, Traffic(0.9, 0.2, seed=3))


@pytest.mark.parametrize("name", BROKEN)
def test_broken_frame_is_completed_in_black_and_the_next_one_is_whole(core, name):
    check_broken(core, name)


def test_clocks_are_those_of_the_model(core):
    """Each frame begins in the clock that the model says: the luma never waits for the chroma."""
    for height, width in ((1, 2), (2, 6), (8, 18)):
        frames = [photo_like(height, width, core.channels, bits=core.sample_bits)] * 16
        result = run(core, frames, Traffic())
        timing = CoreTiming.of_core(core, width, height)
        starts = result.clock[np.flatnonzero(result.flags & FIRST)].astype(int).tolist()
        assert [timing.frame() for _ in starts] == starts
        assert core_timing.latency(core, width, height) == starts[0]


def test_a_grey_picture_in_luma_is_that_of_a_grey_core():
    core = CORES["P4, edge, differences, time-out"]
    grey = photo_like(8, 18, 1)
    frame = grey.repeat(3, axis=2)
    run(core, [frame], Traffic())
    expected = upscale_format(grey, core.upsampler, "grey").repeat(3, axis=2)
    assert np.array_equal(upscale_format(frame, core.upsampler, "luma"), expected)


@pytest.mark.parametrize("width", [3, 17])
def test_odd_width_in_422_is_flagged_like_a_size_out_of_range(width):
    core = CORES["F×2 P4"]

    def refuse(part):
        return verilated.Beats(part.data, part.flags, np.full_like(part.width, width), part.height)

    frames, result = send_broken(core, refuse)
    assert result.errors == (1, 0, 0, 0, 0)
    got = from_result(result, [(4, 6)] * 2, core)
    for low, large in zip((frames[0], frames[2]), got, strict=True):
        check(core, low, large, "odd-width")


@pytest.mark.parametrize("name", core_cases(["F×2 P4", "S luma", "nano luma"], ["F×2 P4"]))
def test_a_sink_that_stalls_for_long_stops_nothing(name):
    """All memories fill up, of chroma and of luma; then everything goes on."""
    core = CORES[name]
    frames = [photo_like(8, 18, core.channels, seed) for seed in range(3)]
    result = run(core, frames, Traffic(stall=0.99, seed=4))
    assert result.clocks > 50 * len(result.clock)


@pytest.mark.long
def test_frames_of_the_smallest_core():
    core = make_core("V", 6, 2, lanes=4, colour="ycbcr422", max_width=2, max_height=1)
    run(core, [photo_like(1, 2, 2, seed) for seed in range(5)], Traffic(0.3, 0.3, 1))


def test_frame_that_stops_is_completed_in_black():
    core = CORES["P4, edge, differences, time-out"]
    frame = photo_like(4, 6, 3)
    beats = to_beats([frame])
    kept = verilated.Beats(*(array[:15] for array in vars(beats).values()))
    result = simulation(core).run(kept, 2 * beat_count(4, 6, core), Traffic(0.3, 0.3, seed=6))
    frame.reshape(-1, 3)[15:] = 0
    check(core, frame, from_result(result, [(4, 6)], core)[0], "timeout")
    assert result.errors == (0, 0, 0, 0, 1)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"colour": "ycbcr422"}, "max_width is 17; it must be even in ycbcr422"),
        (
            {"colour": "ycbcr422", "max_width": 16, "pixels_per_beat": 1},
            "pixels_per_beat is 1; it must be 2, 4, 8 or 16 in ycbcr422",
        ),
        ({"colour": "luma", "scale": 1}, "colour is luma; it must be rgb or grey with a table of"),
    ],
)
def test_refuses(choices, message):
    with pytest.raises(BadInput, match=message):
        make_core(**choices)
