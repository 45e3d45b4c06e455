"""CMYK and LAB become sRGB, and a colour profile goes only where it fits."""

import numpy as np
import pytest
from PIL import Image, ImageCms

from picture_files import cmyk_icc, icc
from sw.pictures.images import Picture, read_header, read_picture, write_picture
from sw.pictures.metadata import Metadata

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
GREY = icc(b"GRAY")
YELLOW_INK = cmyk_icc(white=(255, 128, 128), ink=(200, 128, 208))
"""A profile in which every ink but black is yellow."""


@pytest.mark.parametrize("ending", ["jpg", "tiff"])
def test_cmyk_is_converted_by_its_profile(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    image = Image.new("CMYK", (16, 16), (255, 0, 0, 0))  # cyan, without the profile
    image.paste((0, 0, 0, 0), (0, 0, 8, 16))
    image.save(path, icc_profile=YELLOW_INK)
    picture = read_picture(path)
    assert picture.mode == read_header(path).mode == "RGB"
    assert picture.notes == ()
    assert picture.metadata.icc_profile is None
    paper, ink = picture.pixels[0, 0].astype(int), picture.pixels[0, 15].astype(int)
    assert np.abs(paper - 255).max() <= 2
    # L* = 78.4, a* = 0, b* = 80 by the formulas of CIE and sRGB, from white D50 by Bradford.
    assert np.abs(ink - [222, 192, 0]).max() <= 3


@pytest.mark.parametrize(
    ("profile", "note"),
    [
        (None, "is CMYK without a colour profile"),
        (SRGB, "is CMYK with a damaged colour profile, or one of another colour space"),
        (YELLOW_INK[:200], "is CMYK with a damaged colour profile"),
        (icc(b"CMYK"), "is CMYK with a damaged colour profile"),
        (b"nonsense", "is CMYK with a damaged colour profile"),
    ],
)
def test_cmyk_without_a_profile_that_fits_is_converted_with_a_note(tmp_path, profile, note):
    path = tmp_path / "a.tiff"
    image = Image.new("CMYK", (4, 4), (255, 20, 0, 100))
    image.save(path, icc_profile=profile)
    picture = read_picture(path)
    assert len(picture.notes) == 1
    assert picture.notes[0].startswith(f"{path}: {note}")
    assert np.array_equal(picture.pixels, np.asarray(image.convert("RGB")))
    assert picture.metadata.icc_profile is None


def test_lab_is_converted(tmp_path):
    path = tmp_path / "a.tiff"
    image = Image.new("LAB", (2, 1))
    image.putpixel((0, 0), (128, 128, 128))
    image.putpixel((1, 0), (136, 208, 195))  # the red of sRGB
    image.save(path)
    assert read_picture(path).notes == ()
    assert np.abs(read_picture(path).pixels[0] - [[119] * 3, [250, 3, 11]]).max() <= 1


@pytest.mark.parametrize(
    ("mode", "profile", "kept"),
    [
        ("RGB", SRGB, True),
        ("RGBA", SRGB, True),
        ("P", SRGB, True),
        ("L", GREY, True),
        ("LA", GREY, True),
        ("1", GREY, True),
        ("RGB", GREY, False),
        ("L", SRGB, False),
        ("RGB", b"nonsense", False),
        ("RGB", YELLOW_INK, False),
    ],
)
def test_a_profile_that_does_not_fit_is_left_out_with_a_note(tmp_path, mode, profile, kept):
    path = tmp_path / "a.png"
    Image.new("RGB", (4, 4)).convert(mode).save(path, icc_profile=profile)
    picture = read_picture(path)
    if kept:
        assert picture.metadata.icc_profile == profile
        assert picture.notes == ()
    else:
        assert picture.metadata.icc_profile is None
        assert f"{path}: its colour profile is damaged or not for " in picture.notes[0]


def test_grey_profile_is_not_written_into_rgb(tmp_path):
    grey = Picture(np.zeros((2, 2, 1), np.uint8), "L", Metadata(icc_profile=GREY))
    assert write_picture(tmp_path / "a.png", grey) == ()
    assert read_picture(tmp_path / "a.png").metadata.icc_profile == GREY
    (note,) = write_picture(tmp_path / "a.webp", grey)
    assert "a.webp: WEBP holds grey as RGB; the colour profile for grey is left out" in note
    assert read_picture(tmp_path / "a.webp").metadata.icc_profile is None
