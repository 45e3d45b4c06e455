"""Pictures as frames of the core's colour formats, and back."""

import numpy as np
from PIL import Image

from sw.errors import BadInput


def to_frame(pixels: np.ndarray, colour: str, name: object) -> np.ndarray:
    """A frame of the format ``colour`` from grey or RGB pixels, uint8 (height, width, 1 or 3).

    YCbCr is that of JPEG: BT.601, full range. In ``ycbcr422`` the chroma of the even columns stays.

    Parameters
    ----------
    pixels : ndarray of uint8
    colour : str
        A key of :data:`sw.pictures.colour_formats.CHANNELS`.
    name : object
        Begins the message if the picture does not fit the format.

    Raises
    ------
    BadInput
        If the picture has colours and the format has not, or its width is odd in ``ycbcr422``.
    """
    if colour == "grey":
        if pixels.shape[2] == 3:
            raise BadInput(f"{name}: has colours; with --colour grey it must be grey")
        return pixels
    is_grey = pixels.shape[2] == 1
    if colour in ("rgb", "luma"):
        return pixels.repeat(3, axis=2) if is_grey else pixels
    if colour == "ycbcr422" and pixels.shape[1] % 2:
        raise BadInput(
            f"{name}: is {pixels.shape[1]} pixels wide; with --colour ycbcr422 the width must be "
            "even"
        )
    if is_grey:
        full = np.concatenate([pixels, np.full_like(pixels, 128).repeat(2, axis=2)], axis=2)
    else:
        full = np.asarray(Image.fromarray(pixels).convert("YCbCr"))
    if colour == "ycbcr444":
        return full
    frame = full[:, :, :2].copy()
    frame[:, 1::2, 1] = full[:, ::2, 2]
    return frame


def to_picture(frame: np.ndarray, colour: str) -> tuple[np.ndarray, str]:
    """Pixels and Pillow mode, L or RGB, of a frame; in ``ycbcr422`` two columns share a chroma."""
    if colour == "grey":
        return frame, "L"
    if colour == "ycbcr422":
        y, cb, cr = frame[:, :, 0], frame[:, ::2, 1], frame[:, 1::2, 1]
        frame = np.stack([y, cb.repeat(2, axis=1), cr.repeat(2, axis=1)], axis=2)
    if colour.startswith("ycbcr"):
        frame = np.asarray(Image.fromarray(frame, "YCbCr").convert("RGB"))
    return frame, "RGB"
