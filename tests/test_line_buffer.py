import numpy as np
import pytest

from blocks import TRAFFIC, make_params, pixels_of
from hw.line_buffer import LineBuffer
from pictures import photo_like
from sim.streams import run_stream
from sw import golden

SIZES = [(1, 1), (3, 1), (1, 5), (2, 2), (5, 16), (4, 3), (6, 1), (2, 7)]


def columns_of(frames, p):
    """What should come out: rows -R…R of each pixel, and its flags."""
    for frame in frames:
        height, width = frame.shape[:2]
        planes = [golden.pad(frame[:, :, c], p.reach, p.stage.padding) for c in range(p.channels)]
        padded = np.stack(planes, axis=2)[:, p.reach : p.reach + width]
        for y in range(height):
            for x in range(width):
                last = x == width - 1
                yield padded[y : y + p.side, x].tolist(), last, last and y == height - 1


@pytest.mark.parametrize("padding", ["reflect", "edge"])
@pytest.mark.parametrize("family", ["S", "F"])  # reach 1 and 2
@pytest.mark.parametrize("traffic", TRAFFIC)
def test_gives_each_pixel_its_rows(padding, family, traffic):
    p = make_params(family, 6, padding=padding, channels=1, lanes=1)
    frames = [photo_like(*size, 1, seed) for seed, size in enumerate(SIZES)]
    expected = list(columns_of(frames, p))
    payloads, _ = run_stream(LineBuffer(p), list(pixels_of(frames)), len(expected), traffic)
    got = [
        ([list(pixel) for pixel in o.rows], bool(o.line_last), bool(o.frame_last)) for o in payloads
    ]
    assert got == expected


def test_latency_and_rate():
    p = make_params("F", 6, channels=1, lanes=1)
    frames = [photo_like(4, 7, 1)] * 2
    _, clocks = run_stream(LineBuffer(p), list(pixels_of(frames)), 2 * 4 * 7)
    # R = 2 lines and two clocks; then one a clock; between frames the 2 lines again.
    assert clocks[:28] == list(range(2 * 7 + 1, 2 * 7 + 1 + 28))
    assert clocks[28] == clocks[27] + 1 + 2 * 7
