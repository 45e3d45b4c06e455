"""Writing PNG and TIFF files of 16 bits per channel, which Pillow does not write in colour."""

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from PIL import Image

PNG_LEVEL = 3
"""Effort of the compression, 0 to 9; the same as for 8 bits."""

SIGNATURE = 8
"""Bytes of a PNG in front of its chunks."""


def save_deep(file: BinaryIO, name: str, values: np.ndarray, mode: str, options: dict) -> None:
    """Write a picture of 16 bits per channel.

    Parameters
    ----------
    file : BinaryIO
        Open for writing, at its start.
    name : str
        ``"PNG"`` or ``"TIFF"``.
    values : ndarray of uint16, shape (height, width, channels)
    mode : str
        Pillow's name of the channels: ``"L"``, ``"LA"``, ``"RGB"`` or ``"RGBA"``.
    options : dict
        Pillow's options for the metadata, of :func:`sw.pictures.save_options.save_options`.
    """
    values = values if len(mode) > 1 else values[:, :, 0]
    (_save_png if name == "PNG" else _save_tiff)(file, values, mode, options)


def _save_png(file: BinaryIO, values: np.ndarray, mode: str, options: dict) -> None:
    import imagecodecs  # of an extra

    # Pillow writes the chunks of the metadata, around a pixel that is then replaced.
    pixel = io.BytesIO()
    Image.new(mode, (1, 1)).save(pixel, "PNG", **options)
    deep = imagecodecs.png_encode(values, level=PNG_LEVEL)
    file.write(deep[:SIGNATURE])
    for name, chunk in _chunks(pixel.getvalue()):
        if name in (b"IHDR", b"IDAT"):
            file.writelines(part for other, part in _chunks(deep) if other == name)
        else:
            file.write(chunk)


def _chunks(png: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Names of the chunks of a PNG, and the chunks with their lengths and checksums."""
    view, start = memoryview(png), SIGNATURE
    while start < len(png):
        length, name = struct.unpack_from(">I4s", png, start)
        end = start + 12 + length
        yield name, view[start:end]
        start = end


def _save_tiff(file: BinaryIO, values: np.ndarray, mode: str, options: dict) -> None:
    import tifffile  # of an extra

    tifffile.imwrite(
        file,
        values,
        photometric="rgb" if mode.startswith("RGB") else "minisblack",
        extrasamples=["unassalpha"] if mode.endswith("A") else None,
        compression="adobe_deflate",
        metadata=None,
        software=False,
        iccprofile=options.get("icc_profile"),
        resolution=options.get("dpi"),
        resolutionunit="INCH" if "dpi" in options else None,
        extratags=[_tag(int(tag), value) for tag, value in options.get("exif", {}).items()],
    )


def _tag(tag: int, value: object) -> tuple:
    """A tag of the EXIF as tifffile takes it: text, bytes, or a number of 16 bits."""
    if isinstance(value, str):
        return tag, "s", 0, value.encode(), True
    return (
        (tag, "B", len(value), value, True)
        if isinstance(value, bytes)
        else (tag, "H", 1, value, True)
    )
