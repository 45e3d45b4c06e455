"""Frames of chroma with random numbers, and the payloads that carry them."""

import numpy as np

from blocks import unpack


def samples_of(frames):
    """Payloads of sample_layout for ``frames`` (height, width, components), in raster order."""
    for frame in frames:
        height, width = frame.shape[:2]
        for y in range(height):
            for x in range(width):
                line_last = x == width - 1
                frame_last = line_last and y == height - 1
                sample = frame[y, x].tolist()
                yield {"sample": sample, "line_last": line_last, "frame_last": frame_last}


def make_frames(sizes, params, seed=0):
    """A frame of random numbers for each of ``sizes`` (height, width)."""
    rng = np.random.default_rng(seed)
    low, high = params.values[0], params.values[-1]
    return [rng.integers(low, high, (*size, params.components), endpoint=True) for size in sizes]


def pictures_of(payloads, shapes, beat, channels):
    """The pictures in payloads of HR beats, of ``shapes`` (height, width).

    Checks the flags, and that the last beat of a line is padded with 0.
    """
    payloads = iter(payloads)
    for height, width in shapes:
        picture = np.empty((height, width, channels), int)
        for y in range(height):
            for x in range(0, width, beat):
                payload = next(payloads)
                last = x + beat >= width
                assert payload.line_last == last
                assert payload.frame_last == (last and y == height - 1)
                count = min(beat, width - x)
                pixels = unpack(payload.pixels)
                picture[y, x : x + count] = pixels[:count]
                assert not np.any(pixels[count:])
        yield picture
