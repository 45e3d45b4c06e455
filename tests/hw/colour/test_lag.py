"""How far the luma is behind the chroma, worked out by hand for shipped tables."""

import numpy as np
import pytest

from hw.colour.lag import lines_held, lines_needed, slots_needed
from hw.core_params import CoreParams
from sim.bench.random_cores import random_upsampler
from sw.pictures.colour_formats import REACH
from sw.tables.files import LUTS, load


@pytest.mark.parametrize(
    ("name", "needed", "held", "slots"),
    [
        # One stage: the line below. While a line goes out, the next is written, which needs one
        # more; then there are two lines held, one that comes in, one to spare, and two above.
        ("S", 1, 1, 2 + 2 + 2 + 2),
        # Windows of two lines: nothing is held.
        ("F", 2, 0, 3 + 2 + 2),
        # ×2 twice: line 1 of the double picture is below its line 0, and belongs to LR line 0.
        ("pico", 1, 1, 3 + 2 + 2 + 2),
        # A stage of ×1 with windows of two lines in front of such a pair.
        ("nano", 3, 0, 5 + 2 + 2),
        ("compact", 3, 0, 5 + 2 + 2),
    ],
)
def test_lines(name, needed, held, slots):
    params = CoreParams.for_upsampler(load(LUTS / f"{name}.npz"), colour="luma", lanes=(1,))
    assert lines_needed(params.stages) == needed
    assert lines_held(params.stages) == params.lines_held == held
    assert slots_needed(params.stages) == slots <= params.chroma.slots


def test_neither_way_waits_for_lines_that_the_other_has_no_room_for():
    """What :func:`sim.formal.colour_properties.two_ways` assumes, for many chains."""
    rng = np.random.default_rng(7)
    chains = [random_upsampler(rng) for _ in range(300)]
    for upsampler in (chain for chain in chains if chain.scale > 1):
        params = CoreParams.for_upsampler(upsampler, colour="luma", lanes=(1,))
        luma_waits_for = lines_needed(params.stages) + params.lines_held
        chroma_room = params.chroma.slots - REACH
        assert chroma_room > luma_waits_for >= REACH


def test_nothing_is_held_without_chroma():
    for colour in ("rgb", "grey"):
        params = CoreParams.for_upsampler(load(LUTS / "S.npz"), colour=colour, lanes=(1,))
        assert params.lines_held == 0
        assert not params.has_chroma


def test_black_of_the_formats():
    def black(colour, bits=8):
        table = load(LUTS / "S.npz").at_bits(bits)
        return CoreParams.for_upsampler(table, colour=colour, lanes=(1,)).black

    assert [black(colour) for colour in ("rgb", "luma", "grey")] == [(0,) * 3, (0,) * 3, (0,)]
    assert black("ycbcr444") == (0, 128, 128)
    assert black("ycbcr422") == (0, 128)
    assert black("ycbcr422", 10) == (0, 512)
