import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from pictures import photo_like
from sw.errors import BadInput
from sw.pictures.images import Picture, image_files, read_picture, write_picture


def png_chunk(kind, content):
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def raw_png(width, height, depth=8, colour=2):
    """A PNG, grey (colour 0) or RGB (2), whose pixels are all 0."""
    channels = {0: 1, 2: 3}[colour]
    rows = (b"\0" + b"\0" * (width * channels * depth // 8)) * height
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)


@pytest.mark.parametrize(
    ("mode", "kept"),
    [
        ("L", "L"),
        ("1", "L"),
        ("LA", "L"),
        ("RGB", "RGB"),
        ("RGBA", "RGB"),
        ("P", "RGB"),
        ("CMYK", "RGB"),
        ("YCbCr", "RGB"),
    ],
)
def test_modes(tmp_path, mode, kept):
    path = tmp_path / "a.tiff"
    source = Image.fromarray(photo_like(6, 8)).convert(mode)
    source.save(path)
    picture = read_picture(path)
    assert picture.mode == kept
    assert np.array_equal(picture.pixels.squeeze(), np.asarray(source.convert(kept)))


def test_transparent_palette_keeps_its_alpha(tmp_path):
    path = tmp_path / "a.png"
    palette = Image.fromarray(photo_like(6, 8)).quantize(16)
    palette.save(path, transparency=3)
    picture = read_picture(path)
    assert picture.mode == "RGBA"
    assert np.array_equal(picture.pixels[:, :, 3] == 0, np.asarray(palette) == 3)


def test_transparent_colour_becomes_alpha(tmp_path):
    path = tmp_path / "a.png"
    Image.fromarray(np.uint8([[[1, 2, 3], [9, 9, 9]]])).save(path, transparency=(1, 2, 3))
    assert read_picture(path).pixels.tolist() == [[[1, 2, 3, 0], [9, 9, 9, 255]]]


def test_exif_orientation_is_applied(tmp_path):
    path = tmp_path / "a.png"
    pixels = photo_like(6, 8)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90° clockwise to see it upright
    Image.fromarray(pixels).save(path, exif=exif)
    assert np.array_equal(read_picture(path).pixels, np.rot90(pixels, -1))


def test_icc_profile_is_carried_over(tmp_path):
    source, target = tmp_path / "a.png", tmp_path / "b.png"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(photo_like(6, 8)).save(source, icc_profile=profile)
    write_picture(target, read_picture(source))
    assert read_picture(target).metadata.icc_profile == profile


@pytest.mark.parametrize("ending", ["png", "webp", "tiff", "bmp", "ppm"])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_lossless_formats_give_back_what_was_written(tmp_path, ending, mode):
    path = tmp_path / f"a.{ending}"
    picture = Picture(photo_like(6, 8, len(mode)), mode)
    if mode == "RGBA" and ending in ("bmp", "ppm"):
        with pytest.raises(BadInput, match="cannot hold transparency"):
            write_picture(path, picture)
        return
    write_picture(path, picture)
    again = read_picture(path)
    # WebP knows no grey: it gives back three equal channels.
    same = picture.pixels if again.mode == mode else picture.pixels.repeat(3, axis=2)
    assert np.array_equal(again.pixels, same)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not an image"),
        (b"hello, world", "not an image"),
        (raw_png(64, 64)[:-24], "damaged or cut short"),
        (raw_png(4, 4)[:20], "not an image|damaged or cut short"),
        (raw_png(0, 4), "no pixels|not an image|damaged"),
        (raw_png(4, 4, depth=16), "has 16 bits per channel; it must have 8"),
        (raw_png(4, 4, depth=16, colour=0), "has 16 bits per channel; it must have 8"),
        (
            raw_png(20000, 5001),
            r"20000×5001 is 100\.0 Mpixel, over the limit of 100; raise the limit",
        ),
    ],
)
def test_refuses_content(tmp_path, content, message):
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=rf"a\.png: .*({message})"):
        read_picture(path)


def test_the_limit_can_be_raised(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(raw_png(2000, 1000))
    with pytest.raises(BadInput, match="over the limit of 1;"):
        read_picture(path, 1)
    assert read_picture(path, 2).pixels.shape == (1000, 2000, 3)


def test_refuses_files(tmp_path):
    with pytest.raises(BadInput, match="no such file"):
        read_picture(tmp_path / "missing.png")
    with pytest.raises(BadInput, match="is a folder"):
        read_picture(tmp_path)
    path = tmp_path / "a.tiff"
    Image.fromarray(np.ones((3, 3), np.float32)).save(path)
    with pytest.raises(BadInput, match="has 32 bits per channel, floating point; it must have 8"):
        read_picture(path)
    frames = [Image.new("L", (4, 4), grey) for grey in (0, 99)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    with pytest.raises(BadInput, match="holds 2 pictures"):
        read_picture(tmp_path / "a.gif")


@given(st.data())
def test_damaged_files_give_pixels_or_one_sentence(tmp_path_factory, data):
    folder = tmp_path_factory.getbasetemp()
    name = data.draw(st.sampled_from(["png", "jpg", "webp", "gif", "tiff", "bmp"]))
    path = folder / f"whole.{name}"
    Image.fromarray(photo_like(9, 9)).save(path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        picture = read_picture(path)
    except BadInput as error:
        assert str(path) in str(error)
    else:
        assert picture.pixels.dtype == np.uint8


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
    assert not list(tmp_path.iterdir())


def test_too_large_for_the_format(tmp_path):
    with pytest.raises(BadInput, match="WEBP cannot hold"):
        write_picture(tmp_path / "a.webp", Picture(np.zeros((1, 16400, 3), np.uint8), "RGB"))
    assert not list(tmp_path.iterdir())


def test_image_files(tmp_path):
    (tmp_path / "deep").mkdir()
    for name in ("b.PNG", "a.jpg", "note.txt", "deep/c.webp"):
        (tmp_path / name).touch()
    assert [path.name for path in image_files(tmp_path)] == ["a.jpg", "b.PNG"]
    assert [path.name for path in image_files(tmp_path, recursive=True)] == [
        "a.jpg",
        "b.PNG",
        "c.webp",
    ]
    with pytest.raises(BadInput, match="no such folder"):
        image_files(tmp_path / "missing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="holds no image files"):
        image_files(tmp_path / "empty")
