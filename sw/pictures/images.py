"""Reading and writing pictures: any file that Pillow opens, as uint8 arrays."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from sw.errors import BadInput
from sw.output import whole_file
from sw.pictures.formats import FORMATS, check_target
from sw.pictures.metadata import EMPTY, Metadata

MAX_MPIXEL = 100
"""Default limit of a picture's size, in millions of pixels."""

ORIENTATION = 0x0112
"""EXIF tag that says how to turn a picture to see it upright."""

TURNED = {5, 6, 7, 8}
"""Values of the tag that exchange height and width."""

# Our own limit tells the user how to raise it. Pillow's own check would come first.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True)
class Picture:
    """A picture, and what its file holds beside the pixels.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, channels)
        1 to 4 channels.
    mode : str
        Pillow's name of the channels: ``"L"``, ``"LA"``, ``"RGB"`` or ``"RGBA"``.
    metadata : Metadata
        Colour profile, EXIF and so on.
    notes : tuple of str
        What the user must know of how the file was read, one sentence each, beginning with the
        path: a command prints them.
    """

    pixels: np.ndarray
    mode: str
    metadata: Metadata = EMPTY
    notes: tuple[str, ...] = ()


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
    """Pixels of ``picture`` without alpha: uint8, shape (height, width, 1 or 3)."""
    return picture.pixels[:, :, : len(picture.mode.removesuffix("A"))]


def _eight_bit_mode(image: Image.Image, path: Path) -> str:
    """Mode (grey or RGB, with or without alpha) to which ``image`` is converted without loss."""
    # Pillow cuts 16-bit colour to 8 bits without a warning; only the decoder's raw mode shows it.
    deep = any(";16" in str(tile.args) for tile in getattr(image, "tile", ()))
    if deep or image.mode.startswith(("I", "F")):
        raise BadInput(
            f"{path}: has more than 8 bits per channel; it must have 8: reduce it first, with "
            "rounding or dithering"
        )
    alpha = "transparency" in image.info
    match image.mode:
        case "1" | "L":
            return "LA" if alpha else "L"
        case "LA" | "La":
            return "LA"
        case "RGBA" | "RGBa" | "PA":
            return "RGBA"
        case "P":
            return "RGBA" if alpha else "RGB"
        case "RGB":
            return "RGBA" if alpha else "RGB"
        case "RGBX" | "CMYK" | "YCbCr":
            return "RGB"
    raise BadInput(
        f"{path}: has colour mode {image.mode}; it must be grey, RGB, palette, CMYK or YCbCr"
    )


def _check_size(image: Image.Image, path: Path, max_mpixel: float) -> None:
    width, height = image.size
    if not width or not height:
        raise BadInput(f"{path}: has no pixels ({width}×{height}); it must have at least 1×1")
    if width * height > max_mpixel * 1e6:
        raise BadInput(
            f"{path}: {width}×{height} is {width * height / 1e6:.1f} Mpixel, over the limit of "
            f"{max_mpixel:g}; raise the limit with --max-mpixel N"
        )
    if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
        raise BadInput(f"{path}: holds {image.n_frames} pictures; it must hold one: split it first")


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """Open the image in ``path``; every error in the block becomes BadInput with one sentence."""
    try:
        # Pillow may warn about a damaged file before it fails; the error is enough.
        with warnings.catch_warnings(action="ignore"), path.open("rb") as file:
            yield Image.open(file)
    except BadInput:
        raise
    except FileNotFoundError as error:
        raise BadInput(f"{path}: no such file") from error
    except IsADirectoryError as error:
        raise BadInput(f"{path}: is a folder; it must be an image file") from error
    except UnidentifiedImageError as error:
        raise BadInput(f"{path}: not an image that Pillow can open") from error
    except MemoryError as error:
        raise BadInput(f"{path}: there is not enough memory to read it") from error
    except OSError as error:
        reason = error.strerror or f"the image is damaged or cut short: {error}"
        raise BadInput(f"{path}: cannot be read ({reason})") from error
    except Exception as error:  # decoders raise many kinds of errors for damaged files
        raise BadInput(f"{path}: the image is damaged or cut short ({error})") from error


