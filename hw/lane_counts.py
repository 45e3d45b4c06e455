"""Lanes of a chain's stages that fit together."""

from hw.params import lane_choices, natural_beat
from sw.tables.rotation import ROTATIONS
from sw.tables.spec import Upsampler


def usable_lanes(channels: int, enlarged: int) -> list[int]:
    """Lanes that a stage can have, its frames coming ``enlarged`` times as wide as the picture.

    A stage that takes several pixels at a time must find lines of a multiple of that.
    """
    whole = channels * ROTATIONS
    return [n for n in lane_choices(channels) if enlarged % max(1, n // whole) == 0]


def matching_lanes(upsampler: Upsampler, channels: int, first: int) -> tuple[int, ...]:
    """Lanes for each stage that keep up with ``first`` lanes in the first, as far as they can."""
    out, enlarged = [first], upsampler.stages[0].scale
    for stage in upsampler.stages[1:]:
        usable = usable_lanes(channels, enlarged)
        out.append(next((n for n in usable if n >= first * enlarged**2), usable[-1]))
        enlarged *= stage.scale
    return tuple(out)


def chosen_lanes(upsampler: Upsampler, channels: int, lanes: tuple[int, ...]) -> tuple[int, ...]:
    """Lanes of each stage: ``lanes``, or what matches those of the first if it is alone."""
    if len(lanes) > 1 or len(upsampler.stages) == 1:
        return lanes
    return matching_lanes(upsampler, channels, lanes[0])


def natural_last_beat(upsampler: Upsampler, channels: int, lanes: tuple[int, ...]) -> int:
    """HR pixels per beat that the last stage's lanes make."""
    return natural_beat(upsampler.stages[-1].scale, channels, lanes[-1])
