"""Pictures as frames of the colour formats, and back."""

import numpy as np
import pytest
from PIL import Image

from pictures import photo_like
from sim.bench.video_formats import to_frame, to_picture
from sw.errors import BadInput


def ycbcr(pixels):
    return np.asarray(Image.fromarray(pixels).convert("YCbCr"))


@pytest.mark.parametrize("colour", ["rgb", "luma"])
def test_rgb_stays(colour):
    pixels = photo_like(5, 7)
    assert np.array_equal(to_frame(pixels, colour, "p"), pixels)
    back, mode = to_picture(pixels, colour)
    assert (mode, back.tolist()) == ("RGB", pixels.tolist())


def test_ycbcr444_is_that_of_pillow():
    pixels = photo_like(5, 7)
    frame = to_frame(pixels, "ycbcr444", "p")
    assert np.array_equal(frame, ycbcr(pixels))
    back, mode = to_picture(frame, "ycbcr444")
    assert mode == "RGB"
    assert np.abs(back.astype(int) - pixels).max() <= 3  # Pillow cuts off


def test_ycbcr422_keeps_the_chroma_of_even_columns():
    pixels = photo_like(4, 6)
    full, frame = ycbcr(pixels), to_frame(pixels, "ycbcr422", "p")
    assert frame.shape == (4, 6, 2)
    assert np.array_equal(frame[:, :, 0], full[:, :, 0])
    assert np.array_equal(frame[:, ::2, 1], full[:, ::2, 1])
    assert np.array_equal(frame[:, 1::2, 1], full[:, ::2, 2])
    back, mode = to_picture(frame, "ycbcr422")
    assert mode == "RGB"
    assert np.abs(back[:, ::2].astype(int) - pixels[:, ::2]).max() <= 3  # Pillow cuts off


def test_grey_pictures_fit_every_format():
    grey = photo_like(4, 6, 1)
    assert to_frame(grey, "grey", "p") is grey
    back, mode = to_picture(grey, "grey")
    assert (back is grey, mode) == (True, "L")
    assert np.array_equal(to_frame(grey, "luma", "p"), grey.repeat(3, axis=2))
    frame = to_frame(grey, "ycbcr422", "p")
    assert np.array_equal(frame[:, :, :1], grey)
    assert (frame[:, :, 1] == 128).all()


@pytest.mark.parametrize("bits", [10, 12])
def test_samples_of_more_bits(bits):
    pixels, half = photo_like(4, 6, bits=bits), 1 << (bits - 1)
    frame = to_frame(pixels, "ycbcr444", "p", bits)
    assert frame.dtype == np.uint16
    # The same shades as with 8 bits, and back nearly exactly.
    grey_levels = (pixels >> bits - 8).astype(np.uint8)
    difference = frame / (1 << bits - 8) - to_frame(grey_levels, "ycbcr444", "p")
    assert np.abs(difference).max() < 2
    back, _ = to_picture(frame, "ycbcr444", bits)
    assert back.dtype == np.uint16
    assert np.abs(back.astype(int) - pixels).max() <= 2
    grey = to_frame(pixels[:, :, :1], "ycbcr422", "p", bits)
    assert (grey[:, :, 1] == half).all()


def test_refuses_what_does_not_fit():
    with pytest.raises(BadInput, match=r"a\.png: has colours; with --colour grey it must be grey"):
        to_frame(photo_like(2, 2), "grey", "a.png")
    with pytest.raises(BadInput, match=r"a\.png: is 3 pixels wide; with --colour ycbcr422"):
        to_frame(photo_like(2, 3), "ycbcr422", "a.png")
