"""Writing: what each format holds, and refusals before the work."""

import numpy as np
import pytest

from pictures import photo_like
from sw.errors import BadInput
from sw.pictures.formats import FORMATS, check_target
from sw.pictures.images import Picture, read_picture, write_picture


@pytest.mark.parametrize("ending", ["png", "webp", "tiff", "bmp", "ppm"])
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_lossless_formats_give_back_what_was_written(tmp_path, ending, mode):
    path = tmp_path / f"a.{ending}"
    pixels = photo_like(6, 8, len(mode))
    if mode.endswith("A"):
        pixels[0, :, -1] = 0  # the colour of transparent pixels is kept too
    picture = Picture(pixels, mode)
    if mode.endswith("A") and ending in ("bmp", "ppm"):
        with pytest.raises(BadInput, match="cannot hold transparency"):
            write_picture(path, picture)
        return
    write_picture(path, picture)
    again = read_picture(path)
    if ending == "webp" and mode in ("L", "LA"):  # WebP knows no grey
        assert np.array_equal(again.pixels[:, :, :3], pixels[:, :, :1].repeat(3, axis=2))
        assert np.array_equal(again.pixels[:, :, 3:], pixels[:, :, 1:])
    else:
        assert again.mode == mode
        assert np.array_equal(again.pixels, pixels)


def test_quality_of_a_jpeg(tmp_path):
    picture, sizes = Picture(photo_like(40, 40), "RGB"), []
    for quality in (1, 50, 95, 100):
        write_picture(tmp_path / "a.jpg", picture, quality=quality)
        sizes.append((tmp_path / "a.jpg").stat().st_size)
    assert sizes == sorted(set(sizes))
    write_picture(tmp_path / "b.jpg", picture)
    assert (tmp_path / "b.jpg").stat().st_size == sizes[2]


@pytest.mark.parametrize(
    ("name", "mode", "message"),
    [
        ("a.jpg", "RGBA", "JPEG cannot hold transparency"),
        ("a.xyz", "RGB", r"cannot write ending \.xyz; it must be one of \.png, "),
        ("a", "RGB", "a name without an ending"),
    ],
)
def test_refuses_to_write(tmp_path, name, mode, message):
    with pytest.raises(BadInput, match=message):
        write_picture(tmp_path / name, Picture(photo_like(4, 4, len(mode)), mode))
    with pytest.raises(BadInput, match=message):
        check_target(tmp_path / name, 4, 4, mode)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("ending", "side"), [("jpg", 65500), ("jpeg", 65500), ("webp", 16383)])
@pytest.mark.parametrize("upright", [False, True])
def test_largest_side(tmp_path, ending, side, upright):
    path = tmp_path / f"a.{ending}"
    height, width = (side, 1) if upright else (1, side)
    pixels = np.zeros((height, width, 3), np.uint8)
    check_target(path, height, width, "RGB")
    write_picture(path, Picture(pixels, "RGB"))
    assert read_picture(path).pixels.shape == (height, width, 3)
    path.unlink()
    longer = np.zeros((height + upright, width + (not upright), 3), np.uint8)
    message = f"cannot hold a picture of .*; it must be at most {side} pixels on a side: use .png"
    with pytest.raises(BadInput, match=message):
        check_target(path, *longer.shape[:2], "RGB")
    with pytest.raises(BadInput, match=message):
        write_picture(path, Picture(longer, "RGB"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", ["bmp", "tiff"])
def test_files_of_4_gib(tmp_path, ending):
    check_target(tmp_path / f"a.{ending}", 37000, 37000, "RGB")
    message = r"cannot hold a picture of 40000×40000, which takes 4\.5 GiB; it must take less than"
    with pytest.raises(BadInput, match=message):
        check_target(tmp_path / f"a.{ending}", 40000, 40000, "RGB")
    check_target(tmp_path / f"a.{ending}", 40000, 40000, "L")


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_takes_grey_and_rgb(tmp_path, ending):
    for mode in ("L", "RGB"):
        path = tmp_path / f"a{ending}"
        write_picture(path, Picture(photo_like(20, 30, len(mode)), mode))
        assert read_picture(path).pixels.shape[:2] == (20, 30)
