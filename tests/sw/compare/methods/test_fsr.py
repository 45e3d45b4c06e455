import math

import numpy as np
import pytest

from pictures import photo_like
from sw.compare.methods.fsr import METHODS, fsr, fsr_easu, in_passes
from sw.compare.methods.fsr.easu import NEAREST, easu
from sw.compare.methods.fsr.rcas import LIMIT, rcas
from sw.pictures.interpolation import bilinear

CHANNELS = [1, 3]


def random_picture(height, width, channels, seed=0):
    return np.random.default_rng(seed).random((height, width, channels))


def slow_easu(picture, scale):
    """One HR pixel after another, by the names of the published drawing of the taps."""
    height, width, channels = picture.shape
    out = np.empty((height * scale, width * scale, channels))
    for row in range(height * scale):
        for column in range(width * scale):
            y, x = (row + 0.5) / scale - 0.5, (column + 0.5) / scale - 0.5
            fy, fx = math.floor(y), math.floor(x)
            out[row, column] = slow_pixel(picture, fy, fx, y - fy, x - fx)
    return out


def slow_pixel(picture, fy, fx, y, x):
    height, width, channels = picture.shape
    where = {name: (0, i - 1) for i, name in enumerate("efgh")}
    where |= {name: (1, i - 1) for i, name in enumerate("ijkl")}
    where |= {"b": (-1, 0), "c": (-1, 1), "n": (2, 0), "o": (2, 1)}
    colour, light = {}, {}
    for name, (dy, dx) in where.items():
        pixel = picture[min(max(fy + dy, 0), height - 1), min(max(fx + dx, 0), width - 1)]
        colour[name] = pixel
        light[name] = float(2 * pixel[0] if channels == 1 else pixel @ [0.5, 1, 0.5])
    direction_x = direction_y = length = 0.0
    crosses = {"f": "begj", "g": "cfhk", "j": "fikn", "k": "gjlo"}
    quadrant = {"f": (1 - x) * (1 - y), "g": x * (1 - y), "j": (1 - x) * y, "k": x * y}
    for centre, (up, left, right, down) in crosses.items():
        for first, last in ((left, right), (up, down)):
            change = light[last] - light[first]
            steps = abs(light[last] - light[centre]), abs(light[centre] - light[first])
            if max(steps) > 0:
                length += quadrant[centre] * min(abs(change) / max(steps), 1) ** 2
            if first == left:
                direction_x += quadrant[centre] * change
            else:
                direction_y += quadrant[centre] * change
    square = direction_x**2 + direction_y**2
    if square < 2**-15:
        direction_x = 1.0
    else:
        direction_x, direction_y = direction_x / square**0.5, direction_y / square**0.5
    edge = (length / 2) ** 2
    norm = direction_x**2 + direction_y**2
    stretch = norm / max(abs(direction_x), abs(direction_y))
    lobe = 0.5 - 0.29 * edge
    total, weights = np.zeros(channels), 0.0
    for name, (dy, dx) in where.items():
        off_y, off_x = dy - y, dx - x
        u = (off_x * direction_x + off_y * direction_y) * (1 + (stretch - 1) * edge)
        v = (-off_x * direction_y + off_y * direction_x) * (1 - edge / 2)
        d2 = min(u * u + v * v, 1 / lobe)
        weight = (25 / 16 * (2 / 5 * d2 - 1) ** 2 - 9 / 16) * (lobe * d2 - 1) ** 2
        total, weights = total + weight * colour[name], weights + weight
    four = [colour[name] for name in "fgjk"]
    return np.clip(total / weights, np.min(four, axis=0), np.max(four, axis=0))


def slow_rcas(picture, stops):
    height, width, channels = picture.shape
    out = np.empty_like(picture)
    for y in range(height):
        for x in range(width):
            e = picture[y, x]
            ring = [
                picture[min(max(y + dy, 0), height - 1), min(max(x + dx, 0), width - 1)]
                for dy, dx in ((-1, 0), (0, -1), (0, 1), (1, 0))
            ]
            lobes = []
            for c in range(channels):
                low, high = min(p[c] for p in ring), max(p[c] for p in ring)
                hit_low = -min(low, e[c]) / (4 * high) if high else 0
                hit_high = (1 - max(high, e[c])) / (4 * low - 4) if low < 1 else 0
                lobes.append(max(hit_low, hit_high))
            lobe = max(-0.1875, min(max(lobes), 0)) * 2**-stops
            out[y, x] = (e + lobe * sum(ring)) / (1 + 4 * lobe)
    return out


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (9, 7)])
@pytest.mark.parametrize("channels", CHANNELS)
def test_easu_equals_its_transcription(scale, size, channels):
    for picture in (random_picture(*size, channels), photo_like(*size, channels) / 255):
        assert np.allclose(easu(picture, scale), slow_easu(picture, scale), rtol=0, atol=1e-12)


@pytest.mark.parametrize("stops", [0, 0.25, 2])
@pytest.mark.parametrize("channels", CHANNELS)
def test_rcas_equals_its_transcription(stops, channels):
    extreme = np.random.default_rng(5).integers(0, 2, (8, 9, channels)).astype(float)
    for picture in (random_picture(8, 9, channels), extreme):
        assert np.allclose(rcas(picture, stops), slow_rcas(picture, stops), rtol=0, atol=1e-12)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
