"""Every format with more than 8 bits per channel is refused by name, or rounded when asked."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from picture_files import (
    AVIF_10,
    AVIF_12,
    JP2_GREY_4,
    JP2_GREY_12,
    JP2_RGB_16,
    deep_png,
    png,
    sgi,
    tiff,
)
from sw.errors import BadInput
from sw.pictures.images import read_header, read_picture


def deep(channels, white=65535, dtype=np.uint16):
    """Values of all sizes, black and white included: (3, 5, channels)."""
    rng = np.random.default_rng(channels)
    values = rng.integers(0, white, (3, 5, channels), dtype, endpoint=True)
    values[0, 0], values[0, 1], values[1, 0] = 0, white, white // 2
    return values


def rounded(values, white=65535):
    """The nearest 8-bit values, from exact fractions; no value is half-way between two."""
    return np.floor(values.astype(float) * 255 / white + 0.5).astype(np.uint8)


def ppm(values, white, plain=False):
    height, width, channels = values.shape
    kind = {(1, True): 2, (1, False): 5, (3, True): 3, (3, False): 6}[channels, plain]
    head = f"P{kind}\n{width} {height}\n{white}\n".encode()
    if plain:
        return head + " ".join(map(str, values.ravel())).encode() + b"\n"
    return head + values.astype(">u2" if white > 255 else "u1").tobytes()


def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def packed_12_bits(values):
    """The numbers of 12 bits, two in three bytes."""
    return bytes.fromhex("".join(f"{value:03x}" for value in values.ravel()))


grey, grey_alpha, rgb, rgba = (deep(channels) for channels in (1, 2, 3, 4))
grey_12 = deep(1, 4095)[:, :4]

EXACT = {
    "png grey": (16, deep_png(grey), rounded(grey)),
    "png grey and alpha": (16, deep_png(grey_alpha), rounded(grey_alpha)),
    "png rgb": (16, deep_png(rgb), rounded(rgb)),
    "png rgba": (16, deep_png(rgba), rounded(rgba)),
    "ppm": (16, ppm(rgb, 65535), rounded(rgb)),
    "ppm 10": (10, ppm(deep(3, 1023), 1023), rounded(deep(3, 1023), 1023)),
    "ppm 10 plain": (10, ppm(deep(3, 1023), 1023, True), rounded(deep(3, 1023), 1023)),
    "pgm": (16, ppm(grey, 65535), rounded(grey)),
    "pgm 12": (12, ppm(deep(1, 4095), 4095), rounded(deep(1, 4095), 4095)),
    "pgm 9 plain": (9, ppm(deep(1, 511), 511, True), rounded(deep(1, 511), 511)),
    "sgi grey": (16, sgi(grey), rounded(grey)),
    "sgi rgb": (16, sgi(rgb), rounded(rgb)),
    "sgi rgba": (16, sgi(rgba), rounded(rgba)),
    "tiff grey": (16, tiff(grey, photometric=1), rounded(grey)),
    "tiff grey, white is zero": (16, tiff(grey, photometric=0), 255 - rounded(grey)),
    "tiff grey, big-endian": (16, tiff(grey, photometric=1, order=">"), rounded(grey)),
    "tiff grey, packed": (16, tiff(grey, photometric=1, deflate=True), rounded(grey)),
    "tiff grey 12": (
        12,
        tiff(grey_12, photometric=1, bits=12, strip=packed_12_bits(grey_12)),
        rounded(grey_12, 4095),
    ),
    "tiff cmyk": (
        16,
        tiff(rgba, photometric=5),
        np.asarray(Image.fromarray(rounded(rgba), "CMYK").convert("RGB")),
    ),
    "tiff rgb": (16, tiff(rgb), rounded(rgb)),
    "tiff rgb, big-endian": (16, tiff(rgb, order=">"), rounded(rgb)),
    "tiff rgb, packed": (16, tiff(rgb, deflate=True), rounded(rgb)),
    "tiff rgb, packed, big-endian": (16, tiff(rgb, deflate=True, order=">"), rounded(rgb)),
    "tiff rgb, turned": (16, tiff(rgb, orientation=6), np.rot90(rounded(rgb), -1)),
    "tiff rgba": (16, tiff(rgba, extra=2), rounded(rgba)),
    "tiff rgb and more": (16, tiff(rgba, extra=0), rounded(rgba[:, :, :3])),
    "avif 10": (10, AVIF_10, np.uint8([[[255, 0, 85], [255, 255, 255]]])),
    "avif 12": (12, AVIF_12, np.uint8([[[255, 0, 85], [255, 255, 255]]])),
    "jpeg 2000 grey": (12, JP2_GREY_12, rounded(np.array([[[4095], [0], [2000], [2048]]]), 4095)),
}


@pytest.mark.parametrize("name", EXACT)
def test_deep_pictures_are_refused_or_rounded(tmp_path, name):
    bits, content, expected = EXACT[name]
    path = tmp_path / "a"
    path.write_bytes(content)
    for read in (read_picture, read_header):
        with pytest.raises(BadInput, match=rf"a: has {bits} bits per channel; it must have 8: "):
            read(path)
    picture, header = read_picture(path, to_8_bit=True), read_header(path, to_8_bit=True)
    assert np.array_equal(picture.pixels, expected)
    assert (header.height, header.width, header.mode) == (*expected.shape[:2], picture.mode)


def test_alpha_that_multiplies_is_divided_out_before_rounding(tmp_path):
    path = tmp_path / "a.tiff"
    values = np.uint16([[[30000, 10, 0, 30000], [500, 250, 1, 1000], [0, 0, 0, 0]]])
    path.write_bytes(tiff(values, extra=1))
    # The high bytes alone would give 127 for the green of the second pixel, with the alpha 3.
    assert read_picture(path, to_8_bit=True).pixels.tolist() == [
        [[255, 0, 0, 117], [127, 64, 0, 4], [0, 0, 0, 0]]
    ]


def test_transparent_level_is_compared_in_16_bits(tmp_path):
    path = tmp_path / "a.png"
    values = np.uint16([[[1000, 2, 3], [1001, 2, 3]]])
    path.write_bytes(deep_png(values, before=[(b"tRNS", struct.pack(">3H", 1000, 2, 3))]))
    assert read_picture(path, to_8_bit=True).pixels[:, :, 3].tolist() == [[0, 255]]
    path.write_bytes(deep_png(values[:, :, :1], before=[(b"tRNS", struct.pack(">H", 1001))]))
    assert read_picture(path, to_8_bit=True).pixels.tolist() == [[[4, 255], [4, 0]]]
    assert read_header(path, to_8_bit=True).mode == "LA"


def bc6h():
    """A DDS of one block of 16-bit floating-point colour."""
    head = struct.pack("<4s7I44x", b"DDS ", 124, 0x1007, 4, 4, 16, 0, 0)
    pixel_format = struct.pack("<2I4s5I", 32, 4, b"DX10", 0, 0, 0, 0, 0)
    return (
        head
        + pixel_format
        + struct.pack("<5I", 0x1000, 0, 0, 0, 0)
        + struct.pack("<5I", 95, 3, 0, 1, 0)
        + bytes(16)
    )


def psd(bits):
    return struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, 4, 4, bits, 3) + bytes(64)


def jpeg(bits):
    """A JPEG with a frame header of ``bits`` bits."""
    content = bytearray(saved(Image.new("L", (8, 8)), "JPEG"))
    content[content.index(b"\xff\xc0") + 4] = bits
    return bytes(content)


def fits():
    """A FITS of 2×2 values of 16 bits."""
    cards = ("SIMPLE  = T", "BITPIX  = 16", "NAXIS   = 2", "NAXIS1  = 2", "NAXIS2  = 2", "END")
    return "".join(card.ljust(80) for card in cards).ljust(2880).encode() + bytes(2880)


REFUSED = {
    "jpeg 2000 rgb": (JP2_RGB_16, "has 16 bits .*, which Pillow does not decode correctly"),
    "jpeg 2000 of 4 bits": (JP2_GREY_4, "has 4 bits .*, which Pillow does not decode correctly"),
    "jpeg": (jpeg(12), "has 12 bits per channel, which Pillow cannot read"),
    "psd": (psd(16), "has 16 bits per channel, which Pillow cannot read"),
    "dds": (bc6h(), "has 16 bits per channel, floating point"),
    "sgi": (sgi(rgb, compressed=True), "has 16 bits per channel, compressed"),
    "pfm": (b"Pf\n1 1\n-1\n" + bytes(4), "has 32 bits per channel, floating point"),
    "tiff float": (
        saved(Image.new("F", (2, 2)), "TIFF"),
        "has 32 bits per channel, floating point",
    ),
    "tiff 32": (saved(Image.new("I", (2, 2)), "TIFF"), "has 32 bits per channel, signed or of 32"),
    "tiff signed": (
        tiff(grey, photometric=1, kind=2),
        "has 16 bits per channel, signed or of 32 bits",
    ),
    "tiff signed 8": (
        tiff(rounded(grey), photometric=1, kind=2),
        "has 8 bits per channel, signed or of 32 bits, .*; it must have 8, unsigned",
    ),
    "tiff planes": (tiff(rgb, planar=2), "has 16 bits per channel, in separate planes"),
    "tiff grey and alpha": (
        tiff(grey_alpha, photometric=1, extra=2),
        "has 16 bits per channel, which Pillow cannot read",
    ),
    "fits": (fits(), "has 16 bits .*does not say which value is white"),
    "ico": (
        struct.pack("<3H4B2H2I", 0, 1, 1, 5, 3, 0, 0, 1, 32, len(deep_png(rgba)), 22)
        + deep_png(rgba),
        "has 16 bits per channel; it must have 8",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_even_if_rounding_is_asked_for(tmp_path, name):
    content, message = REFUSED[name]
    path = tmp_path / "a"
    path.write_bytes(content)
    for read in (read_picture, read_header):
        for to_8_bit in (False, True):
            with pytest.raises(BadInput, match=f"a: {message}"):
                read(path, to_8_bit=to_8_bit)


@pytest.mark.parametrize("white", [1, 2, 15, 100, 254])
@pytest.mark.parametrize("plain", [False, True])
def test_fewer_bits_are_scaled_to_white(tmp_path, white, plain):
    path = tmp_path / "a.ppm"
    values = deep(3, white)
    path.write_bytes(ppm(values, white, plain))
    error = read_picture(path).pixels.astype(int) * white - values.astype(int) * 255
    assert 2 * np.abs(error).max() <= white
    assert read_picture(path, to_8_bit=True).pixels[0, 1].tolist() == [255] * 3


@pytest.mark.parametrize(("depth", "rows"), [(1, b"\x50"), (2, b"\x1b"), (4, b"\x01\xf2")])
def test_transparent_level_of_grey_of_few_bits(tmp_path, depth, rows):
    path = tmp_path / "a.png"
    path.write_bytes(
        png(4, 1, [rows], depth=depth, colour=0, before=[(b"tRNS", struct.pack(">H", 1))])
    )
    picture = read_picture(path)
    levels = [(rows[n * depth // 8] >> (8 - depth - n * depth % 8)) % 2**depth for n in range(4)]
    white = 2**depth - 1
    assert picture.pixels[0, :, 0].tolist() == [255 * level // white for level in levels]
    assert picture.pixels[0, :, 1].tolist() == [0 if level == 1 else 255 for level in levels]
