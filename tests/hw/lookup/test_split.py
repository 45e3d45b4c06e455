import numpy as np
import pytest

from blocks import FIVE, NINE, look_ups, make_group, run_free
from hw.lookup.split import Split
from sw import golden
from sw.tables.grid import DifferenceGrid


def compare(group, taps):
    index, fraction = golden.split(taps, group.table.grid)
    payloads = run_free(Split(group), taps.T.tolist())
    assert np.array_equal([list(payload.index) for payload in payloads], index.T)
    assert np.array_equal([list(payload.fraction) for payload in payloads], fraction.T)


@pytest.mark.parametrize(("family", "grid"), [("S", NINE), ("F", FIVE), ("V", NINE)], ids=str)
def test_equals_split(family, grid):
    group = make_group(family, grid)
    compare(group, look_ups(group, 300))


@pytest.mark.parametrize(
    "breakpoints", [(0, 256), (0, 1, 2, 4, 8, 16, 32, 64, 128, 256), (0, 8, 24, 56, 120, 376)]
)
@pytest.mark.parametrize("max_frac_bits", [0, 4, 8])
def test_every_difference(breakpoints, max_frac_bits):
    group = make_group("V", DifferenceGrid(breakpoints, max_frac_bits=max_frac_bits))
    difference = np.arange(-255, 256)
    taps = np.stack([np.maximum(-difference, 0), np.maximum(difference, 0)])
    compare(group, taps.astype(np.uint8))
