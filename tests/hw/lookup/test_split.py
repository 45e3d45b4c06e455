import numpy as np
import pytest

from blocks import FIVE, NINE, look_ups, make_group, run_free
from hw.lookup.split import Split
from sw import golden
from sw.tables.grid import DifferenceGrid


def compare(g, taps):
    index, fraction = golden.split(taps, g.table.grid)
    payloads, clocks = run_free(Split(g), taps.T.tolist())
    assert np.array_equal([list(o.index) for o in payloads], index.T)
    assert np.array_equal([list(o.fraction) for o in payloads], fraction.T)
    assert clocks[0] == Split.delay(g)
    assert clocks[-1] == clocks[0] + len(clocks) - 1


@pytest.mark.parametrize(("family", "grid"), [("S", NINE), ("F", FIVE), ("V", NINE)], ids=str)
def test_equals_split(family, grid):
    g = make_group(family, grid)
    compare(g, look_ups(g, 300))


@pytest.mark.parametrize(
    "breakpoints", [(0, 256), (0, 1, 2, 4, 8, 16, 32, 64, 128, 256), (0, 8, 24, 56, 120, 376)]
)
@pytest.mark.parametrize("most_frac_bits", [0, 4, 8])
def test_every_difference(breakpoints, most_frac_bits):
    g = make_group("V", DifferenceGrid(breakpoints, most_frac_bits=most_frac_bits))
    difference = np.arange(-255, 256)
    taps = np.stack([np.maximum(-difference, 0), np.maximum(difference, 0)])
    compare(g, taps.astype(np.uint8))
