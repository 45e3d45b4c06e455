import numpy as np
import pytest

from blocks import TRAFFIC, make_params, pixels_of, unpack
from hw.windows.line_buffer import LineBuffer
from pictures import photo_like
from sim.bench.streams import run_stream
from sw import golden

SIZES = [(1, 1), (3, 1), (1, 5), (2, 2), (5, 16), (4, 3), (6, 1), (2, 7)]
"""In beats."""


def frames_for(p, sizes=SIZES):
    """Frames of so many lines and beats that fit ``p``."""
    samples = p.maps_in * p.channels
    usable = [(height, beats) for height, beats in sizes if beats <= p.max_beats]
    return [
        np.random.default_rng(seed).integers(0, 256, (height, beats * p.columns, samples), np.uint8)
        for seed, (height, beats) in enumerate(usable)
    ]


def pad_frame(frame, p):
    """``frame`` with R pixels more on every side."""
    planes = np.moveaxis(frame, 2, 0)
    return np.stack([golden.pad(plane, p.reach, p.stage.padding) for plane in planes], axis=2)


def columns_of(frames, p):
    """What should come out: rows -R…R of each pixel, and its flags."""
    for frame in frames:
        height, width = frame.shape[:2]
        padded = pad_frame(frame, p)[:, p.reach : p.reach + width]
        for y in range(height):
            for x in range(0, width, p.columns):
                last = x + p.columns == width
                rows = padded[y : y + p.side, x : x + p.columns]
                yield rows.tolist(), last, last and y == height - 1


@pytest.mark.parametrize("padding", ["reflect", "edge"])
@pytest.mark.parametrize("family", ["S", "F"])  # reach 1 and 2
@pytest.mark.parametrize(("lanes", "maps"), [(1, 1), (1, 3), (8, 1), (12, 1)])
@pytest.mark.parametrize("traffic", TRAFFIC)
def test_gives_each_pixel_its_rows(padding, family, lanes, maps, traffic):
    p = make_params(family, 6, padding=padding, channels=1, lanes=lanes, maps_in=maps, max_width=48)
    frames = frames_for(p)
    expected = list(columns_of(frames, p))
    values = list(pixels_of(frames, p.columns))
    payloads, _ = run_stream(LineBuffer(p), values, len(expected), traffic)
    got = [(unpack(o.rows), bool(o.line_last), bool(o.frame_last)) for o in payloads]
    assert got == expected


def test_latency_and_rate():
    p = make_params("F", 6, channels=1, lanes=1)
    frames = [photo_like(4, 7, 1)] * 2
    _, clocks = run_stream(LineBuffer(p), list(pixels_of(frames)), 2 * 4 * 7)
    # R = 2 lines and three clocks; then one a clock; between frames the 2 lines again.
    assert clocks[:28] == list(range(2 * 7 + 2, 2 * 7 + 2 + 28))
    assert clocks[28] == clocks[27] + 1 + 2 * 7
