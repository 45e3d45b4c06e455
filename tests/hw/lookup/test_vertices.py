import numpy as np
import pytest

from blocks import TABLES, look_ups, make_group, run_free
from hw.lookup.vertices import Vertices
from sw import golden
from sw.tables import banks


@pytest.mark.parametrize(("family", "frac_bits"), TABLES)
def test_equals_weights_and_vertices(family, frac_bits):
    group = make_group(family, frac_bits)
    index, fraction = golden.split(look_ups(group, 300), group.table.grid)
    order, fraction_sorted = golden.sort(fraction)
    weight = golden.weights(fraction_sorted, group.table.grid.q, np.dtype(int))
    vertex = golden.vertices(index, order, group.table.strides)
    coordinates = np.stack(np.unravel_index(vertex, (group.table.grid.levels,) * group.axes))
    bank, row = banks.locate(group.table, coordinates)
    by_bank = np.argsort(bank, axis=0)

    values = [
        {"index": i, "order": o, "fraction": f}
        for i, o, f in zip(
            index.T.tolist(), order.T.tolist(), fraction_sorted.T.tolist(), strict=True
        )
    ]
    payloads = run_free(Vertices(group), values)
    expected_row = np.take_along_axis(row, by_bank, axis=0)
    expected_weight = np.take_along_axis(weight, by_bank, axis=0)
    assert np.array_equal([list(payload.row) for payload in payloads], expected_row.T)
    assert np.array_equal([list(payload.weight) for payload in payloads], expected_weight.T)
