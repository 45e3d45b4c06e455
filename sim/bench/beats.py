"""Frames as AXI4-Stream video beats, and back."""

from collections.abc import Sequence

import numpy as np

from hw.core_params import CoreParams
from sim.bench.verilated import Beats, Result
from sw.tables.samples import white

FIRST, LAST = 1, 2
"""TUSER and TLAST in a beat's flags."""


def to_beats(frames: Sequence[np.ndarray], pixels: int = 1, sample_bits: int = 8) -> Beats:
    """Beats of ``pixels`` pixels of ``frames``, without a gap between frames.

    Frames are samples (height, width, channels). What fills up the last beat of a line is the
    complement of the line's last pixel, so that it is seen if the core takes it.
    """
    data, flags, widths, heights = [], [], [], []
    for frame in frames:
        height, width, channels = frame.shape
        beats = -(-width // pixels)
        padded = (frame, *[frame[:, -1:] ^ white(sample_bits)] * (beats * pixels - width))
        data.append(np.concatenate(padded, axis=1).reshape(-1, pixels * channels))
        frame_flags = np.zeros((height, beats), np.uint8)
        frame_flags[:, -1] |= LAST
        frame_flags[0, 0] |= FIRST
        flags.append(frame_flags.ravel())
        widths.append(np.full(frame_flags.size, width, np.uint16))
        heights.append(np.full(frame_flags.size, height, np.uint16))
    return Beats(*(np.concatenate(parts) for parts in (data, flags, widths, heights)))


def beat_count(height: int, width: int, params: CoreParams) -> int:
    """Output beats for a frame of ``height`` × ``width`` LR pixels."""
    r = params.upsampler.scale
    return height * r * -(-width * r // params.pixels_per_beat)


def keep_of_line(width: int, params: CoreParams) -> np.ndarray:
    """TKEEP of the beats of an HR line, for lines of ``width`` LR pixels: bool (beats, bits)."""
    inside = width * params.upsampler.scale
    beats = -(-inside // params.pixels_per_beat)
    pixels = np.arange(beats * params.pixels_per_beat).reshape(beats, -1)
    bits = (pixels < inside).repeat(params.pixel.size, axis=1)
    # A byte that has a bit of a pixel inside the picture is kept.
    return np.logical_or.reduceat(bits, range(0, params.output_bits, 8), axis=1)


def from_result(
    result: Result, sizes: Sequence[tuple[int, int]], params: CoreParams
) -> list[np.ndarray]:
    """The HR frames in ``result``, for LR frames of ``sizes`` (height, width).

    Checks the number of beats, their flags, TKEEP if there is one, and the padding of lines.

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
        if params.tkeep:
            keep = np.tile(keep_of_line(width, params), (height * r, 1))
            wrong = np.flatnonzero((result.keep[frame] != keep).any(axis=1))
            assert not wrong.size, f"TKEEP is wrong in beat {start + wrong[:1]}"
        lines = result.data[frame].reshape(height * r, -1, params.channels)
        assert not lines[:, width * r :].any(), "the last beat of a line is not padded with 0"
        frames.append(lines[:, : width * r])
        start += count
    return frames
