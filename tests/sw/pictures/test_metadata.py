"""Metadata reach the file that is written, and stay true there."""

import re
import struct
import zlib
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PIL.ExifTags import IFD, Base

from picture_files import chunks_of, icc, png
from pictures import photo_like
from sw.pictures.images import Picture, read_header, read_picture, write_picture
from sw.pictures.metadata import Metadata, enlarged

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6" '
    b"dc:format='image/png' exif:PixelXDimension = '8' tiff:Make=\"ACME\">"
    b"<tiff:ImageWidth>8</tiff:ImageWidth><xmp:Thumbnails><rdf:li>a\nb</rdf:li></xmp:Thumbnails>"
    b"<dc:title>hello</dc:title></rdf:Description></x:xmpmeta>"
)
XMP_KEPT = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description '
    b"dc:format='image/png' tiff:Make=\"ACME\">"
    b"<dc:title>hello</dc:title></rdf:Description></x:xmpmeta>"
)
COLOUR_CHUNKS = [
    (b"cICP", bytes([9, 16, 0, 1])),
    (b"gAMA", struct.pack(">I", 45455)),
    (b"cHRM", struct.pack(">8I", *range(8))),
    (b"sRGB", b"\1"),
]
TEXT_CHUNKS = [
    (b"tEXt", b"Title\0hello"),
    (b"tEXt", b"Title\0again"),
    (b"zTXt", b"Author\0\0" + zlib.compress(b"ACME")),
    (b"iTXt", "Comment\0\0\0de\0Kommentar\0Grüße".encode()),
]
LIES = [
    (b"tEXt", b"Thumb::Image::Width\x008"),
    (b"tEXt", b"Raw profile type iptc\0\niptc\n       1\n00\n"),
    (b"tIME", bytes([7, 208, 1, 1, 0, 0, 0])),
    (b"bKGD", bytes(6)),
]


def camera_exif():
    """EXIF as of a camera, with everything that is wrong after enlargement."""
    exif = Image.Exif()
    exif[Base.Make], exif[Base.DateTime] = "ACME", "2020:01:02 03:04:05"
    exif[Base.XPTitle] = "title".encode("utf-16-le")
    exif[Base.Orientation] = 6
    exif[Base.XResolution] = exif[Base.YResolution] = 72.0
    exif[Base.ImageWidth] = 8
    photo = exif.get_ifd(IFD.Exif)
    photo[Base.ExifImageWidth], photo[Base.ExifImageHeight] = 8, 6
    photo[Base.FNumber], photo[Base.MakerNote] = 2.5, b"offsets"
    exif.get_ifd(IFD.GPSInfo)[1] = "N"
    return exif


def assert_true_exif(image, width, height, *, camera):
    """Assert that the EXIF of ``image`` is what is left of :func:`camera_exif`."""
    exif = image.getexif()
    assert exif[Base.Make] == "ACME"
    assert exif[Base.DateTime] == "2020:01:02 03:04:05"
    assert exif[Base.XPTitle] == "title".encode("utf-16-le")
    assert exif.get(Base.Orientation, 1) == 1
    assert exif.get(Base.ImageWidth, width) == width
    assert not exif.get_ifd(IFD.IFD1)
    if not camera:
        assert exif.get_ifd(IFD.GPSInfo) == exif.get_ifd(IFD.Exif) == {}
        return
    assert exif.get_ifd(IFD.GPSInfo) == {1: "N"}
    assert exif.get_ifd(IFD.Exif) == {
        Base.FNumber: 2.5,
        Base.ExifImageWidth: width,
        Base.ExifImageHeight: height,
    }


def with_thumbnail(exif):
    """The bytes of ``exif`` with a second directory, of a thumbnail."""
    content = exif.tobytes()
    head, body = content[:6], bytearray(content[6:])
    (entries,) = struct.unpack_from(">H", body, 8)
    struct.pack_into(">I", body, 10 + 12 * entries, len(body))
    body += struct.pack(">HHHIHHI", 1, 259, 3, 1, 6, 0, 0)
    return head + bytes(body)


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tiff"])
@pytest.mark.parametrize("target", ["jpg", "png", "webp", "tiff"])
def test_exif_and_xmp_reach_the_output_and_stay_true(tmp_path, ending, target):
    source, out = tmp_path / f"a.{ending}", tmp_path / f"b.{target}"
    exif = camera_exif()
    if ending == "tiff":
        exif[700] = XMP
        Image.fromarray(photo_like(6, 8)).save(source, exif=exif.tobytes(), dpi=(72, 72))
    elif ending == "png":
        chunks = [(b"eXIf", with_thumbnail(exif)[6:])]
        chunks += [(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)]
        rows = [row.tobytes() for row in photo_like(6, 8)]
        source.write_bytes(png(8, 6, rows, after=chunks))
    else:
        Image.fromarray(photo_like(6, 8)).save(source, exif=with_thumbnail(exif), xmp=XMP)
    with Image.open(source) as image:
        image.load()
        assert ending == "tiff" or image.getexif().get_ifd(IFD.IFD1)
    picture = read_picture(source)
    assert picture.notes == ()
    assert picture.pixels.shape == (8, 6, 3)
    assert read_header(source).height == 8
    notes = write_picture(out, replace(picture, pixels=picture.pixels.repeat(2, 0).repeat(2, 1)))
    if target == "tiff":
        (note,) = notes
        assert note.startswith(f"{out}: a TIFF gets no camera settings and no GPS position")
    else:
        assert notes == ()
    with Image.open(out) as image:
        image.load()
        assert_true_exif(image, 12, 16, camera=target != "tiff")
        assert re.sub(rb"\s+", b" ", image.info["xmp"]) == XMP_KEPT
    write_picture(out, picture, strip=True)
    assert read_picture(out).metadata.exif is read_picture(out).metadata.xmp is None


