"""Frames through a core under Verilator, compared with the golden model."""

import numpy as np

from hw.windows.guard import Error
from pictures import assert_same, photo_like
from sim.bench import verilated
from sim.bench.beats import FIRST, LAST, beat_count, from_result, to_beats
from sim.bench.traffic import Traffic
from sw.pictures.colour_formats import upscale_format
from sw.tables.samples import sample_dtype, white

FOUR_BY_SIX = 4, 6
"""Height and width of the frames of :func:`run_broken`."""


def simulation(core):
    # The runs are short: optimising the simulator would take longer than it saves.
    return verilated.Simulation(core, optimise=False)


def check(core, low, large, name):
    """Compare an enlarged frame with the golden model."""
    assert_same(upscale_format(low, core.upsampler, core.colour), large, name)


def run(core, frames, traffic):
    """Send ``frames`` through the RTL, compare with the golden model, return the result."""
    sizes = [frame.shape[:2] for frame in frames]
    capacity = sum(beat_count(*size, core) for size in sizes) + 100
    beats = to_beats(frames, core.input_pixels_per_beat, core.sample_bits)
    result = simulation(core).run(beats, capacity, traffic)
    got = from_result(result, sizes, core)
    for number, (low, large) in enumerate(zip(frames, got, strict=True)):
        check(core, low, large, f"core-frame{number}")
    return result


def random_frames(core, rng, count):
    """Random frames of random sizes up to the maximum; of even width in 4:2:2."""
    sizes = rng.integers(1, (core.max_height, core.max_width), (count, 2), endpoint=True)
    if core.colour == "ycbcr422":
        sizes[:, 1] += sizes[:, 1] % 2
    bits = core.sample_bits
    most, dtype = white(bits), sample_dtype(bits)
    return [rng.integers(0, most, (*size, core.channels), dtype, endpoint=True) for size in sizes]


def cut(part, keep):
    """Some of the beats ``part``."""
    return verilated.Beats(*(array[keep] for array in vars(part).values()))


def with_flags(part, place, flags):
    """The beats ``part`` with other flags in one of them."""
    changed = part.flags.copy()
    changed[place] = flags
    return verilated.Beats(part.data, changed, part.width, part.height)


BROKEN = {
    "line early": (lambda part: with_flags(part, 9, LAST), Error.LINE_EARLY, 10),
    "line late": (lambda part: with_flags(part, 11, 0), Error.LINE_LATE, 12),
    "frame cut short": (lambda part: cut(part, slice(0, 15)), Error.FRAME_EARLY, 15),
    "start in the middle": (lambda part: with_flags(part, 13, FIRST), Error.FRAME_EARLY, 13),
}
"""What breaks a frame, the error that it causes, and how many pixels are good."""


def send_broken(core, break_it):
    """Send a whole frame, a broken frame and a whole frame; return the frames and the result."""
    bits = core.sample_bits
    frames = [photo_like(*FOUR_BY_SIX, core.channels, seed, bits) for seed in range(3)]
    parts = [to_beats([frame]) for frame in frames]
    parts[1] = break_it(parts[1])
    arrays = ([getattr(part, name) for part in parts] for name in vars(parts[0]))
    beats = verilated.Beats(*(np.concatenate(array) for array in arrays))
    capacity = 5 * beat_count(*FOUR_BY_SIX, core)
    result = simulation(core).run(beats, capacity, Traffic(0.3, 0.3, seed=5))
    return frames, result


def blackened(core, frame, good):
    """``frame`` with black behind its first ``good`` pixels."""
    changed = frame.copy()
    changed.reshape(-1, core.channels)[good:] = core.black
    return changed


def check_broken(core, name):
    """A broken frame is completed in black, and the next one is whole."""
    break_it, error, good = BROKEN[name]
    frames, result = send_broken(core, break_it)
    seen = {Error(1 << bit) for bit, count in enumerate(result.errors) if count}
    assert error in seen
    source = frames[1].reshape(-1, core.channels)
    if name == "start in the middle":
        # This start breaks one frame and begins another, which the start of the third frame breaks.
        second = np.zeros_like(frames[1])
        second.reshape(-1, core.channels)[:5] = source[13:18]
        frames.insert(2, blackened(core, second, 5))
    frames[1] = blackened(core, frames[1], good)
    got = from_result(result, [FOUR_BY_SIX] * len(frames), core)
    for number, (low, large) in enumerate(zip(frames, got, strict=True)):
        check(core, low, large, f"broken-frame{number}")
