"""The whole core under Verilator against the golden model."""

import numpy as np
import pytest

from blocks import FIVE, NINE
from core_runs import BROKEN, check_broken, cut, random_frames, run, send_broken, simulation
from cores import core_cases, make_chain, make_core
from hw import core_timing
from hw.core_params import CoreParams
from pictures import assert_same, photo_like
from sim.bench import verilated
from sim.bench.beats import FIRST, beat_count, from_result, to_beats
from sim.bench.random_cores import random_core
from sim.bench.traffic import Traffic
from sim.commands.run import clocks_per_frame
from suites import long
from sw import golden
from sw.errors import BadInput
from sw.tables.files import LUTS, load

MAPS = "x1 S:5+T:5 | S:5+T:5 ; x2 S:5+S@1:5+S@2:5 ; x2 S:7"
LARGE = {"max_width": 96, "max_height": 54}
CHAINS = {
    "maps P3": make_chain(MAPS, (3, 3, 12), **LARGE),
    "maps, two pixels at a time": make_chain(MAPS, (2, 2, 8), colour="grey", **LARGE),
    "×1 at the end, edge": make_chain(
        "x3 F:5 | V:7+V:5 ; x1 V@1:5", (2, 12), "edge", -128, 127, colour="grey", pixels_per_beat=2
    ),
}
CORES = {
    "S×4 P1": make_core(lanes=1, **LARGE),
    "S×4 P2": make_core(lanes=2, **LARGE),
    "S×4 P4": make_core(lanes=4, **LARGE),
    "S×4 P12": make_core(lanes=12, **LARGE),
    "S×3 P6 edge, narrow beat": make_core("S", 5, 3, "edge", lanes=6, pixels_per_beat=1),
    "S×2 P3 extreme entries": make_core("S", 4, 2, lanes=3, low=-128, high=127),
    "F×4 P2 edge": make_core("F", 5, 4, "edge", lanes=2, **LARGE),
    "F×3 P4 grey": make_core("F", 6, 3, lanes=4, colour="grey"),
    "V×2 P1 grey": make_core(
        "V", 0, 2, lanes=1, colour="grey", pixels_per_beat=16, frame_timeout=500
    ),
    "V×3 P12 edge": make_core("V", 4, 3, "edge", lanes=12),
    "S×2 P4 differences": make_core("S", NINE, 2, lanes=4, low=-128, high=127),
    "F×4 P2 differences edge": make_core("F", FIVE, 4, "edge", lanes=2, low=-99, high=99),
}
CORES |= CHAINS
QUICK = "S×4 P2", "V×2 P1 grey", "F×4 P2 differences edge", "×1 at the end, edge"
WIDTHS, HEIGHTS = (1, 2, 3, 5, 17), (1, 2, 3)
SMALL = [(height, width) for width in WIDTHS for height in HEIGHTS]


@pytest.fixture(params=core_cases(CORES, QUICK))
def core(request):
    return CORES[request.param]


@pytest.mark.parametrize("idle", [0, 0.5])
@pytest.mark.parametrize("stall", [0, 0.5])
def test_frames_of_all_small_sizes_back_to_back(core, idle, stall):
    frames = [photo_like(*size, core.channels, seed) for seed, size in enumerate(SMALL)]
    result = run(core, frames, Traffic(idle, stall, seed=1))
    assert not any(result.errors)


def test_corners(core):
    shape = (5, 9, core.channels)
    checkers = np.indices(shape[:2]).sum(axis=0) % 2 * np.uint8(255)
    frames = [
        np.zeros(shape, np.uint8),
        np.full(shape, 255, np.uint8),
        np.repeat(checkers[:, :, None], core.channels, axis=2).astype(np.uint8),
        np.random.default_rng(0).integers(0, 256, (8, 17, core.channels), dtype=np.uint8),
    ]
    run(core, frames, Traffic(0.2, 0.2, seed=2))


@pytest.mark.parametrize(
    ("padding", "entry"),
    [("reflect", 127), long("edge", -128), long("reflect", -128), long("edge", 127)],
)
def test_saturation(padding, entry):
    core = make_core("V", 7, 2, padding, low=entry, high=entry, lanes=1)
    frame = photo_like(3, 4)
    run(core, [frame], Traffic())
    assert golden.upscale(frame, core.upsampler).min() == (0 if entry < 0 else 255)


@pytest.mark.parametrize("seed", range(4))
def test_random_traffic(core, seed):
    rng = np.random.default_rng(seed)
    run(core, random_frames(core, rng, 6), Traffic(rng.random() * 0.9, rng.random() * 0.9, seed))


@pytest.mark.parametrize(
    "name",
    core_cases(
        [name for name, core in CORES.items() if core.max_width == LARGE["max_width"]], ["S×4 P2"]
    ),
)
def test_throughput(name):
    core = CORES[name]
    height, width = core.max_height, core.max_width
    result = run(core, [photo_like(height, width, core.channels)] * 3, Traffic())
    clocks = clocks_per_frame(result, 3)
    assert clocks <= 1.01 * width * height * 4 * core.channels / core.lanes[0] + 2 * width
    assert clocks == core_timing.clocks_per_frame(core, width, height)


def test_first_output_latency(core):
    for height, width in ((1, 3), (8, 3), (8, 17)):
        result = run(core, [photo_like(height, width, core.channels)], Traffic())
        assert int(result.clock[0]) == core_timing.latency(core, width, height)


