"""A run of a core: random frames, some of them broken, and what must come out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hw.core_params import CoreParams
from hw.windows.guard import Error
from sim.bench.beats import FIRST, LAST, to_beats
from sim.bench.random_frames import random_frame
from sim.bench.traffic import Traffic
from sim.bench.verilated import Beats

FAULTS = "whole", "line ends early", "line ends late", "cut short", "size refused"
FAULT_SHARES = 0.75, 0.07, 0.07, 0.07, 0.04
SIZES = "1 pixel", "1 line", "1 column", "small", "large"
TRAFFIC = "free", "idle", "stall", "idle and stall"
BEGINNINGS = "power-on", "reset in mid-run"

FrameClass = tuple[str, int, int, str, str, str, str]
"""Colour format, bits of a sample, number of stages, and one of each of SIZES, FAULTS, TRAFFIC and
BEGINNINGS."""

BIT_OF_FAULT = {
    "line ends early": Error.LINE_EARLY,
    "line ends late": Error.LINE_LATE,
    "cut short": Error.FRAME_EARLY,
    "size refused": Error.SIZE,
}


@dataclass(frozen=True)
class Job:
    """A run.

    Parameters
    ----------
    low : list of ndarray
        The LR frames that the core enlarges: black behind a fault. Frames of a refused size are not
        among them.
    beats : Beats
        What goes in. The size inputs are random in all beats but the first of a frame.
    traffic : Traffic
    errors : tuple of int
        Clocks in which each bit of ``error`` must be set.
    reset_after : int
        Clocks of another run that a reset ends before this one begins; 0: it begins at power-on.
    classes : list of (str, str)
        Of each frame that goes in, one of ``SIZES`` and one of ``FAULTS``.
    """

    low: list[np.ndarray]
    beats: Beats
    traffic: Traffic
    errors: tuple[int, ...]
    reset_after: int
    classes: list[tuple[str, str]]

    @property
    def traffic_class(self) -> str:
        """One of ``TRAFFIC``."""
        return TRAFFIC[(self.traffic.idle > 0) + 2 * (self.traffic.stall > 0)]

    @property
    def beginning(self) -> str:
        """One of ``BEGINNINGS``."""
        return BEGINNINGS[self.reset_after > 0]


def random_job(params: CoreParams, rng: np.random.Generator, pixels: int) -> Job:
    """Frames of ``pixels`` LR pixels or a little more in all; the last one is whole."""
    low, parts, classes = [], [], []
    sent = 0
    while sent < pixels:
        height, width = random_size(params, rng)
        sent += height * width
        fault = str(rng.choice(FAULTS, p=FAULT_SHARES)) if sent < pixels else "whole"
        frame = random_frame(rng, (height, width, params.channels), params.sample_bits)
        part, frame, fault = _broken(params, rng, frame, fault)
        if frame is not None:
            low.append(frame)
        parts.append(part)
        classes.append((_size_class(height, width), fault))
    arrays = ([getattr(part, name) for part in parts] for name in vars(parts[0]))
    beats = Beats(*(np.concatenate(array) for array in arrays))
    later = beats.flags & FIRST == 0
    for size in (beats.width, beats.height):
        size[later] = rng.integers(0, 1 << 16, int(later.sum()), np.uint16)
    idle, stall = rng.choice((0.0, 0.1, 0.5, 0.9), 2, p=(0.4, 0.3, 0.2, 0.1))
    traffic = Traffic(float(idle), float(stall), int(rng.integers(1 << 32)))
    bits = [BIT_OF_FAULT[fault] for _, fault in classes if fault != "whole"]
    errors = tuple(bits.count(bit) for bit in Error)
    # A core takes at most one beat per clock: the reset comes before the last one.
    reset_after = int(rng.integers(1, len(beats.flags))) if rng.random() < 0.5 else 0
    return Job(low, beats, traffic, errors, reset_after, classes)


def random_size(params: CoreParams, rng: np.random.Generator) -> tuple[int, int]:
    """Height and width: small sizes are as likely as large ones, and the largest is not rare."""
    height, width = (
        most if rng.random() < 0.1 else int(most ** rng.random() + 0.5)
        for most in (params.max_height, params.max_width)
    )
    return height, width + width % 2 if params.colour == "ycbcr422" else width


def _broken(
    params: CoreParams, rng: np.random.Generator, frame: np.ndarray, fault: str
) -> tuple[Beats, np.ndarray | None, str]:
    """The beats of ``frame`` with ``fault``, what the core makes of it, and the fault itself."""
    count, width = params.input_pixels_per_beat, frame.shape[1]
    part = to_beats([frame], count, params.sample_bits)
    beats = part.flags.size
    if fault == "size refused":
        part.height[0], part.width[0] = [
            *((0, width), (frame.shape[0], 0), (params.max_height + 1, width)),
        ][rng.integers(3)]
        return part, None, fault
    if fault == "whole" or beats == 1:
        return part, frame, "whole"
    position = int(rng.integers(beats - 1))
    y, beat_of_line = divmod(position, -(-width // count))
    taken = count  # pixels of the beat
    if fault == "cut short":
        part = Beats(*(array[: position + 1] for array in vars(part).values()))
    else:
        last = part.flags[position] & LAST != 0
        part.flags[position] ^= LAST
        fault = "line ends late" if last else "line ends early"
        taken = count if last else (width - 1) % count + 1
    good = y * width + min(beat_of_line * count + taken, width)
    frame = frame.copy()
    frame.reshape(-1, params.channels)[good:] = params.black
    return part, frame, fault


def _size_class(height: int, width: int) -> str:
    if height * width == 1:
        return "1 pixel"
    if height == 1:
        return "1 line"
    if width == 1:
        return "1 column"
    return "small" if height * width < 1000 else "large"