@pytest.mark.parametrize("icc_profile", [None, icc(b"RGB ")])
def test_chunks_of_a_png_come_before_the_pixels_in_a_valid_order(tmp_path, icc_profile):
    source, out = tmp_path / "a.png", tmp_path / "b.png"
    rows = [bytes(12)] * 4
    source.write_bytes(png(4, 4, rows, before=COLOUR_CHUNKS + LIES[:2], after=TEXT_CHUNKS + LIES))
    picture = read_picture(source)
    with_profile = replace(picture.metadata, icc_profile=icc_profile, dpi=(300, 300))
    write_picture(out, replace(picture, metadata=with_profile))
    chunks = chunks_of(out.read_bytes())
    names = [name for name, _ in chunks]
    assert names[0], names[-1] == (b"IHDR", b"IEND")
    before = chunks[1 : names.index(b"IDAT")]
    # A profile and the chunk sRGB exclude each other.
    colour = [chunk for chunk in COLOUR_CHUNKS if not (icc_profile and chunk[0] == b"sRGB")]
    kept = [chunk for chunk in before if chunk[0] not in (b"pHYs", b"iCCP")]
    assert kept == colour + TEXT_CHUNKS
    assert (b"iCCP" in names) == bool(icc_profile)
    assert dict(before)[b"pHYs"] == struct.pack(">IIB", 11811, 11811, 1)
    with Image.open(out) as image:
        assert image.info["gamma"] == pytest.approx(0.45455)
        assert image.text["Author"] == "ACME"
        assert image.text["Comment"] == "Grüße"
    write_picture(out, picture, strip=True)
    assert [name for name, _ in chunks_of(out.read_bytes())] == [b"IHDR", b"IDAT", b"IEND"]


@pytest.mark.parametrize("target", ["jpg", "png", "webp", "tiff", "bmp"])
def test_resolution_grows_with_the_picture(tmp_path, target):
    source, out = tmp_path / "a.tiff", tmp_path / f"b.{target}"
    Image.new("RGB", (4, 3)).save(source, dpi=(72, 150))
    metadata = enlarged(read_picture(source).metadata, 4)
    write_picture(out, Picture(np.zeros((12, 16, 3), np.uint8), "RGB", metadata))
    with Image.open(out) as image:
        dpi = image.info.get("dpi")
        if target == "webp":
            tags = image.getexif()
            dpi = tags[Base.XResolution], tags[Base.YResolution]
            assert tags[Base.ResolutionUnit] == 2
    assert dpi == pytest.approx((288, 600), abs=0.1)


@pytest.mark.parametrize("ending", ["png", "webp", "jpg", "avif", "mpo"])
@pytest.mark.parametrize(("unit", "factor"), [(2, 1), (3, 2.54), (None, 1)])
def test_resolution_in_the_exif(tmp_path, ending, unit, factor):
    path, exif = tmp_path / f"a.{ending}", Image.Exif()
    exif[Base.XResolution], exif[Base.YResolution] = 100.0, 50.0
    if unit:
        exif[Base.ResolutionUnit] = unit
    Image.new("RGB", (4, 3)).save(path, exif=exif)
    assert read_picture(path).metadata.dpi == pytest.approx((100 * factor, 50 * factor))
    exif[Base.ResolutionUnit] = 1  # the numbers are a ratio only
    Image.new("RGB", (4, 3)).save(path, exif=exif)
    assert read_picture(path).metadata.dpi is None


@pytest.mark.parametrize("target", ["jpg", "png", "webp", "tiff", "bmp"])
def test_resolution_is_read_back_from_every_format(tmp_path, target):
    picture = Picture(photo_like(4, 4), "RGB", Metadata(dpi=(288.0, 600.0)))
    assert write_picture(tmp_path / f"a.{target}", picture) == ()
    dpi = read_picture(tmp_path / f"a.{target}").metadata.dpi
    assert dpi == pytest.approx((288, 600), abs=0.1)


@pytest.mark.parametrize("target", ["jpg", "png", "webp", "tiff", "bmp"])
@pytest.mark.parametrize(("dpi", "notes"), [(None, 0), ((5.5e7, 5.5e7), 1)])
def test_resolution_that_is_missing_or_too_large(tmp_path, target, dpi, notes):
    path = tmp_path / f"a.{target}"
    left_out = write_picture(path, Picture(photo_like(4, 4), "RGB", Metadata(dpi=dpi)))
    assert len(left_out) == notes
    assert all("holds no resolution over " in note for note in left_out)
    assert read_picture(path).metadata.dpi is None


