import numpy as np
import pytest

from blocks import TABLES, look_ups, make_group, run_free
from hw.lookup.sort import Sort, layers
from sw import golden


@pytest.mark.parametrize(("family", "frac_bits"), TABLES)
def test_equals_sort(family, frac_bits):
    group = make_group(family, frac_bits)
    index, fraction = golden.split(look_ups(group, 300), group.table.grid)
    order, fraction_sorted = golden.sort(fraction)
    pairs = zip(index.T.tolist(), fraction.T.tolist(), strict=True)
    values = [{"index": i, "fraction": f} for i, f in pairs]
    payloads = run_free(Sort(group), values)
    assert np.array_equal([list(payload.index) for payload in payloads], index.T)
    assert np.array_equal([list(payload.order) for payload in payloads], order.T)
    assert np.array_equal([list(payload.fraction) for payload in payloads], fraction_sorted.T)


def test_layers_touch_each_place_at_most_once():
    for network in golden.SORT_NETWORK.values():
        in_layers = layers(network)
        assert [pair for layer in in_layers for pair in layer] == list(network)
        for layer in in_layers:
            places = [place for pair in layer for place in pair]
            assert len(places) == len(set(places))
