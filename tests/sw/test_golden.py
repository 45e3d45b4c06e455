from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reference
from pictures import assert_same, photo_like
from sw import golden
from sw.tables.grid import DifferenceGrid, UniformGrid
from sw.tables.published import FAMILIES
from sw.tables.samples import SAMPLE_BITS, sample_dtype
from sw.tables.spec import Stage, Table, Upsampler
from tables import make_table, make_upsampler

COARSE = DifferenceGrid((0, 16, 48, 112, 368), -1, 4)
NONE = DifferenceGrid((0, 16, 48, 112, 368), -1, 0)
"""Difference grids with fractions of four bits, and of none."""


def grid_of(table):
    """The grid of ``table``, in the form that the reference takes."""
    if isinstance(table.grid, UniformGrid):
        return "uniform", table.grid.q
    grid = table.grid
    max_q = 2**grid.max_frac_bits
    return "difference", (grid.breakpoints, max_q), Fraction(2) ** -grid.unit_bits


def slow(image, upsampler, bits=8):
    """``image``, of samples of ``bits`` bits, enlarged by the slow reference, plane by plane."""
    stages = [
        (
            stage.padding,
            stage.scale,
            [[(t.source, t.taps, grid_of(t), t.entries) for t in tables] for tables in stage.maps],
        )
        for stage in upsampler.stages
    ]
    planes = image.reshape(*image.shape[:2], -1)
    out = [reference.upscale_plane(planes[:, :, c], stages, bits) for c in range(planes.shape[2])]
    return np.stack(out, axis=2).reshape(*out[0].shape, *image.shape[2:])


def test_all_fraction_quadruples_equal_the_transcription():
    table = make_table(FAMILIES["S"], 4, 2)
    fraction = np.indices((16,) * 4, dtype=np.uint8).reshape(4, -1)
    index = np.random.default_rng(1).integers(0, 16, fraction.shape, dtype=np.uint8)
    taps = index << 4 | fraction

    got_index, got_fraction = golden.split(taps, table.grid)
    assert np.array_equal(got_index, index)
    assert np.array_equal(got_fraction, fraction)
    order, fraction_sorted = golden.sort(fraction)
    assert np.array_equal(np.take_along_axis(fraction, order.astype(int), 0), fraction_sorted)
    weight = golden.weights(fraction_sorted, 16, np.dtype(np.int16))
    assert weight.min() == 0
    assert (weight.sum(axis=0) == 16).all()
    vertex = golden.vertices(index, order, table.strides)
    got = golden.weigh(weight, golden.fetch(table.entries.reshape(-1, 4).astype(np.int16), vertex))

    expected = [
        reference.interpolate(table.entries, *reference.uniform(v, 16)).ravel()
        for v in taps.T.tolist()
    ]
    assert np.array_equal(got, expected)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_sort_orders_every_pattern_of_ties(n):
    fraction = np.indices((n + 1,) * n, dtype=np.uint8).reshape(n, -1)
    order, fraction_sorted = golden.sort(fraction)
    assert np.array_equal(fraction_sorted, -np.sort(-fraction.astype(int), axis=0))
    assert np.array_equal(np.sort(order, axis=0), np.broadcast_to(np.c_[:n], order.shape))


def test_vertices_lie_on_a_path_that_rises_by_one():
    rng = np.random.default_rng(0)
    index = rng.integers(0, 8, (4, 1000))
    order, _ = golden.sort(rng.integers(0, 32, (4, 1000), dtype=np.uint8))
    vertex = golden.vertices(index, order, (729, 81, 9, 1))
    digits = np.stack(np.unravel_index(vertex, (9,) * 4))
    assert np.array_equal(digits[:, 0], index)
    assert np.array_equal(digits[:, -1], index + 1)
    assert (np.diff(digits.sum(axis=0), axis=0) == 1).all()


