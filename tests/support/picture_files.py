"""Picture files written by hand, of kinds that Pillow does not write."""

import struct
import zlib
from base64 import b64decode

import numpy as np


def png_chunk(name, content):
    body = name + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def png(width, height, rows, *, depth=8, colour=2, before=(), after=()):
    """A PNG of ``rows``, bytes; ``before`` and ``after`` are chunks around the pixels.

    ``colour`` is 0 for grey, 2 for RGB, 3 for a palette, 4 for grey and 6 for RGB with alpha.
    """
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    chunks = [(b"IHDR", header), *before, (b"IDAT", pixels), *after, (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)


def deep_png(values, **chunks):
    """A 16-bit PNG of ``values``, (height, width, channels)."""
    height, width, channels = values.shape
    rows = [row.astype(">u2").tobytes() for row in values]
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    return png(width, height, rows, depth=16, colour=colour, **chunks)


def chunks_of(content):
    """Names and contents of the chunks of a PNG, whose checksums must be right."""
    at, chunks = 8, []
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        name, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        assert content[at : at + 12 + length] == png_chunk(name, body)
        chunks.append((name, body))
        at += 12 + length
    return chunks


def tiff(values, *, order="<", photometric=2, extra=None, deflate=False, orientation=1, **other):
    """A TIFF of one strip. ``values``, (height, width, channels), choose the bits per channel.

    ``extra`` is the meaning of the last channel: 1 for alpha that the colours are multiplied by, 2
    for other alpha. ``other`` may set ``bits``, ``planar``, ``kind`` (SampleFormat) and
    ``strip``, the bytes of the pixels.
    """
    height, width, channels = values.shape
    strip = other.get("strip", values.astype(values.dtype.newbyteorder(order)).tobytes())
    strip = zlib.compress(strip) if deflate else strip
    bits = other.get("bits", 8 * values.itemsize)
    entries = {
        256: [width],
        257: [height],
        258: [bits] * channels,
        259: [8 if deflate else 1],
        262: [photometric],
        274: [orientation],
        277: [channels],
        278: [height],
        279: [len(strip)],
        284: [other.get("planar", 1)],
        339: [other.get("kind", 1)] * channels,
    }
    if extra is not None:
        entries[338] = [extra]
    end = 8 + 2 + 12 * (len(entries) + 1) + 4
    arrays = b""
    directory = struct.pack(f"{order}H", len(entries) + 1)
    entries[273] = [0]
    lengths = sum(2 * len(x) for x in entries.values() if len(x) > 2)
    entries[273] = [end + lengths]
    for tag, numbers in sorted(entries.items()):
        packed = struct.pack(f"{order}{len(numbers)}H", *numbers)
        if len(packed) > 4:
            packed, arrays = struct.pack(f"{order}I", end + len(arrays)), arrays + packed
        directory += struct.pack(f"{order}HHI", tag, 3, len(numbers)) + packed.ljust(4, b"\0")
    magic = b"II*\0" if order == "<" else b"MM\0*"
    head = magic + struct.pack(f"{order}I", 8)
    return head + directory + bytes(4) + arrays + strip


def sgi(values, *, compressed=False):
    """A 16-bit SGI image of ``values``, (height, width, channels)."""
    height, width, channels = values.shape
    head = struct.pack(
        ">HBBHHHH", 474, compressed, 2, 3 if channels > 1 else 2, width, height, channels
    )
    planes = values[::-1].transpose(2, 0, 1).astype(">u2").tobytes()
    return head.ljust(512, b"\0") + planes


def icc(space, tables=b""):
    """The header of a colour profile of version 2 for ``space``: 4 bytes, as ``b"GRAY"``."""
    head = struct.pack(">I4sI4s4s4s", 0, b"lcms", 0x02400000, b"prtr", space, b"Lab ")
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3I", 63190, 65536, 54061)
    content = head.ljust(128, b"\0") + (tables or struct.pack(">I", 0))
    return struct.pack(">I", len(content)) + content[4:]


def cmyk_icc(white, ink):
    """A profile for CMYK: paper has the colour ``white``, full ink ``ink``, with black L* = 0.

    Colours are L*, a* and b* as bytes, a* and b* from 128, L* 255 for 100. Between them, a table of
    two points for each ink is interpolated.
    """
    identity = struct.pack(">9i", *(65536 * (i % 4 == 0) for i in range(9)))
    ramp = bytes(range(256))
    black = (0, 128, 128)
    corners = b"".join(
        bytes(black if corner[3] else ink if any(corner) else white)
        for corner in np.ndindex(2, 2, 2, 2)
    )
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + identity + ramp * 4 + corners + ramp * 3
    tags = struct.pack(">I4sII", 1, b"A2B0", 144, len(table))
    return icc(b"CMYK", tags + table)


AVIF_10, AVIF_12 = (
    b64decode(text)
    for text in (
        "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUEAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAA"
        "AAAAAAAAAAAAAAAOcGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAANQAAAChpaW5mAAAAAAABAAAA"
        "GmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAABqaXBycAAAAEtpcGNvAAAAFGlzcGUAAAAAAAAAAgAAAAEAAAAQcGl4aQAA"
        "AAADCgoKAAAADGF2MUOBIEAAAAAAE2NvbHJuY2x4AAIAAgAAgAAAABdpcG1hAAAAAAAAAAEAAQQBAoMEAAAAPW1kYXQS"
        "AAoHOAAucCAgCTIoEAAAi7sVlW4xNsHUei1HotSyi07/1lRueZjBi7gYu4GRS8zuTDd0gA==",
        "AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZgAAAOttZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAA"
        "AAAAAAAAAA5waXRtAAAAAAABAAAAHmlsb2MAAAAARAAAAQABAAAAAQAAAQ8AAAA6AAAAKGlpbmYAAAAAAAEAAAAaaW5m"
        "ZQIAAAAAAQAAYXYwMUNvbG9yAAAAAGppcHJwAAAAS2lwY28AAAAUaXNwZQAAAAAAAAACAAAAAQAAABBwaXhpAAAAAAMM"
        "DAwAAAAMYXYxQ4FAYAAAAAATY29scm5jbHgAAgACAACAAAAAF2lwbWEAAAAAAAAAAQABBAECgwQAAABCbWRhdBIACghY"
        "AC40CAgCIDIsEAAAi7sVlW4YZ8wEaNoUaNoUaRKLTv/WVGuwoYq4D7a4D7a4FUvM7ktOWkg=",
    )
)
"""AVIF of 10 and 12 bits, without loss: a pixel of (1, 0, 1/3) of white, and a white one."""

JP2_RGB_16 = b64decode(
    "/0//UQAvAAAAAAACAAAAAQAAAAAAAAAAAAAAAgAAAAEAAAAAAAAAAAADDwEBDwEBDwEB/1IADAAAAAEBAAQEAAH/XAAEQID/"
    "ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAAAkAAH/k8/8MBQKREdGv8/8MAwFJmDf"
    "+JAQBCv/2Q=="
)
"""The same colours as a JPEG 2000 code stream of 16 bits. Pillow 13.0 decodes white as 0."""

JP2_GREY_12 = b64decode(
    "AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAAAQAAAAQAAQsHAAAAAAAPY29scgEA"
    "AAAAABEAAACKanAyY/9P/1EAKQAAAAAABAAAAAEAAAAAAAAAAAAAAAQAAAABAAAAAAAAAAAAAQsBAf9SAAwAAAABAAAE"
    "BAAB/1wABEBg/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS40/5AACgAAAAAAGAAB/5Pf4BwL+wNr"
    "OUvP/9k="
)
"""JPEG 2000 of 12 bits, grey: 4095, 0, 2000, 2048."""

JP2_GREY_4 = b64decode(
    "/0//UQApAAAAAAAEAAAAAQAAAAAAAAAAAAAABAAAAAEAAAAAAAAAAAABAwEB/1IADAAAAAEAAAQEAAH/XAAEQCD/ZAAlAAFD"
    "cmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAAAVAAH/k98gQAv66X//2Q=="
)
"""JPEG 2000 of 4 bits, grey: 15, 0, 7, 8. Pillow 13.0 decodes white as 240."""
