"""The formats that can be written, and what each of them can hold."""

from pathlib import Path

from sw.errors import BadInput
from sw.extras import require

FORMATS = {
    ".png": ("PNG", {"compress_level": 3}),
    ".webp": ("WEBP", {"lossless": True, "exact": True}),
    ".tif": ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ".tiff": ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ".jpg": ("JPEG", {"subsampling": 0}),
    ".jpeg": ("JPEG", {"subsampling": 0}),
    ".bmp": ("BMP", {}),
    ".ppm": ("PPM", {}),
}
"""For each ending that can be written, Pillow's format and options. All but JPEG are lossless.

A WebP keeps the colour of transparent pixels only with ``exact``.
"""

ALPHA_FORMATS = ("PNG", "WEBP", "TIFF")

DEEP_FORMATS = {"PNG": "imagecodecs", "TIFF": "tifffile"}
"""Formats that are written with 16 bits per channel, and the module that does it."""

LARGEST_SIDE = {"JPEG": 65500, "WEBP": 16383}
"""Largest width and height in pixels, where a format has such a limit."""

LARGEST_FILE = {"BMP": (1 << 32) - 1, "TIFF": (1 << 32) - (1 << 20)}
"""Largest file in bytes, from the 32-bit offsets in it; a TIFF keeps 1 MiB for its directory."""


def check_ending(path: Path) -> None:
    """Make sure that the ending of ``path`` is that of a format that can be written.

    Raises
    ------
    BadInput
        If it is not.
    """
    if path.suffix.lower() not in FORMATS:
        ending = f"ending {path.suffix}" if path.suffix else "a name without an ending"
        raise BadInput(f"{path}: cannot write {ending}; it must be one of {', '.join(FORMATS)}")


def check_depth_of_target(ending: str) -> None:
    """Make sure, before any work, that samples of more than 8 bits can be written.

    Parameters
    ----------
    ending : str
        Of the file to write, as in ``".png"``.

    Raises
    ------
    BadInput
        If the format holds 8 bits per channel, or a library is missing.
    """
    name, _ = FORMATS.get(ending.lower(), (ending, None))
    if name not in DEEP_FORMATS:
        raise BadInput(
            f"--sample-bits: {name} holds 8 bits per channel; the result must be .png or .tiff to "
            "hold more"
        )
    require(*DEEP_FORMATS.values())


def check_target(path: Path, height: int, width: int, mode: str, sample_bits: int = 8) -> None:
    """Make sure, before any long work, that the format of ``path`` can hold a picture.

    Parameters
    ----------
    path : Path
        File to write. Its ending names the format.
    height, width : int
        Size of the picture to write, in pixels.
    mode : str
        Pillow's name of its channels: ``"L"``, ``"LA"``, ``"RGB"`` or ``"RGBA"``.
    sample_bits : int
        Bits of a sample. With more than 8 it is written with 16 bits per channel.

    Raises
    ------
    BadInput
        If the format is unknown, cannot hold transparency, or the picture is too large for it.
    """
    check_ending(path)
    name, _ = FORMATS[path.suffix.lower()]
    if sample_bits > 8:
        check_depth_of_target(path.suffix)
    if mode.endswith("A") and name not in ALPHA_FORMATS:
        raise BadInput(f"{path}: {name} cannot hold transparency; use .png, .webp or .tiff")
    side = LARGEST_SIDE.get(name)
    if side and max(height, width) > side:
        raise BadInput(
            f"{path}: {name} cannot hold a picture of {width}×{height}; it must be at most {side} "
            "pixels on a side: use .png"
        )
    # A BMP pads its lines to 4 bytes; its header and grey palette take less than 2 KiB.
    size = height * (-(-width * len(mode) // 4) * 4) * (2 if sample_bits > 8 else 1) + 2048
    if size > LARGEST_FILE.get(name, size):
        raise BadInput(
            f"{path}: {name} cannot hold a picture of {width}×{height}, which takes "
            f"{size / 2**30:.1f} GiB; it must take less than 4 GiB: use .png"
        )
