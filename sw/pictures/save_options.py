"""Metadata as Pillow's options for the formats that can be written."""

from PIL import Image
from PIL.ExifTags import IFD, Base
from PIL.PngImagePlugin import PngInfo

from sw.pictures.metadata import Metadata
from sw.pictures.profiles import is_for

XMP_TAG = 700
"""Tag of a TIFF for the XMP packet."""

SEGMENT = 65533
"""Largest content of a segment of a JPEG, in bytes."""

INCHES = 2
"""Value of the tag ResolutionUnit."""


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
    if name == "PPM":
        return {}, notes
    options = {"dpi": metadata.dpi} if metadata.dpi else {}
    if name == "JPEG" and metadata.dpi and max(metadata.dpi) > 65535:
        del options["dpi"]
        notes.append("a JPEG holds no resolution over 65535 dpi; it is left out")
    if name == "BMP":
        return options, notes
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
