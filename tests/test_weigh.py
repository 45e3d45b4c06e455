import numpy as np
import pytest

from blocks import TABLES, make_params, run_free, unpack
from hw.weigh import Weigh
from sw import golden


@pytest.mark.parametrize(("family", "frac_bits"), TABLES)
@pytest.mark.parametrize("scale", [2, 3])
def test_equals_weigh(family, frac_bits, scale):
    p = make_params(family, frac_bits, scale)
    rng = np.random.default_rng(0)
    count = 100
    q = p.table.grid.q
    # Weights of sorted random fractions: they sum to q.
    cuts = np.sort(rng.integers(0, q, (p.axes, count), endpoint=True), axis=0)
    weight = np.diff(cuts, axis=0, prepend=0, append=q)
    block = rng.integers(-128, 127, (p.banks, count, p.block), endpoint=True)
    block[:, :10], block[:, 10:20] = -128, 127
    values = [
        {"block": block[:, i].tolist(), "weight": weight[:, i].tolist()} for i in range(count)
    ]
    payloads, clocks = run_free(Weigh(p), values)
    assert np.array_equal([unpack(o) for o in payloads], golden.weigh(weight, block))
    assert clocks[0] == Weigh.delay(p)
