"""Decoding to samples of 8 bits, or of more.

A value v of n bits becomes ⌊(w·v + ⌊m/2⌋) / m⌋ with m = 2**n - 1 and the white w of the samples:
the nearest sample.
"""

import sys
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from sw.errors import BadInput
from sw.pictures.depth import PHOTOMETRIC, WHITE_IS_ZERO, gives_8_bits, raw_mode


def eight_bit_mode(image: Image.Image, path: Path) -> str:
    """Mode, grey or RGB, with or without alpha, to which ``image`` is converted."""
    alpha = "transparency" in image.info
    match image.mode:
        case "1" | "L":
            return "LA" if alpha else "L"
        case "LA" | "La":
            return "LA"
        case "RGBA" | "RGBa" | "PA":
            # Pillow gives a grey PNG of 16 bits with alpha as RGBA.
            return "LA" if "LA;16B" in str(getattr(image, "tile", "")) else "RGBA"
        case "P" | "RGB":
            return "RGBA" if alpha else "RGB"
        case "RGBX" | "CMYK" | "YCbCr" | "LAB":
            return "RGB"
    if image.mode.startswith("I"):
        return "LA" if alpha else "L"
    raise BadInput(
        f"{path}: has colour mode {image.mode}; it must be grey, RGB, palette, CMYK, YCbCr or LAB"
    )


def decoded(image: Image.Image, file: BinaryIO, bits: int) -> Image.Image:
    """The image with 8 bits per channel, not turned upright unless it is a TIFF.

    ``image`` was just opened from ``file``, and has ``bits`` bits per channel.
    """
    if bits > 8:
        return _reduced(image, file, bits)
    packed = str(image.tile[0].args) if image.format == "PNG" and image.tile else ""
    image.load()
    # Pillow scales the grey levels of 2 or 4 bits to 8, but not the level that is transparent.
    if packed in ("L;2", "L;4") and "transparency" in image.info:
        image.info["transparency"] *= {"L;2": 85, "L;4": 17}[packed]
    return image


def scaled(values: np.ndarray, white: int, new_white: int) -> np.ndarray:
    """Values 0…``white``, shape (height, width, channels), as the nearest ones of 0…``new_white``.

    uint8 if ``new_white`` is 255, else uint16.
    """
    result = np.empty(values.shape, np.uint8 if new_white == 255 else np.uint16)
    for y, row in enumerate(values):  # numbers of 32 bits for one row at a time
        result[y] = (row.astype(np.uint32) * new_white + white // 2) // white
    return result


def deep_samples(
    image: Image.Image,
    file: BinaryIO,
    bits: int,
    white: int,
    turn: Image.Transpose | None,
) -> tuple[np.ndarray, str]:
    """Samples of a picture of more than 8 bits, and Pillow's mode of them, grey or RGB.

    Parameters
    ----------
    image : Image
        Just opened from ``file``.
    file : BinaryIO
    bits : int
        What :func:`check_depth` returned for them.
    white : int
        White of the samples.
    turn : Transpose or None
        How to turn the picture upright.
    """
    mode, values, white_of_file = _deep_values(image, file, bits)
    if mode == "RGBX":
        mode, values = "RGB", values[:, :, :3]
    if turn is not None:
        planes = [Image.fromarray(values[:, :, c]).transpose(turn) for c in range(len(mode))]
        values = np.stack([np.asarray(plane) for plane in planes], axis=2)
    return scaled(values, white_of_file, white), mode


def _reduced(image: Image.Image, file: BinaryIO, bits: int) -> Image.Image:
    """``image`` with 8 bits per channel: an image with the same ``info``, transparency applied.

    ``image`` and ``file`` are those for which :func:`check_depth` returned ``bits``.
    """
    if gives_8_bits(image):
        return image
    mode, values, white = _deep_values(image, file, bits)
    pixels = scaled(values, white, 255)
    eight = Image.fromarray(pixels if len(mode) > 1 else pixels[:, :, 0], mode)
    eight.info = {key: value for key, value in image.info.items() if key != "transparency"}
    return eight


def _deep_values(image: Image.Image, file: BinaryIO, bits: int) -> tuple[str, np.ndarray, int]:
    """Mode, values (height, width, channels) and white of a picture; transparency becomes alpha."""
    mode, white = image.mode, (1 << bits) - 1
    if image.format == "SGI":
        values = _sgi_values(image, file)
    elif mode.startswith("I"):
        mode, values = "L", np.asarray(image)
        if image.format == "PPM":
            white = 65535  # Pillow has scaled the values to 16 bits
        elif image.format == "JPEG2000":
            values = values >> (16 - bits)  # Pillow has shifted the values to 16 bits
        elif image.format == "TIFF" and image.tag_v2.get(PHOTOMETRIC) == WHITE_IS_ZERO:
            values = white - values
    else:
        mode, values = _sixteen_bits(image, file)
    image.load()
    values = values.reshape(*values.shape[:2], -1)
    if (clear := image.info.get("transparency")) is not None:
        opaque = np.any(values != clear, axis=2, keepdims=True)
        values, mode = np.concatenate([values, opaque * np.uint16(white)], axis=2), f"{mode}A"
    return mode, values, white


def _sgi_values(image: Image.Image, file: BinaryIO) -> np.ndarray:
    """The values of an SGI image that is not compressed: planes from the bottom line up."""
    width, height = image.size
    file.seek(512)
    planes = np.frombuffer(file.read(), ">u2", len(image.mode) * height * width)
    return planes.reshape(-1, height, width)[:, ::-1].transpose(1, 2, 0)


def _sixteen_bits(image: Image.Image, file: BinaryIO) -> tuple[str, np.ndarray]:
    """Mode and 16-bit values of a colour PNG or TIFF, of which Pillow gives only the high bytes.

    The file is decoded twice: Pillow takes the other bytes if the byte order is exchanged.
    """
    packed = raw_mode(image.tile[0])
    if packed == "LA;16B":
        pixels = _repacked(file, "RGBA").astype(np.uint16)
        return "LA", pixels[:, :, ::2] << 8 | pixels[:, :, 1::2]
    channels, _, order = packed.partition(";16")
    little = order == "L" or (order == "N" and sys.byteorder == "little")
    straight = channels.replace("a", "A")
    high, low = (
        _repacked(file, f"{straight};16{order}").astype(np.uint16)
        for order in ("LB" if little else "BL")
    )
    values = high << 8 | low
    if "a" in channels:  # the colours are multiplied by alpha
        alpha = values[:, :, -1:].astype(np.uint32)
        colours = np.minimum(values[:, :, :-1] * np.uint32(65535) // np.maximum(alpha, 1), 65535)
        values = np.concatenate([colours, alpha], axis=2)
    return image.mode, values


def _repacked(file: BinaryIO, packed: str) -> np.ndarray:
    """Pixels of the image in ``file``, unpacked as if packed in another way."""
    file.seek(0)
    image = Image.open(file)
    image.tile = [
        tile._replace(args=packed if isinstance(tile.args, str) else (packed, *tile.args[1:]))
        for tile in image.tile
    ]
    return np.asarray(image)
