"""Frames as AXI4-Stream video beats, and back."""

from collections.abc import Sequence

import numpy as np

from hw.core_params import CoreParams
from sim.bench.verilated import Beats, Result

FIRST, LAST = 1, 2
"""TUSER and TLAST in a beat's flags."""


def to_beats(frames: Sequence[np.ndarray]) -> Beats:
    """Beats of ``frames``, each uint8 of shape (height, width, channels), one after the other."""
    flags, widths, heights = [], [], []
    for frame in frames:
        height, width = frame.shape[:2]
        of_frame = np.zeros((height, width), np.uint8)
        of_frame[:, -1] |= LAST
        of_frame[0, 0] |= FIRST
        flags.append(of_frame.ravel())
        widths.append(np.full(of_frame.size, width, np.uint16))
        heights.append(np.full(of_frame.size, height, np.uint16))
    data = [frame.reshape(-1, frame.shape[2]) for frame in frames]
    return Beats(*(np.concatenate(parts) for parts in (data, flags, widths, heights)))


def beats_of(height: int, width: int, params: CoreParams) -> int:
    """Output beats of a frame of ``height`` × ``width`` LR pixels."""
    r = params.upsampler.scale
    return height * r * -(-width * r // params.pixels_per_beat)


def from_result(
    result: Result, sizes: Sequence[tuple[int, int]], params: CoreParams
) -> list[np.ndarray]:
    """Frames of the LR ``sizes`` (height, width) that ``result`` holds, checked for their flags.

    Raises
    ------
    AssertionError
        If beats are missing or too many, or TUSER or TLAST is not where it should be.
    """
    r = params.upsampler.scale
    wanted = sum(beats_of(*size, params) for size in sizes)
    assert len(result.flags) == wanted, f"{len(result.flags)} beats came, not {wanted}"
    assert not result.violations, f"{result.violations} beats changed before they were taken"
    frames, start = [], 0
    for height, width in sizes:
        count = beats_of(height, width, params)
        flags = np.zeros((height * r, count // (height * r)), np.uint8)
        flags[:, -1] |= LAST
        flags[0, 0] |= FIRST
        here = slice(start, start + count)
        wrong = np.flatnonzero(result.flags[here] != flags.ravel())
        assert not wrong.size, f"TUSER or TLAST is wrong in beat {start + wrong[:1]}"
        lines = result.data[here].reshape(height * r, -1, params.channels)
        assert not lines[:, width * r :].any(), "a line's last beat is not filled up with black"
        frames.append(lines[:, : width * r])
        start += count
    return frames
