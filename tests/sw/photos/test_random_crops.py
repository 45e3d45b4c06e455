import numpy as np
import pytest

from sw.photos.random_crops import crop_weight


def test_weight_falls_with_the_root_of_the_error():
    lr = np.full((4, 4), 100, np.uint8)
    hr = np.full((8, 8), 100, np.uint8)
    assert crop_weight(lr, hr) == pytest.approx((60 / 5) ** 0.5)
    assert crop_weight(lr, hr + 10) == pytest.approx((60 / 105) ** 0.5)
