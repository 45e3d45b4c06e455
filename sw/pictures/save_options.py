"""Metadata as Pillow's options for the formats that can be written."""

import struct
from dataclasses import replace

from PIL import Image
from PIL.ExifTags import IFD, Base
from PIL.PngImagePlugin import PngInfo

from sw.pictures.metadata import INCHES, Metadata
from sw.pictures.profiles import is_for

XMP_TAG = 700
"""Tag of a TIFF for the XMP packet."""

SEGMENT = 65533
"""Largest content of a segment of a JPEG, in bytes."""

LARGEST_DPI = {"JPEG": 65535}
"""Largest resolution of a format, if it is smaller than ``MAX_DPI``."""

MAX_DPI = 54_000_000
"""PNG and BMP have 31 bits for the pixels per metre."""

SRGB_CHUNKS = {
    b"cICP": bytes([1, 13, 0, 1]),
    b"gAMA": struct.pack(">I", 45455),
    b"cHRM": struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000),
}
"""Chunks of a PNG that describe colour, as they are for sRGB."""


def save_options(
    name: str, metadata: Metadata, height: int, width: int, mode: str
) -> tuple[dict, list[str]]:
    """Pillow's options to write ``metadata``, and what the format cannot hold of it.

    Parameters
    ----------
    name : str
        Pillow's name of the format.
    metadata : Metadata
    height, width : int
        Of the picture to write; they are entered into the EXIF.
    mode : str
        Of the pixels as the format holds them, without alpha: ``"L"`` or ``"RGB"``.
    """
    notes = []
    if name != "PNG" and _has_other_colours(metadata):
        notes.append(
            f"a {name} cannot hold the chunks cICP, gAMA and cHRM of a PNG; they are left out, and "
            "the colours can look different"
        )
    if name in ("BMP", "PPM") and metadata.icc_profile:
        notes.append(
            f"a {name} gets no colour profile; it is left out, and the colours can look different"
        )
    if name == "PPM":
        return {}, notes
    limit = LARGEST_DPI.get(name, MAX_DPI)
    if metadata.dpi and max(metadata.dpi) > limit:
        metadata = replace(metadata, dpi=None)
        notes.append(f"a {name} holds no resolution over {limit} dpi; it is left out")
    options = {"dpi": metadata.dpi} if metadata.dpi else {}
    if name == "BMP":
        # Otherwise Pillow writes 96 dpi.
        return options or {"dpi": (0, 0)}, notes
    if metadata.icc_profile and is_for(metadata.icc_profile, mode):
        options["icc_profile"] = metadata.icc_profile
    elif metadata.icc_profile:
        notes.append(f"{name} holds grey as RGB; the colour profile for grey is left out")
    tags = _exif(metadata, height, width, with_resolution=name in ("WEBP", "JPEG"))
    if name == "TIFF":
        if IFD.Exif in tags or IFD.GPSInfo in tags:
            notes.append(
                "a TIFF gets no camera settings and no GPS position: Pillow does not write them"
            )
            tags.pop(IFD.Exif, None)
            tags.pop(IFD.GPSInfo, None)
        if metadata.xmp:
            tags[XMP_TAG] = metadata.xmp
        if len(tags):
            options["exif"] = tags
    else:
        if len(tags):
            options["exif"] = tags.tobytes()
        if metadata.xmp and name != "PNG":
            options["xmp"] = metadata.xmp
    if name == "JPEG":
        if metadata.comment:
            options["comment"] = metadata.comment
        for key, what in (("exif", "EXIF"), ("xmp", "XMP"), ("comment", "comment")):
            # 29 bytes name the segment of XMP.
            if len(options.get(key, b"")) > SEGMENT - 29:
                del options[key]
                notes.append(f"a JPEG holds no {what} over 64 KiB; it is left out")
    if name == "PNG":
        options["pnginfo"] = _png_info(metadata)
    return options, notes


def _has_other_colours(metadata: Metadata) -> bool:
    """Whether the chunks of a PNG describe other colours than its profile, or than sRGB."""
    chunks = dict(metadata.png_chunks)
    if b"cICP" in chunks:  # it comes before the profile and the other chunks
        return chunks[b"cICP"] != SRGB_CHUNKS[b"cICP"]
    if metadata.icc_profile or b"sRGB" in chunks:
        return False
    return any(chunks.get(name, content) != content for name, content in SRGB_CHUNKS.items())


def _exif(metadata: Metadata, height: int, width: int, *, with_resolution: bool) -> Image.Exif:
    """The EXIF tags with the size of the picture to write."""
    tags = Image.Exif()
    if metadata.exif:
        tags.load(metadata.exif)
        photo = tags.get_ifd(IFD.Exif)
        if Base.ExifImageWidth in photo:
            tags[IFD.Exif] = {
                **photo,
                Base.ExifImageWidth: width,
                Base.ExifImageHeight: height,
            }
    if metadata.dpi and with_resolution:
        tags[Base.XResolution], tags[Base.YResolution] = metadata.dpi
        tags[Base.ResolutionUnit] = INCHES
    return tags


def _png_info(metadata: Metadata) -> PngInfo:
    """Chunks of text and colour; a comment and XMP become text."""
    info = PngInfo()
    for chunk, content in metadata.png_chunks:
        info.add(chunk, content)
    if metadata.comment:
        info.add_text("Comment", metadata.comment.decode("utf-8", "replace"))
    if metadata.xmp:
        info.add_itxt("XML:com.adobe.xmp", metadata.xmp.decode("utf-8", "replace"))
    return info
