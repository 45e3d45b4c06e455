"""Reading and writing pictures: any file that Pillow opens, as arrays of samples."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from sw.errors import BadInput
from sw.output import whole_file
from sw.pictures.decoding import decoded, deep_samples, eight_bit_mode, scaled
from sw.pictures.deep_files import save_deep
from sw.pictures.depth import check_depth
from sw.pictures.formats import FORMATS, check_target
from sw.pictures.metadata import EMPTY, EXCHANGES_SIDES, Metadata, exif_tags, read_metadata, turn
from sw.pictures.opening import check_embedded, opened
from sw.pictures.profiles import to_rgb
from sw.pictures.save_options import save_options
from sw.tables.samples import white

MAX_MPIXEL = 100
"""Default limit of a picture's size, in millions of pixels."""


@dataclass(frozen=True)
class Picture:
    """A picture, and what its file holds beside the pixels.

    Parameters
    ----------
    pixels : ndarray of samples, shape (height, width, channels)
        1 to 4 channels.
    mode : str
        Pillow's name of the channels: ``"L"``, ``"LA"``, ``"RGB"`` or ``"RGBA"``.
    metadata : Metadata
        Colour profile, EXIF and so on.
    notes : tuple of str
        What the user must know of how the file was read, one sentence each, beginning with the
        path: a command prints them.
    sample_bits : int
        Bits of a sample, 8 to 12.
    """

    pixels: np.ndarray
    mode: str
    metadata: Metadata = EMPTY
    notes: tuple[str, ...] = ()
    sample_bits: int = 8


@dataclass(frozen=True)
class Header:
    """Size and mode of a picture, known before its pixels are decoded.

    Parameters
    ----------
    height, width : int
        Size in pixels, after the EXIF orientation is applied.
    mode : str
        Mode of the :class:`Picture`. An alpha channel may still turn out to be opaque everywhere;
        then the picture has the same mode without alpha.
    """

    height: int
    width: int
    mode: str


def colours(picture: Picture) -> np.ndarray:
    """Pixels of ``picture`` without alpha: samples, shape (height, width, 1 or 3)."""
    return picture.pixels[:, :, : len(picture.mode.removesuffix("A"))]


def read_header(
    path: Path, max_mpixel: float = MAX_MPIXEL, *, to_8_bit: bool = False, sample_bits: int = 8
) -> Header:
    """Read size and mode of the picture in ``path`` without decoding its pixels.

    Refuses what :func:`read_picture` refuses, except damage that only decoding finds. A pipe can
    still be read afterwards, with one call of :func:`read_picture`.
    """
    with opened(path, max_mpixel, keep=True) as (image, file):
        check_embedded(image, file, path, max_mpixel)
        check_depth(image, file, path, to_8_bit=to_8_bit, sample_bits=sample_bits)
        mode = eight_bit_mode(image, path)
        width, height = image.size
        # Pillow gives a TIFF upright, with the size that it has then.
        if image.format != "TIFF" and turn(exif_tags(image, file)) in EXCHANGES_SIDES:
            width, height = height, width
    return Header(height, width, mode)


def read_picture(
    path: Path, max_mpixel: float = MAX_MPIXEL, *, to_8_bit: bool = False, sample_bits: int = 8
) -> Picture:
    """Read a picture, with its EXIF orientation applied.

    Black-and-white, palettes, CMYK, YCbCr and LAB are converted to grey or RGB. Transparency of any
    kind becomes an alpha channel, unless every pixel is opaque.

    Parameters
    ----------
    path : Path
        Any image that Pillow opens.
    max_mpixel : float
        Largest size, in millions of pixels.
    to_8_bit : bool
        Whether to take a picture of more than 8 bits per channel, and to round it to 8. Pictures
        whose exact values Pillow does not give are refused nevertheless.
    sample_bits : int
        Bits of the samples, 8 to 12. With more than 8, pictures of any depth are taken: a value of
        the file becomes the nearest sample, and white stays white.

    Raises
    ------
    BadInput
        If the file is missing, not an image, damaged, empty, too large, an animation, or has more
        than 8 bits per channel without ``to_8_bit`` or ``sample_bits``.
    """
    most = white(sample_bits)
    with opened(path, max_mpixel) as (source, file):
        check_embedded(source, file, path, max_mpixel)
        bits = check_depth(source, file, path, to_8_bit=to_8_bit, sample_bits=sample_bits)
        mode = eight_bit_mode(source, path)
        tags = exif_tags(source, file)
        method = turn(tags)
        upright = None if source.format == "TIFF" else method  # Pillow gives a TIFF upright
        if bits > 8 and sample_bits > 8:
            (pixels, mode), notes = deep_samples(source, file, bits, most, upright), []
        else:
            pixels, notes = _eight_bits(decoded(source, file, bits), mode, upright)
            pixels = pixels if sample_bits == 8 else scaled(pixels, 255, most)
        metadata, more = read_metadata(
            source, file, mode.removesuffix("A"), tags, turned=method in EXCHANGES_SIDES
        )
    if mode.endswith("A") and pixels[:, :, -1].min() == most:
        pixels, mode = np.ascontiguousarray(pixels[:, :, :-1]), mode.removesuffix("A")
    notes = tuple(f"{path}: {note}" for note in notes + more)
    return Picture(pixels, mode, metadata, notes, sample_bits)


