"""Enlargement of whole pictures: colours and transparency."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pictures import photo_like
from sw.golden import sample_count, upscale
from sw.pictures.colour_formats import upscale_channels
from sw.pictures.enlarge import divide, enlarge, premultiply
from sw.pictures.images import Picture
from sw.pictures.metadata import Metadata
from sw.tables.design import parse
from sw.tables.spec import Upsampler
from tables import filled, make_upsampler

# Random entries: no table here keeps a flat field flat.
ROUGH = make_upsampler()
CHAIN = filled(parse("x1 S | S ; x2 S2 + S@1 ; x2 D"), seed=3)


def pictures(mode, height=9, width=12, seed=0):
    return Picture(photo_like(height, width, len(mode), seed), mode)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_without_alpha_the_model_decides(mode):
    picture = pictures(mode)
    assert np.array_equal(enlarge(picture, [CHAIN]).pixels, upscale(picture.pixels, CHAIN))


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
@pytest.mark.parametrize("level", [0, 1, 128, 254, 255])
@pytest.mark.parametrize("upsampler", [ROUGH, CHAIN], ids=["one stage", "chain"])
def test_constant_alpha_is_kept_and_the_colours_are_those_without_it(mode, level, upsampler):
    picture = pictures(mode)
    picture.pixels[:, :, -1] = level
    result = enlarge(picture, [upsampler])
    assert result.mode == mode
    assert np.all(result.pixels[:, :, -1] == level)
    assert np.array_equal(
        result.pixels[:, :, :-1], upscale(picture.pixels[:, :, :-1].copy(), upsampler)
    )


def disc(hidden, size=24):
    """A red disc with a soft edge, and the colour ``hidden`` where it is fully transparent."""
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    alpha = np.clip((size / 3 - np.hypot(x, y)) * 120, 0, 255).astype(np.uint8)
    pixels = np.zeros((size, size, 4), np.uint8)
    pixels[:, :, 0], pixels[:, :, 1], pixels[:, :, 3] = 220, 30, alpha
    pixels[alpha == 0, :3] = hidden
    return Picture(pixels, "RGBA")


@pytest.mark.parametrize("upsampler", [ROUGH, CHAIN], ids=["one stage", "chain"])
def test_hidden_colours_have_no_effect(upsampler):
    results = [
        enlarge(disc(hidden), [upsampler]).pixels
        for hidden in ((255, 255, 255), (0, 0, 0), (0, 255, 0))
    ]
    assert np.array_equal(results[0], results[1])
    assert np.array_equal(results[0], results[2])
    assert 0 < results[0][:, :, 3].min() + 1 < 255  # there is something transparent


def test_a_good_table_gives_no_fringe():
    # Interpolation by repetition: the disc keeps its colour wherever anything of it is seen.
    upsampler = make_upsampler(low=0, high=0)
    table = upsampler.stages[0].tables[0]
    entries = table.entries.copy()
    # Every entry is the first tap, so each block repeats the pixel.
    levels = np.minimum(np.arange(entries.shape[0]) * table.grid.q, 255) // 4
    entries[:] = levels.reshape(-1, *[1] * (entries.ndim - 1)).astype(np.int8)
    stage = replace(upsampler.stages[0], tables=(replace(table, entries=entries),))
    result = enlarge(disc((0, 255, 0)), [Upsampler((stage,))]).pixels.astype(int)
    seen = result[:, :, 3] > 60
    assert seen.any()
    assert np.all(result[seen, 1] < 60)  # no green


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
@pytest.mark.parametrize("upsampler", [ROUGH, CHAIN], ids=["one stage", "chain"])
def test_flat_areas_keep_their_alpha_and_opaque_ones_their_colours(mode, upsampler):
    picture = pictures(mode, 30, 40)
    alpha = picture.pixels[:, :, -1]
    alpha[:, :14], alpha[:, 14:28], alpha[:, 28:] = 255, 90, 0
    alpha[15, 14:28] = 91
    result, scale, margin = enlarge(picture, [upsampler]).pixels, upsampler.scale, upsampler.reach
    colours = upscale(picture.pixels[:, :, :-1].copy(), upsampler)
    opaque = np.s_[:, : (14 - margin) * scale]
    assert np.all(result[opaque][:, :, -1] == 255)
    assert np.array_equal(result[opaque][:, :, :-1], colours[opaque])
    half = np.s_[: (15 - margin) * scale, (14 + margin) * scale : (28 - margin) * scale]
    assert result[half].size
    assert np.all(result[half][:, :, -1] == 90)
    assert np.all(result[:, (28 + margin) * scale :] == 0)


@pytest.mark.parametrize("upsampler", [ROUGH, CHAIN], ids=["one stage", "chain"])
def test_no_pixel_has_an_effect_beyond_the_reach(upsampler):
    plain = photo_like(25, 25, 1)
    other = plain.copy()
    other[12, 12] = 255 - other[12, 12]
    changed = np.argwhere(upscale(plain, upsampler) != upscale(other, upsampler))[:, :2]
    distances = np.abs(changed // upsampler.scale - 12)
    assert distances.max() <= upsampler.reach
    assert CHAIN.reach == 4  # 1 + 2 + ⌈2/2⌉


@given(st.data())
def test_arithmetic_of_transparency(data):
    seed = data.draw(st.integers(0, 1000))
    pixels = np.random.default_rng(seed).integers(0, 256, (70, 5, 4), dtype=np.uint8)
    pixels[:, 0, 3], pixels[:, 1, 3] = 0, 255
    product = premultiply(pixels)
    alpha = pixels[:, :, 3:].astype(int)
    exact = pixels[:, :, :3] * alpha / 255
    assert np.abs(product[:, :, :3] - exact).max() <= 0.5
    assert np.array_equal(product[:, :, 3], pixels[:, :, 3])
    again = product.copy()
    divide(again)
    assert np.all(again[:, 0, :3] == 0)
    assert np.array_equal(again[:, 1:2], pixels[:, 1:2])
    # Half a level of the product is 255/2a levels of the colour, and half a level is rounded.
    error = np.abs(again[:, 2:, :3].astype(int) - pixels[:, 2:, :3])
    assert np.all((error - 0.5) * 2 * alpha[:, 2:] <= 255)
    brighter = product.copy()
    brighter[:, :, :3] = 255  # as a table could give
    divide(brighter)
    assert np.all(brighter[:, :, :3][alpha[:, :, 0] > 0] == 255)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("constant", [False, True])
def test_progress_adds_up(mode, constant):
    picture, done = pictures(mode), []
    if constant:
        picture.pixels[:, :, -1] = 7
    enlarge(picture, [CHAIN], progress=done.append)
    assert sum(done) == sample_count(CHAIN, picture.pixels)


def test_three_tables_enlarge_alpha_with_that_of_green():
    tables = [make_upsampler(seed=seed) for seed in range(3)]
    picture = pictures("RGBA")
    expected = upscale_channels(premultiply(picture.pixels), tables)
    divide(expected)
    assert np.array_equal(enlarge(picture, tables).pixels, expected)


def test_metadata_are_kept_and_the_resolution_grows():
    metadata = Metadata(xmp=b"<x/>", dpi=(72.0, 144.0))
    result = enlarge(Picture(photo_like(3, 3), "RGB", metadata, ("a note",)), [ROUGH])
    assert result.metadata == Metadata(xmp=b"<x/>", dpi=(288.0, 576.0))
    assert result.notes == ("a note",)
