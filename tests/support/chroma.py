"""Frames of chroma with random numbers, and the payloads that carry them."""

import numpy as np


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
