from itertools import pairwise

import pytest

from sw.schedule import cosine_rate


def test_rate_falls_from_the_first_to_the_last_and_stays_there():
    rates = [cosine_rate(2.0, 0.01, step / 10) for step in range(12)]
    assert rates[0] == 2
    assert rates[5] == pytest.approx((2 + 0.02) / 2)
    assert rates[10] == rates[11] == pytest.approx(0.02)
    assert all(after < before for before, after in pairwise(rates[:11]))
