"""Pictures in and out: any file Pillow opens, as uint8 arrays with what must be carried along."""

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from sw.errors import BadInput
from sw.output import whole_file

MAX_MPIXEL = 100
"""Megapixels a picture may have unless the user allows more."""

# Our own limit comes with a sentence on how to raise it; Pillow's would come first.
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
"""Endings that can be written: those that keep every pixel, and JPEG because people want it."""

ALPHA_FORMATS = ("PNG", "WEBP", "TIFF")


@dataclass(frozen=True)
class Picture:
    """A picture as the golden model takes it.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, channels)
        1 to 4 channels.
    mode : str
        Pillow's name for them: ``"L"``, ``"LA"``, ``"RGB"`` or ``"RGBA"``.
    icc_profile : bytes or None
        Colour profile of the file; upsampling does not change what the values mean.
    """

    pixels: np.ndarray
    mode: str
    icc_profile: bytes | None = None


def colours(picture: Picture) -> np.ndarray:
    """Pixels of ``picture`` without alpha: uint8, shape (height, width, 1 or 3)."""
    return picture.pixels[:, :, : len(picture.mode.removesuffix("A"))]


def _eight_bit_mode(image: Image.Image, path: Path) -> str:
    """Mode of 8-bit grey or RGB, with or without alpha, that holds all that ``image`` shows."""
    # Pillow cuts deep colour to 8 bits without a word; only the decoder's raw mode tells.
    deep = any(";16" in str(tile.args) for tile in getattr(image, "tile", ()))
    if deep or image.mode.startswith(("I", "F")):
        raise BadInput(
            f"{path}: has more than 8 bits per channel; 8 are accepted: reduce it first, with "
            f"rounding or dithering as you like"
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
        f"{path}: colour mode {image.mode} is not supported; grey, RGB, palette, CMYK and YCbCr are"
    )


def _check_size(image: Image.Image, path: Path, max_mpixel: float) -> None:
    width, height = image.size
    if not width or not height:
        raise BadInput(f"{path}: has no pixels ({width}×{height}); at least 1×1 is accepted")
    if width * height > max_mpixel * 1e6:
        raise BadInput(
            f"{path}: {width}×{height} is {width * height / 1e6:.1f} Mpixel, over the limit of "
            f"{max_mpixel:g}; --max-mpixel N raises it"
        )
    if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
        raise BadInput(
            f"{path}: holds {image.n_frames} pictures; a file with one is accepted: split it first"
        )


def read_picture(path: Path, max_mpixel: float = MAX_MPIXEL) -> Picture:
    """Read ``path`` upright (EXIF orientation applied).

    Palettes, black-and-white, CMYK and YCbCr become grey or RGB; transparency of any kind becomes
    an alpha channel, which is upsampled like a colour.

    Raises
    ------
    BadInput
        If the file is missing, no image, damaged, empty, of more than ``max_mpixel`` million
        pixels, of more than 8 bits per channel, or an animation.
    """
    try:
        # A damaged file may warn before it fails; its one sentence is the error.
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
        raise BadInput(f"{path}: is a folder; an image file is accepted") from error
    except UnidentifiedImageError as error:
        raise BadInput(f"{path}: not an image that Pillow can open") from error
    except OSError as error:
        reason = error.strerror or f"the image is damaged or cut short: {error}"
        raise BadInput(f"{path}: cannot be read ({reason})") from error
    except Exception as error:  # decoders fail with whatever their parsers stumble on
        raise BadInput(f"{path}: the image is damaged or cut short ({error})") from error
    return Picture(pixels.reshape(*pixels.shape[:2], -1), mode, icc_profile)


def check_ending(path: Path) -> None:
    """Make sure that a picture of ``path``'s ending can be written.

    Raises
    ------
    BadInput
        If it cannot.
    """
    if path.suffix.lower() not in FORMATS:
        ending = f"ending {path.suffix}" if path.suffix else "a name without an ending"
        raise BadInput(f"{path}: cannot write {ending}; {', '.join(FORMATS)} are accepted")


def write_picture(path: Path, picture: Picture) -> None:
    """Write ``picture`` in the format of ``path``'s ending.

    Raises
    ------
    BadInput
        If the format is unknown or cannot hold the picture, or the file cannot be written.
    """
    check_ending(path)
    name, options = FORMATS[path.suffix.lower()]
    if picture.mode.endswith("A") and name not in ALPHA_FORMATS:
        raise BadInput(f"{path}: {name} cannot hold transparency; .png, .webp and .tiff can")
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
                f"{path}: {name} cannot hold a picture of {size} ({error}); .png can"
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
