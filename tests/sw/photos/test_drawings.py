import numpy as np

from sw.photos.drawings import SIDE, drawing


def test_drawings_are_whole_different_and_the_same_again():
    first, second = drawing(0), drawing(1)
    assert first.shape == second.shape == (SIDE, SIDE)
    assert first.dtype == np.uint8
    assert np.array_equal(first, drawing(0))
    # Neither is flat, nor like the other.
    assert min(first.std(), second.std()) > 10
    assert (first != second).mean() > 0.2
