"""Reading and writing pictures: any file that Pillow opens, as uint8 arrays."""

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from sw.errors import BadInput
from sw.output import whole_file

MAX_MPIXEL = 100
"""Default limit of a picture's size, in millions of pixels."""

# Our own limit tells the user how to raise it. Pillow's own check would come first.
Image.MAX_IMAGE_PIXELS = None

FORMATS = {
    ".png": ("PNG", {"compress_level": 3}),
    ".webp": ("WEBP", {"lossless": True}),
    ".tif": ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ".tiff": ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ".jpg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".jpeg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".bmp": ("BMP", {}),
    ".ppm": ("PPM", {}),
}
"""For each ending that can be written, Pillow's format and options. All but JPEG are lossless."""

ALPHA_FORMATS = ("PNG", "WEBP", "TIFF")


@dataclass(frozen=True)
class Picture:
    """A picture and its colour profile.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, channels)
        1 to 4 channels.
    mode : str
        Pillow's name of the channels: ``"L"``, ``"LA"``, ``"RGB"`` or ``"RGBA"``.
    icc_profile : bytes or None
        Colour profile of the file. It is valid for the enlarged picture too.
    """

    pixels: np.ndarray
    mode: str
    icc_profile: bytes | None = None


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


def read_picture(path: Path, max_mpixel: float = MAX_MPIXEL) -> Picture:
    """Read a picture, with its EXIF orientation applied.

    Black-and-white, palettes, CMYK and YCbCr are converted to grey or RGB. Transparency of any kind
    becomes an alpha channel.

    Parameters
    ----------
    path : Path
        Any 8-bit image that Pillow opens.
    max_mpixel : float
        Largest size, in millions of pixels.

    Raises
    ------
    BadInput
        If the file is missing, not an image, damaged, empty, too large, an animation, or has more
        than 8 bits per channel.
    """
    try:
        # Pillow may warn about a damaged file before it fails; the error is enough.
        with warnings.catch_warnings(action="ignore"), path.open("rb") as file:
            image = Image.open(file)
            _check_size(image, path, max_mpixel)
            mode = _eight_bit_mode(image, path)
            icc_profile = image.info.get("icc_profile") if image.mode != "CMYK" else None
            pixels = np.asarray(ImageOps.exif_transpose(image).convert(mode))
    except BadInput:
        raise
    except FileNotFoundError as error:
        raise BadInput(f"{path}: no such file") from error
    except IsADirectoryError as error:
        raise BadInput(f"{path}: is a folder; it must be an image file") from error
    except UnidentifiedImageError as error:
        raise BadInput(f"{path}: not an image that Pillow can open") from error
    except OSError as error:
        reason = error.strerror or f"the image is damaged or cut short: {error}"
        raise BadInput(f"{path}: cannot be read ({reason})") from error
    except Exception as error:  # decoders raise many kinds of errors for damaged files
        raise BadInput(f"{path}: the image is damaged or cut short ({error})") from error
    return Picture(pixels.reshape(*pixels.shape[:2], -1), mode, icc_profile)


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


def write_picture(path: Path, picture: Picture) -> None:
    """Write ``picture`` in the format that the ending of ``path`` names.

    Raises
    ------
    BadInput
        If the format is unknown or cannot hold the picture, or the file cannot be written.
    """
    check_ending(path)
    name, options = FORMATS[path.suffix.lower()]
    if picture.mode.endswith("A") and name not in ALPHA_FORMATS:
        raise BadInput(f"{path}: {name} cannot hold transparency; use .png, .webp or .tiff")
    if picture.icc_profile:
        options = {**options, "icc_profile": picture.icc_profile}
    pixels = picture.pixels if picture.pixels.shape[2] > 1 else picture.pixels[:, :, 0]
    with whole_file(path) as file:
        try:
            Image.fromarray(pixels, picture.mode).save(file, format=name, **options)
        except (ValueError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            size = f"{pixels.shape[1]}×{pixels.shape[0]}"
            raise BadInput(
                f"{path}: {name} cannot hold a picture of {size} ({error}); use .png"
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
