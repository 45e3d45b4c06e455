"""How many bits per channel a picture file has.

Pillow gives most pictures with 8 bits per channel, whatever the file has, without a warning. So the
bits are read from the file, in the place where its format keeps them.
"""

import struct
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageFile, TiffImagePlugin

from sw.errors import BadInput

BITS_PER_SAMPLE, PHOTOMETRIC, PLANAR_CONFIGURATION, SAMPLE_FORMAT = 258, 262, 284, 339
"""Tags of a TIFF."""

WHITE_IS_ZERO, SEPARATE_PLANES, UNSIGNED, FLOAT = 0, 2, 1, 3
"""Values of these tags."""

ENDING = "; it must have 8, unsigned: convert it with another program"


def check_depth(
    image: Image.Image, file: BinaryIO, path: Path, *, to_8_bit: bool, sample_bits: int = 8
) -> int:
    """Bits per channel of ``image``, just opened from ``file``; 8 if it has fewer.

    Raises
    ------
    BadInput
        If they are more than 8, and neither ``to_8_bit`` is true nor ``sample_bits`` more than 8;
        or if Pillow does not give the exact values.
    """
    bits, obstacle = _depth(image, file)
    if obstacle:
        raise BadInput(f"{path}: has {bits} bits per channel, {obstacle}{ENDING}")
    if bits == 8 or to_8_bit:
        return bits
    if sample_bits == 8:
        raise BadInput(
            f"{path}: has {bits} bits per channel; it must have 8: reduce it first, or use the "
            "option --to-8-bit or --sample-bits of upscale"
        )
    if gives_8_bits(image):
        raise BadInput(
            f"{path}: has {bits} bits per channel, of which Pillow gives 8; it must be a PNG or a "
            "TIFF to keep more of them, or have 8"
        )
    if image.mode in ("CMYK", "LAB"):
        raise BadInput(
            f"{path}: has {bits} bits per channel in {image.mode}; it must be grey or RGB, or have "
            "8: convert it with another program"
        )
    return bits


def gives_8_bits(image: Image.Image) -> bool:
    """Whether Pillow, or libavif, rounds the colours of a deep picture of this format to 8 bits."""
    return image.format == "AVIF" or (image.format == "PPM" and image.mode == "RGB")


def _depth(image: Image.Image, file: BinaryIO) -> tuple[int, str]:
    """Bits per channel, and the reason if Pillow does not give the exact values."""
    if image.mode == "F":
        return 32, "floating point"
    match image.format:
        case "PNG":
            return 16 if ";16" in raw_mode(image.tile[0]) else 8, ""
        case "PPM":
            return max(8, _maxval(image).bit_length()), ""
        case "TIFF":
            return _tiff_depth(image.tag_v2)
        case "SGI":
            file.seek(2)
            compressed, size = file.read(2)
            return 8 * size, "compressed" if compressed and size > 1 else ""
        case "JPEG2000":
            sizes = _jpeg_2000_bits(file)
            bits = max(sizes) if max(sizes) > 8 else min(sizes)
            exact = bits == 8 or (len(sizes) == 1 and 8 < bits <= 16)
            return bits, "" if exact else "which Pillow does not decode correctly"
        case "AVIF":
            return _avif_bits(file), ""
        case "DDS":
            # Block compression 6 is for floating-point numbers.
            deep = any(isinstance(tile.args, tuple) and tile.args[0] == 6 for tile in image.tile)
            return (16, "floating point") if deep else (8, "")
    if not image.mode.startswith("I"):
        return 8, ""
    bits = 32 if image.mode == "I" else 16
    return bits, "and its format does not say which value is white"


def _tiff_depth(tags: TiffImagePlugin.ImageFileDirectory_v2) -> tuple[int, str]:
    bits = max(8, *tags.get(BITS_PER_SAMPLE, (1,)))
    kind = max(tags.get(SAMPLE_FORMAT, (UNSIGNED,)))
    if kind == FLOAT:
        return bits, "floating point"
    if kind != UNSIGNED or bits > 16:
        return bits, "signed or of 32 bits, and its format does not say which value is white"
    if bits > 8 and tags.get(PLANAR_CONFIGURATION) == SEPARATE_PLANES:
        return bits, "in separate planes, which Pillow does not decode correctly"
    return bits, ""


def _maxval(image: Image.Image) -> int:
    """The value of white in a PPM."""
    args = image.tile[0].args
    if isinstance(args, tuple) and isinstance(args[-1], int) and len(args) == 2:
        return args[1]
    return 65535 if args == "I;16B" else 255


def _boxes(content: bytes) -> list[tuple[bytes, bytes]]:
    """Name and content of the boxes of a file in the ISO base media format, at one level."""
    boxes, offset = [], 0
    while offset + 8 <= len(content):
        size, name = struct.unpack_from(">I4s", content, offset)
        start = 8
        if size == 1 and offset + 16 <= len(content):
            (size,), start = struct.unpack_from(">Q", content, offset + 8), 16
        size = size or len(content) - offset  # 0: up to the end
        if size < start:
            break
        boxes.append((name, content[offset + start : offset + size]))
        offset += size
    return boxes


def _jpeg_2000_bits(file: BinaryIO) -> list[int]:
    """Bits of each component, from the marker SIZ, the first of the code stream."""
    file.seek(0)
    content = file.read()
    if not content.startswith(b"\xff\x4f"):
        content = dict(_boxes(content)).get(b"jp2c", b"")
    (components,) = struct.unpack_from(">H", content, 40)
    return [(content[42 + 3 * n] & 0x7F) + 1 for n in range(components)]


def _avif_bits(file: BinaryIO) -> int:
    """Bits per channel, from the flags high_bitdepth and twelve_bit of the boxes av1C."""
    file.seek(0)
    content = dict(_boxes(file.read())).get(b"meta", b"")[4:]
    for name in (b"iprp", b"ipco"):
        content = dict(_boxes(content)).get(name, b"")
    flags = [box[2] >> 5 & 3 for name, box in _boxes(content) if name == b"av1C"]
    return {0: 8, 2: 10, 3: 12}[max(flags, default=0)]


def raw_mode(tile: ImageFile._Tile) -> str:
    """Pillow's name for the arrangement of the samples in the file."""
    return tile.args if isinstance(tile.args, str) else tile.args[0]


def unreadable_bits(file: BinaryIO) -> int:
    """Bits per channel of a JPEG, PSD or TIFF that Pillow does not open, if more than 8; else 0."""
    file.seek(0)
    start = file.read(24)
    bits = 0
    if start.startswith(b"8BPS") and len(start) == 24:
        (bits,) = struct.unpack_from(">H", start, 22)
    elif start.startswith(b"\xff\xd8"):
        bits = _jpeg_bits(file)
    elif start.startswith((b"II", b"MM")):
        try:
            tags = TiffImagePlugin.ImageFileDirectory_v2(start[:8])
            file.seek(tags.next)
            tags.load(file)
            bits, _ = _tiff_depth(tags)
        except (OSError, SyntaxError, TypeError, ValueError, struct.error):
            return 0
    return bits if 8 < bits <= 64 else 0


def _jpeg_bits(file: BinaryIO) -> int:
    """Precision from the frame header of a JPEG; 0 if there is none."""
    file.seek(2)
    while len(segment := file.read(5)) == 5 and segment[0] == 0xFF:
        marker, length, precision = struct.unpack(">xBHB", segment)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return precision
        file.seek(length - 3, 1)
    return 0
