import numpy as np
import pytest

from blocks import TABLES, make_group, run_free, unpack
from hw.lookup.weigh import Weigh
from sw import golden


@pytest.mark.parametrize(("family", "frac_bits"), TABLES)
@pytest.mark.parametrize("scale", [2, 3])
def test_equals_weigh(family, frac_bits, scale):
    group = make_group(family, frac_bits, scale)
    rng = np.random.default_rng(0)
    count = 100
    q = group.table.grid.q
    # Differences of sorted random numbers from 0 to q: weights that sum to q.
    cuts = np.sort(rng.integers(0, q, (group.axes, count), endpoint=True), axis=0)
    weight = np.diff(cuts, axis=0, prepend=0, append=q)
    block = rng.integers(-128, 127, (group.banks, count, group.numbers), endpoint=True)
    block[:, :10], block[:, 10:20] = -128, 127
    values = [
        {"entry": block[:, i].tolist(), "weight": weight[:, i].tolist()} for i in range(count)
    ]
    payloads = run_free(Weigh(group), values)
    assert np.array_equal([unpack(payload) for payload in payloads], golden.weigh(weight, block))
