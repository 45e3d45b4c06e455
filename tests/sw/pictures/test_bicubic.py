from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from pictures import assert_same, photo_like
from sw.errors import BadInput
from sw.pictures.bicubic import crop_to_multiple, keys, resize
from sw.places import ROOT

VAL = ROOT / "data" / "val"


def slow_line(line, ratio):
    """One line by the textbook: every output pixel weighs all input pixels near it, exactly."""
    n = len(line)
    out = []
    for i in range(-(-n * ratio.numerator // ratio.denominator)):
        centre = (i + Fraction(1, 2)) / ratio - Fraction(1, 2)
        stretch = min(ratio, Fraction(1))
        near = range(int(centre - 2 / stretch) - 2, int(centre + 2 / stretch) + 3)
        weights = [cubic((j - centre) * stretch) for j in near]
        mirrored = [j % (2 * n) if j % (2 * n) < n else 2 * n - 1 - j % (2 * n) for j in near]
        value = sum(w * int(line[j]) for w, j in zip(weights, mirrored, strict=True)) / sum(weights)
        out.append(min(max(int((value + Fraction(1, 2)) // 1), 0), 255))
    return out


def cubic(x):
    x = abs(x)
    if x < 1:
        return (3 * x**3 - 5 * x**2 + 2) / 2
    return (-(x**3) + 5 * x**2 - 8 * x + 4) / 2 if x < 2 else Fraction(0)


def slow_resize(image, ratio):
    rows = np.array([slow_line(column, ratio) for column in image.T], np.uint8).T
    return np.array([slow_line(row, ratio) for row in rows], np.uint8)


RATIOS = [Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), Fraction(2), Fraction(3), Fraction(4)]
RATIOS += [Fraction(9, 10), Fraction(7, 10)]  # whose weights need 64 bits


@pytest.mark.parametrize("ratio", RATIOS, ids=str)
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (7, 12), (13, 5)])
def test_equals_the_textbook(ratio, size):
    image = np.random.default_rng(1).integers(0, 256, size, dtype=np.uint8)
    assert_same(slow_resize(image, ratio), resize(image, ratio), "bicubic")


@pytest.mark.parametrize("ratio", RATIOS, ids=str)
def test_extremes_do_not_wrap(ratio):
    image = np.kron(np.indices((4, 4)).sum(axis=0) % 2, np.full((3, 3), 255)).astype(np.uint8)
    assert_same(slow_resize(image, ratio), resize(image, ratio), "extremes")


def test_refuses_a_ratio_whose_weights_are_too_fine():
    with pytest.raises(BadInput, match="a ratio of 97/101 is too fine"):
        resize(np.zeros((200, 1), np.uint8), Fraction(97, 101))


def test_colours_are_resized_alike():
    image = photo_like(9, 13)
    planes = [resize(image[:, :, c], Fraction(1, 3)) for c in range(3)]
    assert_same(np.stack(planes, axis=2), resize(image, Fraction(1, 3)), "colours")


def test_kernel_is_keys():
    assert [keys(Fraction(x)) for x in (0, 1, 2, 3)] == [1, 0, 0, 0]
    assert keys(Fraction(1, 2)) == Fraction(9, 16)
    assert keys(Fraction(-3, 2)) == Fraction(-1, 16)


def test_crop():
    assert crop_to_multiple(np.zeros((9, 11, 3)), 4).shape == (8, 8, 3)


@pytest.mark.skipif(not VAL.is_dir(), reason="the photographs are not part of the repository")
@pytest.mark.parametrize("name", ["set5", "set14", "uhd"])
def test_reference_low_resolution_pictures_come_out_bit_for_bit(name):
    for path in sorted((VAL / name / "HR").iterdir()):
        original = crop_to_multiple(np.asarray(Image.open(path)), 4)
        low = np.asarray(Image.open(VAL / name / "LR_x4" / f"{path.stem}.png"))
        assert_same(low, resize(original, Fraction(1, 4)), f"{name}-{path.stem}")
