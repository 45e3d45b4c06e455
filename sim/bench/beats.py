"""Frames as AXI4-Stream video beats, and back."""

from collections.abc import Sequence

import numpy as np

from hw.core_params import CoreParams
from sim.bench.verilated import Beats, Result

FIRST, LAST = 1, 2
"""TUSER and TLAST in a beat's flags."""


def to_beats(frames: Sequence[np.ndarray]) -> Beats:
    """Beats of ``frames``, uint8 (height, width, channels), without a gap between frames."""
    flags, widths, heights = [], [], []
    for frame in frames:
        height, width = frame.shape[:2]
        frame_flags = np.zeros((height, width), np.uint8)
        frame_flags[:, -1] |= LAST
        frame_flags[0, 0] |= FIRST
        flags.append(frame_flags.ravel())
        widths.append(np.full(frame_flags.size, width, np.uint16))
        heights.append(np.full(frame_flags.size, height, np.uint16))
    data = [frame.reshape(-1, frame.shape[2]) for frame in frames]
    return Beats(*(np.concatenate(parts) for parts in (data, flags, widths, heights)))


def beat_count(height: int, width: int, params: CoreParams) -> int:
    """Output beats for a frame of ``height`` × ``width`` LR pixels."""
    r = params.upsampler.scale
    return height * r * -(-width * r // params.pixels_per_beat)


def from_result(
    result: Result, sizes: Sequence[tuple[int, int]], params: CoreParams
) -> list[np.ndarray]:
    """The HR frames in ``result``, for LR frames of ``sizes`` (height, width).

    Checks the number of beats, their flags, and the padding of lines.

    Raises
    ------
    AssertionError
        If one of these is wrong, or a beat changed while it was stalled.
    """
    r = params.upsampler.scale
    expected = sum(beat_count(*size, params) for size in sizes)
    assert len(result.flags) == expected, f"{len(result.flags)} beats came instead of {expected}"
    assert not result.violations, f"{result.violations} beats changed while they were stalled"
    frames, start = [], 0
    for height, width in sizes:
        count = beat_count(height, width, params)
        flags = np.zeros((height * r, count // (height * r)), np.uint8)
        flags[:, -1] |= LAST
        flags[0, 0] |= FIRST
        frame = slice(start, start + count)
        wrong = np.flatnonzero(result.flags[frame] != flags.ravel())
        assert not wrong.size, f"TUSER or TLAST is wrong in beat {start + wrong[:1]}"
        lines = result.data[frame].reshape(height * r, -1, params.channels)
        assert not lines[:, width * r :].any(), "the last beat of a line is not padded with 0"
        frames.append(lines[:, : width * r])
        start += count
    return frames
