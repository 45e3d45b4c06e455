import numpy as np

from pictures import photo_like
from sw.pictures.colour import eight_bits, luma, to_rgb, to_ycbcr


def test_luma_of_black_white_and_primaries():
    pixels = np.array([[[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255]]])
    # BT.601: 16 is black, 235 white.
    assert np.allclose(luma(pixels.astype(np.uint8)), [[16, 235, 81.481, 144.553, 40.966]])


def test_luma_of_grey_is_grey():
    assert luma(np.full((2, 2, 1), 77, np.uint8)).tolist() == [[77, 77], [77, 77]]


def test_eight_bits_clips_and_rounds():
    values = [-300.0, -0.6, 0.5, 1.5, 254.5, 255.4, 256.0, 700.0]
    assert eight_bits(np.array(values)).tolist() == [0, 0, 0, 2, 254, 255, 255, 255]


def test_ycbcr_there_and_back():
    primaries = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [0, 0, 0]])
    expected = [
        [81.481, 90.203, 240],
        [144.553, 53.797, 34.214],
        [40.966, 240, 109.786],
        [235, 128, 128],
        [16, 128, 128],
    ]
    assert np.allclose(to_ycbcr(primaries), expected)
    pixels = photo_like(10, 10)
    assert np.array_equal(eight_bits(to_rgb(to_ycbcr(pixels))), pixels)
