import numpy as np
import pytest

from sw import golden
from sw.tables import banks
from sw.tables.grid import DifferenceGrid
from sw.tables.published import FAMILIES
from tables import make_table

DIFFERENCES = DifferenceGrid((0, 16, 80, 336))
CASES = [
    *(("S", 4), ("S", 6), ("S", 8), ("F", 4), ("V", 0), ("V", 8)),
    *(pytest.param(family, DIFFERENCES, id=f"{family}-differences") for family in "SFV"),
]


@pytest.mark.parametrize(("family", "frac_bits"), CASES)
def test_every_look_up_reads_each_bank_once_and_finds_its_entries(family, frac_bits):
    table = make_table(FAMILIES[family], frac_bits, 2)
    rng = np.random.default_rng(0)
    n = table.axes
    taps = rng.integers(0, 256, (len(table.taps), 5000), dtype=np.uint8)
    index, fraction = golden.split(taps, table.grid)
    order, _ = golden.sort(fraction)
    vertex = golden.vertices(index, order, table.strides)
    coordinates = np.stack(np.unravel_index(vertex, (table.grid.levels,) * n))

    bank, row = banks.locate(table, coordinates)
    assert np.array_equal(np.sort(bank, axis=0), np.broadcast_to(np.c_[: n + 1], bank.shape))
    assert row.max() < banks.depth(table)
    entries = table.entries.reshape(table.rows, -1)
    found = banks.contents(table)[bank, row]
    assert np.array_equal(found, golden.fetch(entries, vertex))


@pytest.mark.parametrize(("family", "frac_bits"), CASES)
def test_no_two_entries_share_a_row(family, frac_bits):
    table = make_table(FAMILIES[family], frac_bits, 2)
    n = table.axes
    points = np.indices((table.grid.levels,) * n).reshape(n, -1)
    bank, row = banks.locate(table, points)
    assert len(np.unique(bank * banks.depth(table) + row)) == table.rows
