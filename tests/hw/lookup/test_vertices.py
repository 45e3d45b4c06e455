import numpy as np
import pytest

from blocks import TABLES, look_ups, make_group, run_free
from hw.lookup.vertices import Select
from sw import golden
from sw.tables import banks


@pytest.mark.parametrize(("family", "frac_bits"), TABLES)
def test_equals_weights_and_vertices(family, frac_bits):
    g = make_group(family, frac_bits)
    index, fraction = golden.split(look_ups(g, 300), g.table.grid)
    order, fraction_sorted = golden.sort(fraction)
    weight = golden.weights(fraction_sorted, g.table.grid.q, np.dtype(int))
    vertex = golden.vertices(index, order, g.table.strides)
    coordinates = np.stack(np.unravel_index(vertex, (g.table.grid.levels,) * g.axes))
    bank, row = banks.locate(g.table, coordinates)
    by_bank = np.argsort(bank, axis=0)

    values = [
        {"index": i, "order": o, "fraction": f}
        for i, o, f in zip(
            index.T.tolist(), order.T.tolist(), fraction_sorted.T.tolist(), strict=True
        )
    ]
    payloads, clocks = run_free(Select(g), values)
    expected_row = np.take_along_axis(row, by_bank, axis=0)
    expected_weight = np.take_along_axis(weight, by_bank, axis=0)
    assert np.array_equal([list(o.row) for o in payloads], expected_row.T)
    assert np.array_equal([list(o.weight) for o in payloads], expected_weight.T)
    assert clocks[0] == Select.delay(g)