@pytest.mark.parametrize("frac_bits", range(9))
def test_round_clip_is_half_to_even(frac_bits):
    q = 1 << frac_bits
    total = np.arange(-3 * q, 258 * q + 1, max(1, q // 4))
    expected = [reference.round_clip(t, q) for t in total]
    assert golden.round_clip(total, frac_bits).tolist() == expected


@pytest.mark.parametrize("family", ["S", "F", "V"])
@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("padding", ["reflect", "edge"])
def test_published_families_equal_the_transcription(family, scale, padding):
    frac_bits = {"S": 4, "F": 4, "V": 0}[family]
    upsampler = make_upsampler(family, frac_bits, scale, padding, low=-32, high=96)
    image = photo_like(5, 7)
    assert_same(slow(image, upsampler), golden.upscale(image, upsampler), f"{family}{scale}")


OFFSETS = st.tuples(st.integers(-3, 3), st.integers(-3, 3)).filter(any)
HALVES = ((0, 256), (0, 128, 256), (0, 16, 272), (0, 32, 288), (0, 16, 48, 112, 368))


@st.composite
def tables(draw, grid, scale, sources, target):
    # Large tables would only slow this down.
    axes = min(max(1, int(13 / np.log2(grid.levels))), 4)
    count = draw(st.integers(1, max(1, axes - isinstance(grid, UniformGrid))))
    others = draw(st.lists(OFFSETS, min_size=count, max_size=count, unique=True))
    source, seed = draw(st.integers(0, sources - 1)), draw(st.integers(0, 99))
    return make_table(((0, 0), *others), grid, scale, seed, source=source, target=target)


@st.composite
def grids(draw):
    if draw(st.booleans()):
        return UniformGrid(draw(st.integers(0, 8)))
    points, unit_bits = draw(st.sampled_from(HALVES)), draw(st.integers(-1, 2))
    return DifferenceGrid(points, unit_bits, draw(st.sampled_from((0, 2, 4, 8))))


@st.composite
def chains(draw):
    stages, maps = [], 1
    choices = (1,), (2,), (3,), (1, 2), (2, 1), (1, 1, 2), (2, 2), (2, 3), (2, 2, 2)
    scales = draw(st.sampled_from(choices))
    for number, scale in enumerate(scales):
        last = number == len(scales) - 1
        own = 1 if last else draw(st.integers(1, 3))
        grid, own_tables = draw(grids()), []
        for target in range(own):
            map_tables = tables(grid, scale, maps, target)
            own_tables += draw(st.lists(map_tables, min_size=1, max_size=2))
        stages.append(Stage(scale, draw(st.sampled_from(["reflect", "edge"])), own_tables))
        maps = stages[-1].maps_out
    return Upsampler(stages)


@given(
    chains(),
    st.tuples(st.integers(1, 5), st.integers(1, 5)),
    st.sampled_from([(), (1,), (3,), (4,)]),
    st.integers(0, 2**32),
    st.sampled_from(SAMPLE_BITS),
)
def test_any_chain_on_any_picture_equals_the_transcription(upsampler, size, channels, seed, bits):
    image = np.random.default_rng(seed).integers(0, 1 << bits, (*size, *channels))
    image = image.astype(sample_dtype(bits))
    expected = slow(image, upsampler, bits)
    assert_same(expected, golden.upscale(image, upsampler.at_bits(bits)), "chain")


@pytest.mark.parametrize("bits", [9, 10, 12])
@pytest.mark.parametrize("grid", [UniformGrid(0), UniformGrid(4), UniformGrid(8), COARSE, NONE])
def test_every_sample_is_split_as_in_the_transcription(grid, bits):
    values = np.arange(1 << bits, dtype=np.uint16)
    table, grey = make_table(((0, 0), (0, 1)), grid, 1), 1 << (bits - 8)
    for taps in (values, values[::-1]), (values * 0, values), (values * 0 + values[-1], values):
        index, fraction = golden.split(np.stack(taps), grid.at_bits(bits))
        kind, points, *_ = grid_of(table)
        expected = [
            reference.SPLIT[kind](pair, points, grey)
            for pair in zip(*(tap.tolist() for tap in taps), strict=True)
        ]
        assert index.T.tolist() == [base for base, _, _ in expected]
        assert fraction.T.tolist() == [parts for _, parts, _ in expected]
        assert {q for _, _, q in expected} == {grid.at_bits(bits).q}


@pytest.mark.parametrize("bits", [10, 12])
def test_sums_of_difference_grids_keep_their_bits(bits):
    # Weights and products do not grow; the sum has the centre with fewer fraction bits.
    stage = make_upsampler("S", COARSE).stages[0]
    deep = Upsampler((stage,)).at_bits(bits).stages[0]
    assert deep.tables[0].grid.q == stage.tables[0].grid.q
    assert deep.sum_bits == stage.sum_bits
    assert deep.tables[0].grid.sum_frac_bits == stage.tables[0].grid.sum_frac_bits - (bits - 8)


def test_a_sum_without_fraction_bits_is_shifted():
    # An entry is worth two grey levels, so the sum of four look-ups has one fraction bit.
    table = Table(((0, 0), (0, 1)), NONE, np.full((9, 1, 1), 3, np.int8))
    deep = Upsampler((Stage(1, "edge", (table,)),)).at_bits(12)
    grid = deep.stages[0].tables[0].grid
    assert (grid.sum_frac_bits, grid.sum_shift) == (0, 3)
    assert golden.upscale(np.array([[0, 4000]], np.uint16), deep).tolist() == [[96, 4095]]


def test_refuses_samples_above_white():
    deep = make_upsampler().at_bits(10)
    with pytest.raises(ValueError, match="sample of 1024; it must be at most 1023 with 10 bits"):
        golden.upscale(np.full((2, 2), 1024, np.uint16), deep)
    with pytest.raises(ValueError, match=r"image is uint8 of shape .*; it must be uint16"):
        golden.upscale(np.zeros((2, 2), np.uint8), deep)


@pytest.mark.parametrize("size", [(1, 1), (1, 2), (2, 1), (1, 6), (6, 1), (2, 2)])
@pytest.mark.parametrize("padding", ["reflect", "edge"])
def test_smallest_pictures(size, padding):
    # F reaches two pixels: further than the picture goes.
    upsampler = make_upsampler("F", 4, 4, padding, low=0, high=63)
    image = np.random.default_rng(3).integers(0, 256, size, dtype=np.uint8)
    assert_same(slow(image, upsampler), golden.upscale(image, upsampler), "smallest")


def test_a_picture_of_one_pixel_reflects_that_pixel():
    assert (golden.pad(np.full((1, 1), 7, np.uint8), 2, "reflect") == 7).all()


@pytest.mark.parametrize("grey", [0, 255])
@pytest.mark.parametrize("entry", [-128, 0, 127])
def test_extremes_saturate(grey, entry):
    grid = UniformGrid(4)
    table = Table(FAMILIES["F"], grid, np.full((17, 17, 17, 2, 2), entry, np.int8))
    upsampler = Upsampler((Stage(2, "reflect", (table,)),))
    got = golden.upscale(np.full((3, 3), grey, np.uint8), upsampler)
    assert (got == {-128: 0, 0: 0, 127: 255}[entry]).all()


def test_checkerboard_of_extremes():
    image = np.uint8(255) * (np.indices((6, 6)).sum(axis=0) % 2).astype(np.uint8)
    upsampler = make_upsampler("S", 4, 4)
    assert_same(slow(image, upsampler), golden.upscale(image, upsampler), "checkerboard")


@pytest.mark.parametrize("frac_bits", [6, 8])
def test_sums_that_need_more_than_16_bits(frac_bits):
    table = make_table(FAMILIES["S"], frac_bits, 2, low=126, high=127)
    upsampler = Upsampler((Stage(2, "edge", (table, table)),))
    assert upsampler.stages[0].sum_bits > 16
    image = photo_like(3, 3, 1)
    assert_same(slow(image, upsampler), golden.upscale(image, upsampler), "wide")


def test_identity_table_enlarges_by_repeating():
    # A quarter of the centre tap, which 64 levels hold exactly at even steps of 4 grey levels.
    grid = UniformGrid(2)
    entries = np.zeros((65, 65, 2, 2), np.int8)
    entries[:] = np.arange(65)[:, None, None, None]
    upsampler = Upsampler((Stage(2, "edge", (Table(FAMILIES["V"], grid, entries),)),))
    image = photo_like(9, 11)
    expected = image.repeat(2, axis=0).repeat(2, axis=1)
    assert_same(expected, golden.upscale(image, upsampler), "identity")


def test_tiles_do_not_show(monkeypatch):
    upsampler = make_upsampler("F", 5, 3)
    image = photo_like(13, 17)
    whole = golden.upscale(image, upsampler)
    for tile in (1, 9 * 5, 9 * 17, 9 * 40):
        monkeypatch.setattr(golden, "TILE", tile)
        assert_same(whole, golden.upscale(image, upsampler), f"tile{tile}")


def test_progress_adds_up_to_the_sample_count():
    two = make_upsampler("V", 4, 2).stages[0]
    upsampler = Upsampler((two, two))
    image = photo_like(4, 5)
    done = []
    golden.upscale(image, upsampler, done.append)
    assert sum(done) == golden.sample_count(upsampler, image) == 4 * 5 * 3 * (1 + 4)


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 4), np.uint16),
        np.zeros((4,), np.uint8),
        np.zeros((0, 4), np.uint8),
        np.zeros((4, 4, 0), np.uint8),
    ],
)
def test_refuses_what_is_no_picture(image):
    with pytest.raises(ValueError, match="uint8 of shape"):
        golden.upscale(image, make_upsampler())
