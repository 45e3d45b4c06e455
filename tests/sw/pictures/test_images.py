import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from picture_files import png, tiff
from pictures import photo_like
from sw.errors import BadInput
from sw.pictures.images import Header, image_files, read_header, read_picture


def raw_png(width, height, depth=8, colour=2):
    """A PNG, grey (colour 0) or RGB (2), whose pixels are all 0."""
    row = bytes(width * {0: 1, 2: 3}[colour] * depth // 8)
    return png(width, height, [row] * height, depth=depth, colour=colour)


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


@pytest.mark.parametrize("ending", ["png", "jpg", "tiff", "webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(tmp_path, ending, orientation):
    path = tmp_path / f"a.{ending}"
    pixels = np.zeros((16, 32, 3), np.uint8)
    pixels[:8, :8], pixels[:8, 24:] = 250, 90
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if ending == "webp" else {}
    Image.fromarray(pixels).save(path, exif=exif, **options)
    upright = {
        1: pixels,
        2: pixels[:, ::-1],
        3: pixels[::-1, ::-1],
        4: pixels[::-1],
        5: pixels.transpose(1, 0, 2),
        6: np.rot90(pixels, -1),
        7: pixels[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(pixels),
    }[orientation]
    picture = read_picture(path)
    assert np.abs(picture.pixels.astype(int) - upright).max() <= (40 if ending == "jpg" else 0)
    assert read_header(path) == Header(*upright.shape[:2], "RGB")


def test_orientation_behind_the_pixels(tmp_path):
    path, exif = tmp_path / "a.png", Image.Exif()
    exif[0x0112] = 6
    chunk = (b"eXIf", exif.tobytes()[6:])
    path.write_bytes(png(3, 1, [b"abcdefghi"], after=[chunk]))
    assert read_header(path) == Header(3, 1, "RGB")
    assert read_picture(path).pixels.tobytes() == b"abcdefghi"
    path.write_bytes(png(2, 1, [b"abcdefgh"], depth=16, colour=4, after=[chunk]))
    assert read_picture(path, to_8_bit=True).pixels.shape == (2, 1, 2)


@pytest.mark.parametrize("mode", ["LA", "RGBA", "La", "RGBa", "PA"])
def test_header_and_picture_agree_on_alpha(tmp_path, mode):
    path = tmp_path / ("a.tiff" if mode in ("La", "PA", "RGBa") else "a.png")
    if mode == "RGBa":
        path.write_bytes(tiff(np.uint8([[[9, 9, 9, 90], [9, 9, 9, 255]]]), extra=1))
    elif mode == "La":
        path.write_bytes(tiff(np.uint8([[[9, 90], [9, 255]]]), photometric=1, extra=1))
    else:
        image = Image.fromarray(np.uint8([[[9, 9, 9, 90], [9, 9, 9, 255]]]), "RGBA")
        (image.convert("P").convert("PA") if mode == "PA" else image.convert(mode)).save(path)
    header = read_header(path)
    assert header.mode == {"La": "LA", "RGBa": "RGBA", "PA": "RGBA"}.get(mode, mode)
    picture = read_picture(path)
    if mode != "PA":
        assert picture.mode == header.mode
        assert picture.pixels[0, :, -1].tolist() == [90, 255]
        # 9 was multiplied by 90/255.
        assert picture.pixels[0, 0, 0] == (25 if mode.endswith("a") else 9)


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
