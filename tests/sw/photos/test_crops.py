import numpy as np
import pytest

from sw.errors import BadInput
from sw.photos.crops import PictureCrops, RandomCrops, crop_weight
from sw.photos.planes import Plane
from sw.pictures.colour import luma


def test_crops_come_from_everywhere_and_mirrored():
    rng = np.random.default_rng(0)
    lr = np.arange(35, dtype=np.uint8).reshape(5, 7)
    plane = Plane(lr, lr.repeat(2, 0).repeat(2, 1))
    crops = RandomCrops([plane, Plane(lr[:2], plane.hr[:4])], 3)
    seen = set()
    for _ in range(400):
        low, high = crops.draw(rng)
        assert np.array_equal(low.repeat(2, 0).repeat(2, 1), high)
        assert low.shape == (3, 3)
        seen.add((int(low[0, 0]), int(low[0, 1])))
    assert len(seen) == 2 * 3 * 5


def test_a_share_of_the_crops_is_drawn():
    rng = np.random.default_rng(0)
    black, white = (Plane(np.full((9, 9), v, np.uint8), np.zeros((18, 18))) for v in (0, 255))
    crops = RandomCrops([black], 3, [white], 0.25)
    white = sum(int(crops.draw(rng)[0][0, 0] == 255) for _ in range(1000))
    assert 200 < white < 300


def test_crops_larger_than_all_planes_are_refused():
    plane = Plane(np.zeros((5, 9), np.uint8), np.zeros((10, 18), np.uint8))
    with pytest.raises(BadInput, match=r"all 1 planes are smaller than 6×6 .* with --crop N"):
        RandomCrops([plane], 6)
    with pytest.raises(BadInput, match=r"smaller than 12×12; crops .* must be at most 10"):
        PictureCrops([plane], 1).check(6)


def test_weight_falls_with_the_root_of_the_error():
    lr = np.full((4, 4), 100, np.uint8)
    hr = np.full((8, 8), 100, np.uint8)
    assert crop_weight(lr, hr) == pytest.approx((60 / 5) ** 0.5)
    assert crop_weight(lr, hr + 10) == pytest.approx((60 / 105) ** 0.5)


def test_picture_crops_are_turned_and_mirrored_pieces():
    rng = np.random.default_rng(0)
    lr = rng.integers(0, 256, (12, 17, 3), dtype=np.uint8)
    hr = lr.repeat(2, axis=0).repeat(2, axis=1)
    planes = [Plane(lr[:, :, c], hr[:, :, c], colour) for c, colour in enumerate("RGB")]
    planes.append(Plane(lr[:5, :5, 0], hr[:10, :10, 0]))
    seen = set()
    low, high = PictureCrops(planes, 3).batch(60, 6, rng)
    assert np.array_equal(low.repeat(2, 2).repeat(2, 3), high)
    views = np.lib.stride_tricks.sliding_window_view(lr, (6, 6), axis=(0, 1)).reshape(-1, 3, 6, 6)
    for one in low:
        turns = [np.rot90(one, k, axes=(1, 2)) for k in range(4)]
        turns += [turned.swapaxes(1, 2) for turned in turns]
        found = [k for k, turned in enumerate(turns) if (views == turned).all(axis=(1, 2, 3)).any()]
        assert found
        seen.add(found[0])
    assert seen == set(range(8))
    y, _ = PictureCrops(planes[:3], 1).batch(1, 12, rng)
    assert y.shape == (1, 1, 12, 12)
    assert np.isclose(y.min(), luma(lr).min(), atol=40)
