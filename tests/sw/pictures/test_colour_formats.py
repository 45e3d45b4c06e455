"""The colour formats of the golden model against a slow transcription, and what they must keep."""

from fractions import Fraction

import numpy as np
import pytest

import reference_colour as reference
from pictures import assert_same, photo_like
from sw.golden import sample_count, upscale
from sw.pictures import colour_formats
from sw.pictures.colour_formats import (
    channel_samples,
    interpolate,
    phases,
    positions,
    upscale_channels,
    upscale_luma,
    upscale_ycbcr422,
    upscale_ycbcr444,
    weights,
)
from sw.tables.flat_sums import flattened
from sw.tables.samples import SAMPLE_BITS, sample_dtype, white
from tables import make_upsampler

TABLES = {scale: make_upsampler(scale=scale, low=-20, high=90) for scale in (2, 3, 4)}
SIZES = [(1, 1), (1, 2), (2, 1), (3, 5), (7, 4), (5, 12)]


def whole(plane, scale, cosited=False):
    parts = list(interpolate(plane, scale, cosited=cosited))
    assert [lines.start for lines, _ in parts[1:]] == [lines.stop for lines, _ in parts[:-1]]
    return np.concatenate([values for _, values in parts])


def noise(*shape, seed=0, bits=8):
    samples = np.random.default_rng(seed).integers(0, white(bits), shape, endpoint=True)
    return samples.astype(sample_dtype(bits))


@pytest.mark.parametrize("bits", SAMPLE_BITS)
def test_luma_equals_the_formula(bits):
    corners = np.array([0, 1, 2, 76, 77, 127, 128, white(bits) - 1, white(bits)])
    corners = corners.astype(sample_dtype(bits))
    cube = np.stack(np.meshgrid(corners, corners, corners), axis=-1).reshape(1, -1, 3)
    expected = [reference.luma(*pixel) for pixel in cube[0]]
    assert colour_formats.luma(cube)[0].tolist() == expected


def test_luma_of_grey_is_the_grey_level():
    levels = np.arange(256, dtype=np.uint8)[None]
    assert np.array_equal(colour_formats.luma(np.stack([levels] * 3, axis=2)), levels)


