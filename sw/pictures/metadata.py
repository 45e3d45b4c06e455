"""What a picture file holds beside the pixels: colour profile, EXIF, resolution, text."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Metadata:
    """What a file holds beside the pixels; empty by default.

    Parameters
    ----------
    icc_profile : bytes or None
        Colour profile. Its colour space is that of the picture's mode.
    exif : bytes or None
        EXIF without orientation, resolution and thumbnail.
    xmp : bytes or None
        XMP packet.
    dpi : tuple of two floats, or None
        Pixels per inch, horizontal and vertical.
    comment : bytes or None
        Comment of a JPEG.
    png_chunks : tuple of pairs of bytes
        Name and content of the chunks of a PNG that hold text (tEXt, zTXt, iTXt) or describe
        colour (cICP, gAMA, cHRM, sRGB).
    """

    icc_profile: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    dpi: tuple[float, float] | None = None
    comment: bytes | None = None
    png_chunks: tuple[tuple[bytes, bytes], ...] = ()


EMPTY = Metadata()