@pytest.mark.parametrize("scale", [2, 3, 4, 8])
@pytest.mark.parametrize("value", [0, 93, 255])
def test_a_flat_picture_stays_flat(method, scale, value):
    flat = np.full((3, 5, 3), value, np.uint8)
    assert np.array_equal(
        method.enlarge(flat, scale), np.full((3 * scale, 5 * scale, 3), value, np.uint8)
    )


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_easu_stays_between_the_four_nearest(scale):
    picture = random_picture(8, 9, 3)
    padded = np.pad(picture, ((1, 1), (1, 1), (0, 0)), mode="edge")
    large = easu(picture, scale)
    for row in range(8 * scale):
        for column in range(9 * scale):
            top, left = (math.floor((place + 0.5) / scale + 0.5) for place in (row, column))
            four = [padded[top + dy, left + dx] for dy, dx in NEAREST]
            assert np.all(large[row, column] >= np.min(four, axis=0))
            assert np.all(large[row, column] <= np.max(four, axis=0))


def turned(picture, how):
    return {
        "flipped": picture[:, ::-1],
        "upside down": picture[::-1],
        "transposed": picture.swapaxes(0, 1),
        "turned": np.rot90(picture),
    }[how]


@pytest.mark.parametrize("how", ["flipped", "upside down", "transposed", "turned"])
@pytest.mark.parametrize("scale", [2, 4])
def test_no_side_is_preferred_at_even_scales(how, scale):
    # Only where the gradient vanishes does the method take the x axis, which no turn leaves alone.
    picture = random_picture(9, 7, 3)
    assert np.allclose(easu(turned(picture, how), scale), turned(easu(picture, scale), how))
    assert np.allclose(rcas(turned(picture, how), 0.25), turned(rcas(picture, 0.25), how))


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("scale", [2, 4])
def test_a_diagonal_step_is_smoother_than_by_bilinear(sign, scale):
    y, x = np.mgrid[:16, :16]
    step = np.where(x > (y if sign > 0 else 15 - y), 200, 50).astype(np.uint8)[:, :, None]

    def jaggedness(large):
        """How the values along the edge's direction differ, away from the border."""
        inner = large[4 * scale : -4 * scale, 4 * scale : -4 * scale, 0].astype(float)
        inner = inner if sign > 0 else inner[:, ::-1]
        return np.abs(inner[1:, 1:] - inner[:-1, :-1]).mean()

    smooth, jagged = jaggedness(fsr_easu(step, scale)), jaggedness(bilinear(step, scale))
    assert smooth < 0.6 * jagged


def test_only_rows_and_columns_are_alike_at_odd_scales():
    picture = random_picture(9, 7, 3)
    assert np.allclose(easu(picture.swapaxes(0, 1), 3), easu(picture, 3).swapaxes(0, 1))
    assert not np.allclose(easu(picture[:, ::-1], 3), easu(picture, 3)[:, ::-1])


def test_rcas_does_less_the_more_stops():
    picture = random_picture(8, 9, 3)
    change = [np.abs(rcas(picture, stops) - picture).max() for stops in (0, 1, 2, 4, 20)]
    assert change == sorted(change, reverse=True)
    assert 0 < change[-1] < 1e-5


def test_rcas_sharpens_and_stays_in_range():
    soft = np.tile(np.array([0.45, 0.45, 0.48, 0.52, 0.55, 0.55]), (5, 1))[:, :, None]
    sharp = rcas(soft, 0)
    assert np.all(sharp[:, 2] < 0.48)
    assert np.all(sharp[:, 3] > 0.52)
    # Around a step in the middle greys the limit is what holds.
    w = -LIMIT
    assert sharp[2, 2, 0] == pytest.approx((0.48 + w * (0.48 + 0.48 + 0.45 + 0.52)) / (1 + 4 * w))
    wild = rcas(random_picture(30, 30, 3), 0)
    assert wild.min() > -1e-12
    assert wild.max() < 1 + 1e-12


def test_a_spot_on_black_is_left_alone():
    spot = np.zeros((5, 5, 1))
    spot[2, 2] = 0.5
    assert np.array_equal(rcas(spot, 0), spot)


def test_even_scales_are_made_of_passes():
    pixels = photo_like(6, 5)
    twice = easu(easu(pixels / 255, 2), 2)
    assert np.array_equal(in_passes(pixels, 4), twice)
    assert np.array_equal(in_passes(pixels, 6), easu(easu(pixels / 255, 2), 3))
    assert np.array_equal(fsr_easu(pixels, 3), np.rint(255 * easu(pixels / 255, 3)))
    assert np.array_equal(
        fsr(pixels, 4), np.clip(np.rint(255 * rcas(twice, 0.25)), 0, 255).astype(np.uint8)
    )


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_grey_is_treated_as_equal_colours(method):
    grey = photo_like(9, 12, 1)
    colour = method.enlarge(np.repeat(grey, 3, axis=2), 4)
    assert np.array_equal(colour, np.repeat(method.enlarge(grey, 4), 3, axis=2))
