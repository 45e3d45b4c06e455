"""Small cores with seeded random tables."""

import pytest

from hw.core_params import CoreParams
from sw.tables.design import parse
from sw.tables.spec import Stage, Upsampler
from tables import filled, make_table, make_upsampler


def core_cases(names, quick=()):
    """Parameters for pytest from the names of cores.

    The tests of a core stay in one process, which builds it once. Cores that are not in ``quick``
    belong to the long suite.
    """
    assert set(quick) <= set(names)
    return [
        pytest.param(
            name,
            marks=[
                pytest.mark.xdist_group(name),
                *([] if name in quick else [pytest.mark.long]),
            ],
        )
        for name in names
    ]


def make_core(
    family="S", frac_bits=6, scale=4, padding="reflect", low=-20, high=90, bits=8, **choices
):
    """Parameters of a core of one table, with entries from ``low`` to ``high``."""
    upsampler = make_upsampler(family, frac_bits, scale, padding, low=low, high=high).at_bits(bits)
    lanes = (choices.pop("lanes", 2),)
    sizes = {"max_width": 17, "max_height": 8, **choices}
    return CoreParams.for_upsampler(upsampler, lanes=lanes, **sizes)


def make_chain(design, lanes, padding="reflect", low=-60, high=60, **choices):
    """Parameters of a core of the chain ``design``, with entries from ``low`` to ``high``."""
    upsampler = filled(parse(design, padding), low=low, high=high)
    sizes = {"max_width": 17, "max_height": 8, **choices}
    return CoreParams.for_upsampler(upsampler, lanes=lanes, **sizes)


def make_reaching_core(reach, scale=2, lanes=4, **choices):
    """Parameters of a core of one small table whose windows reach ``reach`` pixels."""
    taps = ((0, 0), (1, reach), (-reach, 0))
    stage = Stage(scale, "reflect", (make_table(taps, 3, scale, low=-20, high=90),))
    sizes = {"max_width": 17, "max_height": 8, **choices}
    return CoreParams.for_upsampler(Upsampler((stage,)), lanes=(lanes,), **sizes)
