"""How a host sends a picture to a board: what both of them must know.

One transfer brings one picture. 8 data bits, no parity, 1 stop bit; in this order:

======================  ==========================================================
``MAGIC``               4 bytes
width, height           16 bits each, low byte first, in pixels; 1 to the board's maximum
pixels                  rows from the top, each from the left; red, green, blue
CRC-32                  of all bytes before it, low byte first; the one of zlib and PNG
======================  ==========================================================

A transfer ends when the line has been silent for ``SILENCE_SECONDS``. The board then sends one
byte, an :class:`Answer`. It keeps showing the last whole picture unless the answer is ``OK``, and
sends that one once the new picture is on its way to the screen. Whatever went wrong, the next byte
after the answer begins a new transfer.
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
"""Longer than a host under load leaves between two packets of USB."""


class Answer(IntEnum):
    """What a board says of a transfer."""

    OK = ord("K")
    """The picture is shown."""
    HEADER = ord("H")
    """It did not begin with the magic bytes, or the size is 0 or over the maximum."""
    CHECKSUM = ord("C")
    """The CRC-32 is wrong."""
    SHORT = ord("S")
    """It ended before the checksum was whole."""
    LONG = ord("L")
    """More bytes followed the checksum."""


EXPLANATION = {
    Answer.OK: "shown",
    Answer.HEADER: "refused: the header is wrong, or the picture too large for this board",
    Answer.CHECKSUM: "refused: the checksum is wrong, some bytes were changed on the way",
    Answer.SHORT: "refused: bytes were lost, the transfer was too short",
    Answer.LONG: "refused: there were bytes after the end of the picture",
}


def fitted(picture: np.ndarray, limits: Limits, *, crop: bool = False) -> np.ndarray:
    """``picture``, uint8 (height, width, channels), as RGB and no larger than ``limits``.

    Reduced by bicubic interpolation, never enlarged, its shape kept; or, with ``crop``, the middle
    of it as it is.
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
    """The bytes that send ``picture``, uint8 (height, width, 3)."""
    height, width, _ = picture.shape
    sizes = width.to_bytes(2, "little") + height.to_bytes(2, "little")
    body = MAGIC + sizes + np.ascontiguousarray(picture, np.uint8).tobytes()
    return body + zlib.crc32(body).to_bytes(CRC_BYTES, "little")
