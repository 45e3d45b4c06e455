"""Random frames, whole and broken, and what the core must make of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from hw.limits import MAX_SIZE
from hw.windows.guard import Error
from sim.bench.beats import FIRST, LAST, to_beats
from sim.bench.packing import pack
from sim.bench.random_frames import random_frame
from sim.cocotb_bench.settings import Settings

NO_ERROR = Error(0)


class Beat(NamedTuple):
    """A beat on its way in: the bytes of its pixels, TUSER and TLAST."""

    pixels: bytes
    first: bool
    last: bool


@dataclass(frozen=True)
class Frame:
    """A frame that is sent.

    Parameters
    ----------
    beats : list of Beat
    height, width : int
        The size inputs during the first beat.
    pixels : ndarray of samples, shape (height, width, channels), or None
        The LR frame that the core enlarges: what came before the fault, and black behind it. None
        if the frame is refused.
    errors : Error
        What the core says of it.
    """

    beats: list[Beat]
    height: int
    width: int
    pixels: np.ndarray | None
    errors: Error = NO_ERROR


def whole(pixels: np.ndarray, settings: Settings) -> Frame:
    """A frame without a fault: samples (height, width, channels)."""
    height, width = pixels.shape[:2]
    part = to_beats([pixels], settings.input_pixels_per_beat, settings.sample_bits)
    # The core must ignore the bits above the samples.
    packed = pack(part.data, settings.sample_bits, filling=1)
    beats = [
        Beat(data.tobytes(), bool(flags & FIRST), bool(flags & LAST))
        for data, flags in zip(packed, part.flags, strict=True)
    ]
    return Frame(beats, height, width, pixels)


def cut(pixels: np.ndarray, count: int, settings: Settings, error: Error) -> Frame:
    """The first ``count`` beats of a frame; ``error`` is how the core finds out."""
    frame = whole(pixels, settings)
    black = _blackened(pixels, count - 1, settings.input_pixels_per_beat, settings)
    return Frame(frame.beats[:count], frame.height, frame.width, black, error)


def wrong_last(pixels: np.ndarray, position: int, settings: Settings) -> Frame:
    """A frame whose TLAST is the wrong way round in the beat at ``position``."""
    frame, count = whole(pixels, settings), settings.input_pixels_per_beat
    beat = frame.beats[position]
    frame.beats[position] = beat._replace(last=not beat.last)
    error = Error.LINE_LATE if beat.last else Error.LINE_EARLY
    taken = count if beat.last else (frame.width - 1) % count + 1
    black = _blackened(pixels, position, taken, settings)
    return Frame(frame.beats, frame.height, frame.width, black, error)


def refused(pixels: np.ndarray, height: int, width: int, settings: Settings) -> Frame:
    """A frame whose size inputs are ``height`` × ``width``, which the core refuses."""
    return Frame(whole(pixels, settings).beats, height, width, None, Error.SIZE)


def _blackened(pixels: np.ndarray, position: int, taken: int, settings: Settings) -> np.ndarray:
    """``pixels`` with black behind the first ``taken`` pixels of the beat at ``position``."""
    width, count = pixels.shape[1], settings.input_pixels_per_beat
    y, beat_of_line = divmod(position, -(-width // count))
    good = y * width + min(beat_of_line * count + taken, width)
    out = pixels.copy()
    out.reshape(-1, settings.channels)[good:] = settings.black
    return out


def random_frames(
    rng: np.random.Generator, count: int, settings: Settings, largest: tuple[int, int] = (6, 14)
) -> list[Frame]:
    """``count`` frames of random sizes up to ``largest``; half of them broken, but not the last."""
    frames = []
    for number in range(count):
        height = int(rng.integers(1, min(largest[0], settings.max_height) + 1))
        width = int(rng.integers(1, min(largest[1], settings.max_width) + 1))
        if settings.colour == "ycbcr422":
            width += width % 2
        pixels = random_frame(rng, (height, width, settings.channels), settings.sample_bits)
        kind = rng.choice(("whole", "cut", "last", "refused"), p=(0.5, 0.2, 0.2, 0.1))
        beats = height * -(-width // settings.input_pixels_per_beat)
        if number == count - 1 or (beats == 1 and kind != "refused"):
            kind = "whole"
        if kind == "whole":
            frames.append(whole(pixels, settings))
        elif kind == "cut":
            length = int(rng.integers(1, beats))
            frames.append(cut(pixels, length, settings, Error.FRAME_EARLY))
        elif kind == "last":
            frames.append(wrong_last(pixels, int(rng.integers(beats - 1)), settings))
        else:
            sizes = [(0, width), (height, 0)]
            if settings.max_height < MAX_SIZE:
                sizes.append((settings.max_height + 1, width))
            if settings.colour == "ycbcr422":
                sizes.append((height, width - 1))
            frames.append(refused(pixels, *sizes[rng.integers(len(sizes))], settings))
    return frames


def counted(frames: list[Frame]) -> Counter[Error]:
    """How often the core must set each bit of ``error`` while it takes ``frames``."""
    return Counter(error for frame in frames for error in frame.errors)
