"""What a picture file holds beside the pixels: colour profile, EXIF, XMP, resolution, text."""

import re
import struct
from dataclasses import dataclass, replace
from math import isfinite
from typing import BinaryIO

from PIL import Image
from PIL.ExifTags import IFD, Base

from sw.pictures.profiles import is_for


@dataclass(frozen=True)
class Metadata:
    """What a file holds beside the pixels; empty by default.

    Parameters
    ----------
    icc_profile : bytes or None
        Colour profile. Its colour space is that of the picture's mode.
    exif : bytes or None
        EXIF without orientation, resolution, thumbnail and maker note.
    xmp : bytes or None
        XMP packet without orientation, size, resolution and thumbnails.
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

PNG_CHUNKS = {b"tEXt", b"zTXt", b"iTXt", b"cICP", b"gAMA", b"cHRM", b"sRGB"}
"""Chunks of a PNG that are kept as they are."""

NOT_TEXT = (b"XML:com.adobe.xmp\0", b"Raw profile type ", b"Thumb::")
"""First bytes of text chunks that are no text, or that describe the picture before."""

# Tags that describe the scene and the camera. The others describe the file, or a size in pixels.
EXIF_TAGS = (
    Base.ImageDescription,
    Base.Make,
    Base.Model,
    Base.Software,
    Base.DateTime,
    Base.Artist,
    Base.HostComputer,
    Base.Copyright,
    Base.Rating,
    Base.RatingPercent,
    Base.XPTitle,
    Base.XPComment,
    Base.XPAuthor,
    Base.XPKeywords,
    Base.XPSubject,
)

# The offsets in a maker note are valid only in the file of the camera.
NOT_KEPT = (Base.MakerNote, IFD.Interop)

# As an attribute, or as an element.
XMP_OF_THE_FILE = re.compile(
    rb"""\s(?P<name>(tiff:(Orientation|ImageWidth|ImageLength|[XY]Resolution|ResolutionUnit)
    |exif:Pixel[XY]Dimension))\s*=\s*("[^"]*"|'[^']*')
    |<(?P<element>tiff:(Orientation|ImageWidth|ImageLength|[XY]Resolution|ResolutionUnit)
    |exif:Pixel[XY]Dimension|xmp:Thumbnails)[\s>].*?</(?P=element)\s*>""",
    re.VERBOSE | re.DOTALL,
)


def enlarged(metadata: Metadata, scale: int) -> Metadata:
    """Metadata of the enlarged picture: its resolution grows, so that the printed size stays."""
    if not metadata.dpi:
        return metadata
    horizontal, vertical = metadata.dpi
    return replace(metadata, dpi=(scale * horizontal, scale * vertical))


def read_metadata(image: Image.Image, file: BinaryIO, mode: str) -> tuple[Metadata, list[str]]:
    """Metadata of an image that is decoded, and what the user must know of it.

    Parameters
    ----------
    image : Image
        As opened. Its exif orientation need not be applied.
    file : BinaryIO
        Its file.
    mode : str
        ``"L"`` or ``"RGB"``: the mode of the pixels without alpha, to which the profile must fit.
        A profile that served to convert CMYK is left out without a note.
    """
    notes = []
    profile = image.info.get("icc_profile") if image.mode not in ("CMYK", "LAB") else None
    if profile and not is_for(profile, mode):
        notes.append(
            f"its colour profile is damaged or not for {'grey' if mode == 'L' else 'RGB'}, and is "
            "left out"
        )
        profile = None
    exif, turned = None, False
    try:
        tags = image.getexif()
        turned = tags.get(Base.Orientation) in TURNED
        exif = _exif(tags)
    except Exception:  # Pillow raises many kinds of errors for damaged EXIF
        notes.append("its EXIF is damaged, and is left out")
    xmp = image.info.get("xmp")
    comment = image.info.get("comment") if image.format == "JPEG" else None
    metadata = Metadata(
        icc_profile=profile or None,
        exif=exif,
        xmp=XMP_OF_THE_FILE.sub(b"", xmp) if isinstance(xmp, bytes) else None,
        dpi=_dpi(image, turned=turned),
        comment=comment if isinstance(comment, bytes) else None,
        png_chunks=_png_chunks(file) if image.format == "PNG" else (),
    )
    return metadata, notes


TURNED = {5, 6, 7, 8}
"""Values of the EXIF orientation that exchange height and width."""


def _exif(tags: Image.Exif) -> bytes | None:
    """EXIF with the tags that stay true for the enlarged picture; None if there are none."""
    kept = Image.Exif()
    kept.endian = tags.endian
    for tag in EXIF_TAGS:
        if tag in tags:
            kept[tag] = tags[tag]
    for group in (IFD.Exif, IFD.GPSInfo):
        values = {tag: x for tag, x in tags.get_ifd(group).items() if tag not in NOT_KEPT}
        if values:
            kept[group] = values
    return kept.tobytes() if len(kept) else None


def _dpi(image: Image.Image, *, turned: bool) -> tuple[float, float] | None:
    """Pixels per inch, after the orientation is applied; None where the file does not say."""
    if image.format == "JPEG" and image.info.get("jfif_unit", 0) not in (1, 2):
        known = Base.XResolution in image.getexif()  # Pillow takes 72 dpi if not
    elif image.format == "TIFF":
        known = Base.XResolution in image.tag_v2
    else:
        known = "dpi" in image.info
    if not known or "dpi" not in image.info:
        return None
    horizontal, vertical = (float(value) for value in image.info["dpi"])
    if not (isfinite(horizontal) and isfinite(vertical) and horizontal > 0 and vertical > 0):
        return None
    return (vertical, horizontal) if turned else (horizontal, vertical)


def _png_chunks(file: BinaryIO) -> tuple[tuple[bytes, bytes], ...]:
    """Chunks of a PNG that are kept, in their order, whether before or after the pixels."""
    kept = []
    file.seek(8)
    while len(head := file.read(8)) == 8:
        length, name = struct.unpack(">I4s", head)
        if name in PNG_CHUNKS:
            content = file.read(length)
            if not content.startswith(NOT_TEXT):
                kept.append((name, content))
            length = 0
        file.seek(length + 4, 1)
    return tuple(kept)
