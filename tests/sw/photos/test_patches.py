import numpy as np

from sw.photos.patches import Patches
from sw.photos.planes import Plane


def test_patches_are_turned_pieces_of_the_planes():
    rng = np.random.default_rng(0)
    lr = rng.integers(0, 256, (20, 27), dtype=np.uint8)
    patches = Patches([Plane(lr, lr.repeat(2, 0).repeat(2, 1)), Plane(lr[:5], lr[:5])], 8)
    assert len(patches) == 2 * 3
    assert patches.too_small == 1
    low, high = patches.batch(range(6), rng)
    assert np.array_equal(low.repeat(2, 1).repeat(2, 2), high)
    views = np.lib.stride_tricks.sliding_window_view(lr, (8, 8)).reshape(-1, 8, 8)
    for one in low:
        turns = [turned for k in range(4) for turned in (np.rot90(one, k), np.rot90(one, k).T)]
        assert any((views == turned).all(axis=(1, 2)).any() for turned in turns)
