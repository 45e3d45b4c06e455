"""What the core makes of any input, whole frames or broken ones: the golden model of its guard."""

from collections.abc import Iterator

import numpy as np

from hw.core_params import CoreParams
from hw.windows.guard import Error
from sim.bench.beats import FIRST, LAST
from sim.bench.verilated import Beats
from sw.tables.samples import sample_dtype


def input_pixels(beats: Beats, params: CoreParams) -> Iterator[tuple[np.ndarray, bool, bool, int]]:
    """Each pixel of ``beats``: its numbers, start of frame, end of line, and the beat's number.

    The rules are those of :class:`hw.windows.input_gearbox.InputGearbox`.
    """
    count, width = params.input_pixels_per_beat, 0
    for number, flags in enumerate(beats.flags):
        first, last = bool(flags & FIRST), bool(flags & LAST)
        if first:
            width = int(beats.width[number])
        pixels = beats.data[number].reshape(count, -1)
        if last:
            pixels = pixels[: (width - 1) % count + 1]
        for place, pixel in enumerate(pixels):
            yield pixel, first and place == 0, last and place == len(pixels) - 1, number


def guarded_frames(
    beats: Beats, params: CoreParams
) -> tuple[list[np.ndarray], tuple[int, ...], bool]:
    """LR frames that the core enlarges, for beats without a time-out.

    The rules are those of :class:`hw.windows.guard.FrameGuard`.

    Returns
    -------
    frames : list of ndarray
        Samples (height, width, channels), black from a break on; the last one may be incomplete.
    errors : tuple of int
        Clocks in which each bit of ``error`` is set.
    complete : bool
        Whether the last frame is complete. If not, its missing pixels are black here, and the core
        waits for them.
    """
    frames: list[np.ndarray] = []
    errors = dict.fromkeys(Error, 0)
    frame, done = np.empty((0, 0)), 0  # the frame in progress, flat, and its pixels so far
    step = 2 if params.colour == "ycbcr422" else 1
    for pixel, start, end, number in input_pixels(beats, params):
        if start:
            if done < len(frame):
                errors[Error.FRAME_EARLY] += 1
            height, width = int(beats.height[number]), int(beats.width[number])
            frame, done = np.empty((0, 0)), 0
            sizes = (1 <= height <= params.max_height, 1 <= width <= params.max_width)
            if not all(sizes) or width % step:
                errors[Error.SIZE] += 1
                continue
            black = np.array(params.black, sample_dtype(params.sample_bits))
            frames.append(np.tile(black, (height, width, 1)))
            frame = frames[-1].reshape(-1, params.channels)
        if done == len(frame):
            continue
        frame[done] = pixel
        done += 1
        line_last = done % width == 0
        if end != line_last:
            errors[Error.LINE_LATE if line_last else Error.LINE_EARLY] += 1
            done = len(frame)
    return frames, tuple(errors.values()), done == len(frame)