def _eight_bits(
    image: Image.Image, mode: str, turn: Image.Transpose | None
) -> tuple[np.ndarray, list[str]]:
    """Pixels of a decoded image in ``mode``, turned upright, and notes on its colours."""
    if turn is not None:
        image = image.transpose(turn)
    notes = []
    if image.mode in ("CMYK", "LAB"):
        image, note = to_rgb(image)
        notes += [note] if note else []
    pixels = np.asarray(image.convert(mode))
    return pixels.reshape(*pixels.shape[:2], -1), notes


def write_picture(
    path: Path, picture: Picture, *, quality: int = 95, strip: bool = False
) -> tuple[str, ...]:
    """Write ``picture`` in the format that the ending of ``path`` names.

    The metadata that the format can hold is written too.

    Parameters
    ----------
    path : Path
        File to write. It appears when it is complete.
    picture : Picture
        With samples of more than 8 bits it is written with 16 bits per channel.
    quality : int
        Quality of a JPEG, 1 to 100. The other formats keep every pixel.
    strip : bool
        Whether to leave out the metadata.

    Returns
    -------
    tuple of str
        What the user must know of metadata that the format cannot hold, one sentence each.

    Raises
    ------
    BadInput
        If the format is unknown or cannot hold the picture, or the file cannot be written.
    """
    height, width, channels = picture.pixels.shape
    check_target(path, height, width, picture.mode, picture.sample_bits)
    name, options = FORMATS[path.suffix.lower()]
    # WebP knows no grey.
    mode = "RGB" if name == "WEBP" else picture.mode.removesuffix("A")
    metadata = EMPTY if strip else picture.metadata
    more, notes = save_options(name, metadata, height, width, mode)
    if name == "JPEG":
        more["quality"] = quality
    pixels = picture.pixels if channels > 1 else picture.pixels[:, :, 0]
    with whole_file(path) as file:
        try:
            if picture.sample_bits > 8:
                values = scaled(picture.pixels, white(picture.sample_bits), 65535)
                save_deep(file, name, values, picture.mode, more)
            else:
                Image.fromarray(pixels, picture.mode).save(file, format=name, **options, **more)
        except (ValueError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise BadInput(
                f"{path}: {name} cannot hold a picture of {width}×{height} ({error}); use .png"
            ) from error
        except MemoryError as error:
            raise BadInput(
                f"{path}: there is not enough memory to write it; enlarge a smaller part or close "
                "other programs"
            ) from error
    return tuple(f"{path}: {note}" for note in notes)


def image_files(folder: Path, *, recursive: bool = False) -> list[Path]:
    """Files in ``folder`` with the ending of a format that Pillow reads, sorted by path.

    Parameters
    ----------
    folder : Path
        Folder to look into.
    recursive : bool
        Whether to look into its sub-folders as well.

    Raises
    ------
    BadInput
        If the folder is missing or holds no such file.
    OSError
        If the folder, or a sub-folder, cannot be read: its pictures would be missing.
    """
    if not folder.is_dir():
        raise BadInput(f"{folder}: no such folder")
    endings = {
        ending for ending, name in Image.registered_extensions().items() if name in Image.OPEN
    }
    found = _files_below(folder) if recursive else folder.iterdir()
    files = sorted(path for path in found if path.suffix.lower() in endings and path.is_file())
    if not files:
        raise BadInput(f"{folder}: holds no image files; it must be a folder of pictures")
    return files


def _files_below(folder: Path) -> Iterator[Path]:
    """Files in ``folder`` and its sub-folders. Links to folders are not followed."""

    def refuse(error: OSError) -> None:
        raise error

    for parent, _, names in os.walk(folder, onerror=refuse):
        yield from (Path(parent, name) for name in names)
