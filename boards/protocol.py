"""The protocol by which a host sends pictures to a board.

One transfer carries one picture, over a serial line with 8 data bits, no parity and 1 stop bit:

======================  ==========================================================
``MAGIC``               4 bytes
width, height           16 bits each, low byte first, in pixels; 1 to the board's maximum
pixels                  rows from top to bottom, each from left to right; red, green, blue
CRC-32                  of all bytes before it, low byte first; the CRC of zlib and PNG
======================  ==========================================================

A transfer ends after ``SILENCE_SECONDS`` without a byte. Then the board sends one byte, an
:class:`Answer`: ``OK`` when the new picture goes to the screen, any other if the screen keeps the
old picture. The first byte after the answer begins a new transfer, whatever the answer was.
"""

import zlib
from enum import IntEnum
from fractions import Fraction

import numpy as np
from PIL import Image

from boards.picture_layout import Limits

MAGIC = b"SRL1"

HEADER_BYTES = len(MAGIC) + 4

CRC_BYTES = 4

BAUD = 3_000_000

SILENCE_SECONDS = 0.25
"""Must be longer than the gap between two USB packets of a busy host."""


class Answer(IntEnum):
    """Answer of a board to a transfer."""

    OK = ord("K")
    """The picture is shown."""
    HEADER = ord("H")
    """The magic bytes are wrong, or the size is 0 or above the maximum."""
    CHECKSUM = ord("C")
    """The CRC-32 is wrong."""
    SHORT = ord("S")
    """The transfer ended before the end of the checksum."""
    LONG = ord("L")
    """More bytes followed the checksum."""


EXPLANATION = {
    Answer.OK: "shown",
    Answer.HEADER: "refused: the header is wrong, or the picture is too large for this board",
    Answer.CHECKSUM: "refused: the checksum is wrong, bytes changed on the way",
    Answer.SHORT: "refused: bytes were lost, the transfer was too short",
    Answer.LONG: "refused: bytes followed the end of the picture",
}


def fitted(picture: np.ndarray, limits: Limits, *, crop: bool = False) -> np.ndarray:
    """``picture``, uint8 (height, width, channels), as RGB that fits ``limits``.

    A picture that is too large is reduced by bicubic interpolation, and keeps its aspect ratio;
    with ``crop`` its middle is cut out instead. A smaller picture keeps its size.
    """
    height, width, channels = picture.shape
    if channels == 1:
        picture = picture.repeat(3, 2)
    if crop:
        top, left = max(0, height - limits.height) // 2, max(0, width - limits.width) // 2
        return picture[top : top + limits.height, left : left + limits.width]
    ratio = min(Fraction(limits.height, height), Fraction(limits.width, width))
    if ratio >= 1:
        return picture
    size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC))


def transfer(picture: np.ndarray) -> bytes:
    """The bytes of a transfer of ``picture``, uint8 (height, width, 3)."""
    height, width, _ = picture.shape
    sizes = width.to_bytes(2, "little") + height.to_bytes(2, "little")
    body = MAGIC + sizes + np.ascontiguousarray(picture, np.uint8).tobytes()
    return body + zlib.crc32(body).to_bytes(CRC_BYTES, "little")