def test_resolution_of_a_turned_picture(tmp_path):
    path, exif = tmp_path / "a.png", Image.Exif()
    exif[Base.Orientation] = 6
    Image.new("RGB", (4, 3)).save(path, dpi=(100, 200), exif=exif)
    assert read_picture(path).metadata.dpi == pytest.approx((200, 100), abs=0.1)
    Image.new("RGB", (4, 3)).save(tmp_path / "a.tiff", dpi=(100, 200), exif=exif)
    assert read_picture(tmp_path / "a.tiff").metadata.dpi == pytest.approx((200, 100), abs=0.1)


@pytest.mark.parametrize("ending", ["jpg", "png", "tiff", "webp", "mpo"])
def test_without_a_resolution_none_is_invented(tmp_path, ending):
    path, exif = tmp_path / f"a.{ending}", Image.Exif()
    exif[Base.Make] = "ACME"
    Image.new("RGB", (4, 3)).save(path, exif=exif)
    assert read_picture(path).metadata.dpi is None


def test_comment_of_a_jpeg(tmp_path):
    Image.new("RGB", (4, 3)).save(tmp_path / "a.jpg", comment="made by hand")
    picture = read_picture(tmp_path / "a.jpg")
    write_picture(tmp_path / "b.jpg", picture)
    write_picture(tmp_path / "b.png", picture)
    assert read_picture(tmp_path / "b.jpg").metadata.comment == b"made by hand"
    with Image.open(tmp_path / "b.png") as image:
        assert image.text["Comment"] == "made by hand"


def test_what_a_jpeg_cannot_hold_is_left_out_with_a_note(tmp_path):
    large = Metadata(xmp=b"x" * 70_000, comment=b"y" * 70_000, dpi=(70_000.0, 70_000.0))
    picture = Picture(photo_like(4, 4), "RGB", large)
    notes = write_picture(tmp_path / "a.jpg", picture)
    assert [note.split(": ")[1] for note in notes] == [
        "a JPEG holds no resolution over 65535 dpi; it is left out",
        "a JPEG holds no XMP over 64 KiB; it is left out",
        "a JPEG holds no comment over 64 KiB; it is left out",
    ]
    left = read_picture(tmp_path / "a.jpg").metadata
    assert left.xmp is left.comment is None
    assert write_picture(tmp_path / "a.png", picture) == ()


def test_damaged_exif_is_left_out_with_a_note(tmp_path):
    path, exif = tmp_path / "a.png", Image.Exif()
    exif[Base.Make] = "ACME"
    content = exif.tobytes()[6:]
    path.write_bytes(png(1, 1, [bytes(3)], before=[(b"eXIf", b"XX" + content[2:])]))
    picture = read_picture(path)
    assert picture.notes == (f"{path}: its EXIF is damaged, and is left out",)
    assert picture.metadata.exif is None


@pytest.mark.parametrize("ending", ["ppm", "bmp"])
def test_formats_without_metadata(tmp_path, ending):
    metadata = Metadata(icc(b"RGB "), camera_exif().tobytes(), XMP, (300, 300), b"a", ())
    (note,) = write_picture(tmp_path / f"a.{ending}", Picture(photo_like(4, 4), "RGB", metadata))
    assert f"a {ending.upper()} gets no colour profile; it is left out" in note
    assert np.array_equal(read_picture(tmp_path / f"a.{ending}").pixels, photo_like(4, 4))


SRGB_CHUNKS = [
    (b"cICP", bytes([1, 13, 0, 1])),
    (b"gAMA", struct.pack(">I", 45455)),
    (b"cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)),
]


@pytest.mark.parametrize("target", ["jpg", "webp", "tiff", "bmp", "ppm"])
@pytest.mark.parametrize(
    ("chunks", "profile", "noted"),
    [
        (SRGB_CHUNKS, False, False),
        (SRGB_CHUNKS[1:], False, False),
        ([(b"gAMA", struct.pack(">I", 100000))], False, True),
        (COLOUR_CHUNKS[2:3], False, True),
        (COLOUR_CHUNKS[1:], False, False),  # sRGB comes before gAMA and cHRM
        (COLOUR_CHUNKS[2:3], True, False),  # and so does the profile
        (COLOUR_CHUNKS[:1], True, True),  # cICP comes before the profile
    ],
)
def test_chunks_of_colour_that_are_lost_are_noted(tmp_path, target, chunks, profile, noted):
    path = tmp_path / "a.png"
    path.write_bytes(png(1, 1, [bytes(3)], before=chunks))
    picture = read_picture(path)
    metadata = replace(picture.metadata, icc_profile=icc(b"RGB ") if profile else None)
    notes = write_picture(tmp_path / f"a.{target}", replace(picture, metadata=metadata))
    assert sum("cannot hold the chunks cICP, gAMA and cHRM" in note for note in notes) == noted
    assert write_picture(tmp_path / "b.png", replace(picture, metadata=metadata)) == ()
