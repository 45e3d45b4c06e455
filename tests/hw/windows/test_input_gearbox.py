import random

import pytest

from blocks import TRAFFIC, unpack
from hw.layouts import pixel_layout
from hw.windows.input_gearbox import InputGearbox
from sim.bench.streams import run_stream


def random_beats(count, rng, beats=60):
    """(pixels, start of frame, end of line, width) with flags and widths in any order."""
    return [
        (
            [[rng.randrange(256), rng.randrange(256)] for _ in range(count)],
            rng.random() < 0.2,
            rng.random() < 0.4,
            rng.choice((0, 1, 2, 3, 4, 5, 6, 7, 65535)),
        )
        for _ in range(beats)
    ]


def pixels_of_beats(beats, count):
    """(pixel, start of frame, end of line, width) of each pixel, from the contract of the block."""
    out, left = [], count  # pixels of the last beat of a line
    for pixels, start, end, width in beats:
        if start:
            left = width % count or count
        taken = pixels[:left] if end else pixels
        for place, pixel in enumerate(taken):
            starts, ends = start and place == 0, end and place == len(taken) - 1
            out.append((pixel, starts, ends, width))
    return out


def run(beats, count, *traffic):
    values = [
        {
            "pixels": pixels,
            "start_of_frame": start,
            "end_of_line": end,
            "width": width,
            "height": width ^ 0x5555,
        }
        for pixels, start, end, width in beats
    ]
    expected = pixels_of_beats(beats, count)
    block = InputGearbox(pixel_layout(2), count=count)
    payloads, clocks = run_stream(block, values, len(expected), *traffic)
    got = [
        (unpack(video.pixel), bool(video.start_of_frame), bool(video.end_of_line), video.width)
        for video in payloads
    ]
    assert got == expected
    assert all(video.height == video.width ^ 0x5555 for video in payloads)
    return clocks


@pytest.mark.parametrize("traffic", TRAFFIC)
@pytest.mark.parametrize("count", [2, 4])
def test_any_beats_become_pixels(count, traffic):
    for seed in range(4):
        run(random_beats(count, random.Random(seed)), count, traffic)


@pytest.mark.parametrize("count", [2, 4])
@pytest.mark.parametrize("width", [1, 2, 3, 4, 5, 8])
def test_one_pixel_per_clock_without_a_pause_between_beats(count, width):
    beats = -(-width // count)
    line = [([[1, 2]] * count, False, x == beats - 1, 0) for x in range(beats)]
    frame = [(line[0][0], True, beats == 1, width), *line[1:], *line]
    # The bench counts from the clock in which a beat is taken: with its last pixel.
    clocks = run(frame * 3, count)
    assert len(clocks) == 6 * width
    assert clocks == list(range(clocks[0], clocks[0] + 6 * width))
    assert clocks[0] == InputGearbox.delay() + 1 - min(width, count)