def test_sizes_matter_with_the_first_pixel_of_a_frame_alone():
    core = CORES["F×4 P2 differences edge"]
    rng = np.random.default_rng(0)
    frames = random_frames(core, rng, 6)
    beats = to_beats(frames)
    others = beats.flags & FIRST == 0
    for size in (beats.width, beats.height):
        size[others] = rng.integers(0, 1 << 16, others.sum())
    sizes = [frame.shape[:2] for frame in frames]
    capacity = sum(beat_count(*size, core) for size in sizes) + 100
    result = simulation(core).run(beats, capacity, Traffic(0.3, 0.3, seed=3))
    for low, large in zip(frames, from_result(result, sizes, core), strict=True):
        assert_same(golden.upscale(low, core.upsampler), large, "sizes")
    assert not any(result.errors)


def test_a_frame_that_stops_is_completed_after_the_timeout():
    core = CORES["V×2 P1 grey"]
    frames = [photo_like(4, 6, core.channels, seed) for seed in range(2)]
    beats = cut(to_beats(frames), slice(0, 24 + 15))
    result = simulation(core).run(beats, 3 * beat_count(4, 6, core), Traffic(0.3, 0.3, seed=6))
    frames[1].reshape(-1, core.channels)[15:] = 0
    for low, large in zip(frames, from_result(result, [(4, 6)] * 2, core), strict=True):
        assert_same(golden.upscale(low, core.upsampler), large, "timeout")
    assert result.errors == (0, 0, 0, 0, 1)


@pytest.mark.parametrize("name", BROKEN)
def test_broken_frame_is_completed_in_black_and_the_next_one_is_whole(core, name):
    check_broken(core, name)


@pytest.mark.parametrize(("width", "height"), [(0, 4), (18, 4), (6, 0), (6, 9)])
def test_refused_size_is_flagged_and_the_next_frame_is_whole(width, height):
    core = CORES["F×4 P2 differences edge"]

    def refuse(part):
        sizes = np.full_like(part.width, width), np.full_like(part.height, height)
        return verilated.Beats(part.data, part.flags, *sizes)

    frames, result = send_broken(core, refuse)
    assert result.errors[0] == 1
    got = from_result(result, [(4, 6)] * 2, core)
    for low, large in zip((frames[0], frames[2]), got, strict=True):
        assert_same(golden.upscale(low, core.upsampler), large, "refused")


@pytest.mark.long
def test_a_core_for_one_pixel():
    core = make_core("V", 6, 2, lanes=4, max_width=1, max_height=1)
    run(core, [photo_like(1, 1, seed=seed) for seed in range(5)], Traffic(0.3, 0.3, 1))


@pytest.mark.long
def test_the_shipped_table():
    core = CoreParams(upsampler=load(LUTS / "S.npz"), max_width=17, max_height=8)
    run(core, [photo_like(8, 17, seed=seed) for seed in range(4)], Traffic(0.1, 0.1, 1))


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        (
            {"lanes": 5},
            "lanes is 5; it must be 1, 2, 3, 4, 6, 12, 24, 36 or 48 with 3 channels in the tables",
        ),
        (
            {"lanes": 3, "colour": "grey"},
            "lanes is 3; it must be 1, 2, 4, 8, 12 or 16 with 1 channel in the tables",
        ),
        ({"colour": "yuv"}, "colour is yuv; it must be rgb, luma, ycbcr444, ycbcr422 or grey"),
        ({"pixels_per_beat": 3}, "pixels_per_beat is 3; it must be 1, 2, 4, 8 or 16"),
        ({"max_width": 0}, "max_width is 0; it must be from 1 to 65535"),
        ({"max_height": 0}, "max_height is 0; it must be from 1 to 65535"),
        ({"frame_timeout": -1}, "frame_timeout is -1; it must be from 0 to 4294967295 clocks"),
        ({"frame_timeout": 1 << 32}, "frame_timeout is 4294967296; it must be from 0 to"),
    ],
)
def test_refuses(choices, message):
    with pytest.raises(BadInput, match=message):
        make_core(**{"pixels_per_beat": 4, **choices})


@pytest.mark.parametrize(
    ("lanes", "message"),
    [
        ((3, 3), r"lanes is 3,3; it must be 3 number\(s\), one for each stage"),
        ((3, 3, 5), "lanes is 5; it must be 1, 2, 3, 4, 6, 12, 24, 36 or 48"),
        ((24, 3, 12), "lanes of stage 1 is 24; it must be 1, 2, 3, 4, 6 or 12, so that a line"),
        ((12, 12, 36), "lanes of stage 3 is 36; it must be 1, 2, 3, 4, 6, 12 or 24, so that a"),
    ],
)
def test_refuses_lanes_of_a_chain(lanes, message):
    with pytest.raises(BadInput, match=message):
        make_chain(MAPS, lanes)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_random_chains(seed):
    rng = np.random.default_rng(seed)
    core = random_core(rng, max_width=17, max_height=8)
    run(core, random_frames(core, rng, 8), Traffic(rng.random() * 0.6, rng.random() * 0.6, seed))


@pytest.mark.long
def test_a_shipped_chain():
    core = CoreParams(
        upsampler=load(LUTS / "nano.npz"), lanes=(1, 1, 4), max_width=17, max_height=8
    )
    run(core, [photo_like(8, 17, seed=seed) for seed in range(4)], Traffic(0.1, 0.1, 1))
