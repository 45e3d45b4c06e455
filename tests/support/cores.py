"""Small cores with seeded random tables."""

from hw.core import CoreParams
from hw.lane_counts import natural_last_beat
from hw.params import natural_beat
from sw.tables.design import parse
from tables import filled, make_upsampler


def make_core(family="S", frac_bits=6, scale=4, padding="reflect", low=-20, high=90, **choices):
    upsampler = make_upsampler(family, frac_bits, scale, padding, low=low, high=high)
    lanes, channels = choices.pop("lanes", 2), choices.get("channels", 3)
    sizes = {"max_width": 17, "max_height": 8, "beat": natural_beat(scale, channels, lanes)}
    return CoreParams(upsampler=upsampler, lanes=(lanes,), **{**sizes, **choices})


def make_chain(design, lanes, padding="reflect", low=-60, high=60, **choices):
    upsampler = filled(parse(design, padding), low=low, high=high)
    beat = natural_last_beat(upsampler, choices.get("channels", 3), lanes)
    sizes = {"max_width": 17, "max_height": 8, "beat": beat}
    return CoreParams(upsampler=upsampler, lanes=lanes, **{**sizes, **choices})
