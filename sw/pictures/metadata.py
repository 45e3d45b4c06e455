"""What a picture file holds beside the pixels: colour profile, EXIF, XMP, resolution, text."""

import re
import struct
from dataclasses import dataclass, replace
from math import isfinite
from numbers import Real
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

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""For each value of the EXIF orientation, what makes the picture upright."""

EXCHANGES_SIDES = {
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
}

INCHES = 2
"""Value of the EXIF tag ResolutionUnit."""

DPI_UNITS = {INCHES: 1, 3: 2.54}
"""Factor from a resolution to dpi, for each ResolutionUnit: inches, centimetres."""

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


def exif_tags(image: Image.Image, file: BinaryIO) -> Image.Exif | None:
    """EXIF of an image just opened from ``file``, without decoding it; None if it is damaged."""
    if image.format == "PNG" and "exif" not in image.info:
        # Pillow decodes the image to find EXIF behind the pixels.
        for chunk in _chunks(file, {b"eXIf"}):
            image.info["exif"] = chunk[1]
    try:
        tags = Image.Image.getexif(image)
        _exif(tags)
    except Exception:  # Pillow raises many kinds of errors for damaged EXIF
        return None
    return tags


def turn(tags: Image.Exif | None) -> Image.Transpose | None:
    """What to do with a picture to see it upright."""
    return TURNS.get(tags.get(Base.Orientation)) if tags else None


def read_metadata(
    image: Image.Image, file: BinaryIO, mode: str, tags: Image.Exif | None, *, turned: bool
) -> tuple[Metadata, list[str]]:
    """Metadata of an image that is decoded, and what the user must know of it.

    Parameters
    ----------
    image : Image
    file : BinaryIO
        The file of ``image``.
    mode : str
        ``"L"`` or ``"RGB"``: the mode of the pixels without alpha, to which the profile must fit.
        A profile for the conversion of CMYK is left out without a note.
    tags : Exif or None
        From :func:`exif_tags`.
    turned : bool
        Whether width and height are exchanged in the upright picture.
    """
    notes = []
    profile = image.info.get("icc_profile") if image.mode not in ("CMYK", "LAB") else None
    if profile and not is_for(profile, mode):
        notes.append(
            f"its colour profile is damaged or not for {'grey' if mode == 'L' else 'RGB'}, and is "
            "left out"
        )
        profile = None
    if tags is None:
        notes.append("its EXIF is damaged, and is left out")
    xmp, dpi = image.info.get("xmp"), _dpi(image, tags)
    comment = image.info.get("comment") if image.format == "JPEG" else None
    metadata = Metadata(
        icc_profile=profile or None,
        exif=_exif(tags) if tags else None,
        xmp=XMP_OF_THE_FILE.sub(b"", xmp) if isinstance(xmp, bytes) else None,
        dpi=dpi[::-1] if dpi and turned else dpi,
        comment=comment if isinstance(comment, bytes) else None,
        png_chunks=_chunks(file, PNG_CHUNKS) if image.format == "PNG" else (),
    )
    return metadata, notes


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


def _dpi(image: Image.Image, tags: Image.Exif | None) -> tuple[float, float] | None:
    """Pixels per inch, horizontal and vertical; None where the file does not say."""
    dpi = image.info.get("dpi")
    if image.format == "TIFF" and Base.XResolution not in image.tag_v2:
        return None  # Pillow takes 1 dpi
    if image.format in ("JPEG", "MPO") and image.info.get("jfif_unit", 0) not in (1, 2):
        dpi = None  # Pillow takes one number of the EXIF for both directions, or 72
    if not dpi and tags:
        factor = DPI_UNITS.get(tags.get(Base.ResolutionUnit, INCHES))
        values = [tags.get(tag) for tag in (Base.XResolution, Base.YResolution)]
        if factor and all(isinstance(value, Real) for value in values):
            dpi = [factor * float(value) for value in values]
    if not dpi or not all(isfinite(value) and value > 0 for value in dpi):
        return None
    return float(dpi[0]), float(dpi[1])


def _chunks(file: BinaryIO, names: set[bytes]) -> tuple[tuple[bytes, bytes], ...]:
    """Chunks of a PNG with one of ``names``, in their order, before and after the pixels."""
    found = []
    file.seek(8)
    while len(head := file.read(8)) == 8:
        length, name = struct.unpack(">I4s", head)
        if name in names:
            content = file.read(length)
            if not content.startswith(NOT_TEXT):
                found.append((name, content))
            length = 0
        file.seek(length + 4, 1)
    return tuple(found)