@pytest.mark.parametrize("scale", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("cosited", [False, True])
def test_weights(scale, cosited):
    for place, kernel in zip(
        positions(scale, cosited=cosited), phases(scale, cosited=cosited), strict=True
    ):
        expected = reference.weights(place)
        assert {n: w for n, w in zip(range(-2, 3), kernel, strict=True) if w} == {
            n: w for n, w in expected.items() if w
        }
        assert sum(kernel) == 32
        exact = [32 * reference.kernel(place - n) for n in range(-2, 3)]
        assert max(abs(w - e) for w, e in zip(kernel, exact, strict=True)) <= Fraction(3, 2)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_weights_are_symmetrical(scale):
    assert [kernel[::-1] for kernel in phases(scale)[::-1]] == list(phases(scale))


def test_positions():
    assert positions(4) == tuple(Fraction(n, 8) for n in (-3, -1, 1, 3))
    assert positions(4, cosited=True) == tuple(Fraction(n, 16) for n in (-3, 1, 5, 9))
    assert weights(Fraction(0)) == (0, 0, 32, 0, 0)


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("cosited", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_interpolate_equals_the_transcription(scale, cosited, size):
    plane = noise(*size).astype(int) * 2 - 255
    assert np.array_equal(
        whole(plane, scale, cosited), reference.interpolate(plane, scale, cosited)
    )


def test_interpolate_many_lines():
    plane = noise(2 * colour_formats.ROWS + 5, 3).astype(int)
    assert np.array_equal(whole(plane, 2), reference.interpolate(plane, 2))


@pytest.mark.parametrize("scale", [2, 4])
@pytest.mark.parametrize("cosited", [False, True])
@pytest.mark.parametrize("slope", [1, 5, -16])
def test_a_ramp_stays_a_ramp(scale, cosited, slope):
    columns = np.arange(12)
    ramp = np.tile(100 + slope * columns, (3, 1))
    places = np.array(
        [[n + place for place in positions(scale, cosited=cosited)] for n in columns]
    ).ravel()
    expected = [round(100 + slope * place) for place in places]
    inner = slice(2 * scale, -2 * scale)
    assert whole(ramp, scale, cosited)[0, inner].tolist() == expected[inner]
    if not cosited:
        assert whole(ramp.T, scale)[inner, 0].tolist() == expected[inner]


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("bits", [8, 10, 12])
def test_luma_format_equals_the_transcription(scale, size, bits):
    table, image = TABLES[scale].at_bits(bits), noise(*size, 3, bits=bits)
    expected = reference.upscale_luma(
        image, lambda plane: upscale(plane, table), scale, white(bits)
    )
    assert_same(expected, upscale_luma(image, table), "luma")


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("size", [(1, 2), (2, 2), (5, 8)])
@pytest.mark.parametrize("bits", [8, 10, 12])
def test_ycbcr422_equals_the_transcription(scale, size, bits):
    table, image = TABLES[scale].at_bits(bits), noise(*size, 2, bits=bits)
    expected = reference.upscale_ycbcr422(
        image, lambda plane: upscale(plane, table), scale, white(bits)
    )
    assert np.array_equal(upscale_ycbcr422(image, table), expected)


@pytest.mark.parametrize("bits", [8, 10, 12])
def test_ycbcr444_is_luma_by_tables_and_chroma_by_interpolation(bits):
    table, image = TABLES[4].at_bits(bits), noise(5, 6, 3, bits=bits)
    result = upscale_ycbcr444(image, table)
    assert np.array_equal(result[:, :, 0], upscale(image[:, :, 0], table))
    for c in (1, 2):
        chroma = reference.interpolate(image[:, :, c].astype(int), 4)
        expected = reference.clip(chroma, image.dtype, white(bits))
        assert np.array_equal(result[:, :, c], expected)


def test_ycbcr422_of_odd_width_is_refused():
    with pytest.raises(ValueError, match="width of 5; it must be even in 4:2:2"):
        upscale_ycbcr422(noise(2, 5, 2), TABLES[2])


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_grey_gives_what_the_tables_give(scale):
    grey, table = photo_like(6, 7)[:, :, :1], TABLES[scale]
    expected = upscale(grey, table)
    assert_same(expected.repeat(3, axis=2), upscale_luma(grey.repeat(3, axis=2), table), "grey")


@pytest.mark.parametrize("bits", [8, 10, 12])
def test_flat_colours_stay(bits):
    table, most = flattened(make_upsampler(scale=2)).at_bits(bits), white(bits)
    for colour in ((most, 0, 0), (0, 0, most), (most,) * 3, (1, 200, 77), (0, most, most - 1)):
        image = np.full((3, 5, 3), colour, sample_dtype(bits))
        assert np.all(upscale_luma(image, table) == colour)


def test_alpha_goes_through_the_tables():
    table, image, done = TABLES[2], noise(4, 5, 4), []
    result = upscale_channels(image, [table], "luma", done.append)
    assert np.array_equal(result[:, :, :3], upscale_luma(image[:, :, :3], table))
    assert np.array_equal(result[:, :, 3], upscale(image[:, :, 3], table))
    assert sum(done) == channel_samples(table, image, "luma")
    assert channel_samples(table, image, "luma") == 2 * sample_count(table, image[:, :, 0])


@pytest.mark.parametrize("channels", [1, 2])
def test_grey_files_are_the_same_in_both_formats(channels):
    table, image = TABLES[2], noise(4, 5, channels)
    expected = upscale_channels(image, [table])
    assert np.array_equal(upscale_channels(image, [table], "luma"), expected)
    assert channel_samples(table, image, "luma") == channel_samples(table, image)


@pytest.mark.parametrize(
    ("function", "channels"),
    [(upscale_luma, 3), (upscale_ycbcr444, 3), (upscale_ycbcr422, 2)],
)
def test_other_pixels_are_refused(function, channels):
    table, good = TABLES[2], noise(4, 6, channels)
    for wrong in (good.astype(np.uint16), good[:, :, :1], good[:0], good[:, :, 0]):
        with pytest.raises(ValueError, match=r"image is uint.* it must be uint8 of shape"):
            function(wrong, table)