def read_header(path: Path, max_mpixel: float = MAX_MPIXEL, *, to_8_bit: bool = False) -> Header:
    """Read size and mode of the picture in ``path`` without decoding its pixels.

    Refuses what :func:`read_picture` refuses, except damage that only decoding finds.
    """
    with _opened(path) as image:
        _check_size(image, path, max_mpixel)
        mode = _eight_bit_mode(image, path)
        width, height = image.size
        if image.getexif().get(ORIENTATION) in TURNED:
            width, height = height, width
    return Header(height, width, mode)


def read_picture(path: Path, max_mpixel: float = MAX_MPIXEL, *, to_8_bit: bool = False) -> Picture:
    """Read a picture, with its EXIF orientation applied.

    Black-and-white, palettes, CMYK and YCbCr are converted to grey or RGB. Transparency of any kind
    becomes an alpha channel, unless every pixel is opaque.

    Parameters
    ----------
    path : Path
        Any 8-bit image that Pillow opens.
    max_mpixel : float
        Largest size, in millions of pixels.
    to_8_bit : bool
        Whether to take a picture of more bits per channel, and to reduce it to 8.

    Raises
    ------
    BadInput
        If the file is missing, not an image, damaged, empty, too large, an animation, or has more
        than 8 bits per channel without ``to_8_bit``.
    """
    with _opened(path) as image:
        _check_size(image, path, max_mpixel)
        mode = _eight_bit_mode(image, path)
        icc_profile = image.info.get("icc_profile") if image.mode != "CMYK" else None
        pixels = np.asarray(ImageOps.exif_transpose(image).convert(mode))
    pixels = pixels.reshape(*pixels.shape[:2], -1)
    if mode.endswith("A") and pixels[:, :, -1].min() == 255:
        pixels, mode = np.ascontiguousarray(pixels[:, :, :-1]), mode.removesuffix("A")
    return Picture(pixels, mode, Metadata(icc_profile))


def write_picture(path: Path, picture: Picture, *, quality: int = 95, strip: bool = False) -> None:
    """Write ``picture`` in the format that the ending of ``path`` names.

    Parameters
    ----------
    path : Path
        File to write. It appears when it is complete.
    picture : Picture
    quality : int
        Quality of a JPEG, 1 to 100. The other formats keep every pixel.
    strip : bool
        Whether to leave out the metadata.

    Raises
    ------
    BadInput
        If the format is unknown or cannot hold the picture, or the file cannot be written.
    """
    height, width, channels = picture.pixels.shape
    check_target(path, height, width, picture.mode)
    name, options = FORMATS[path.suffix.lower()]
    if name == "JPEG":
        options = {**options, "quality": quality}
    if picture.metadata.icc_profile and not strip:
        options = {**options, "icc_profile": picture.metadata.icc_profile}
    pixels = picture.pixels if channels > 1 else picture.pixels[:, :, 0]
    with whole_file(path) as file:
        try:
            Image.fromarray(pixels, picture.mode).save(file, format=name, **options)
        except (ValueError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise BadInput(
                f"{path}: {name} cannot hold a picture of {width}×{height} ({error}); use .png"
            ) from error


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
    """
    if not folder.is_dir():
        raise BadInput(f"{folder}: no such folder")
    endings = {
        ending for ending, name in Image.registered_extensions().items() if name in Image.OPEN
    }
    found = folder.rglob("*") if recursive else folder.iterdir()
    files = sorted(path for path in found if path.suffix.lower() in endings and path.is_file())
    if not files:
        raise BadInput(f"{folder}: holds no image files; it must be a folder of pictures")
    return files
