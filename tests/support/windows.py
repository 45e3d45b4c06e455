"""Frames for the blocks that make windows, and their expected output."""

import numpy as np

from sw import golden

SIZES = [(1, 1), (3, 1), (1, 5), (2, 2), (5, 16), (4, 3), (6, 1), (2, 7)]
"""Lines, and beats per line."""


def frames_for(params, sizes=SIZES):
    """Random frames of those ``sizes``, in lines and beats, that ``params`` allow."""
    samples = params.maps_in * params.channels
    usable = [(height, beats) for height, beats in sizes if beats <= params.max_beats]
    return [
        np.random.default_rng(seed).integers(
            0, 256, (height, beats * params.columns, samples), np.uint8
        )
        for seed, (height, beats) in enumerate(usable)
    ]


def pad_frame(frame, params):
    """``frame`` with R pixels more on every side."""
    planes = np.moveaxis(frame, 2, 0)
    return np.stack(
        [golden.pad(plane, params.reach, params.stage.padding) for plane in planes], axis=2
    )


def columns_of(frames, params):
    """For each beat, the rows -R…R of its pixels, line_last and frame_last."""
    for frame in frames:
        height, width = frame.shape[:2]
        padded = pad_frame(frame, params)[:, params.reach : params.reach + width]
        for y in range(height):
            for x in range(0, width, params.columns):
                line_last = x + params.columns == width
                rows = padded[y : y + params.side, x : x + params.columns]
                yield rows.tolist(), line_last, line_last and y == height - 1


def windows_of(frames, params):
    """For each beat, the windows of its pixels, line_last and frame_last."""
    for frame in frames:
        height, width = frame.shape[:2]
        padded = pad_frame(frame, params)
        for y in range(height):
            for x in range(0, width, params.columns):
                line_last = x + params.columns == width
                windows = padded[y : y + params.side, x : x + params.window_columns]
                yield windows.tolist(), line_last, line_last and y == height - 1
