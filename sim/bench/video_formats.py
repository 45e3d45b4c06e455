"""Pictures as frames of the core's colour formats, and back."""

import numpy as np
from PIL import Image

from sw.errors import BadInput
from sw.tables.samples import sample_dtype, white

TO_YCBCR = np.array(
    [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]]
)
"""Y, Cb and Cr of JPEG from R, G, B: BT.601, full range."""


def to_frame(pixels: np.ndarray, colour: str, name: object, sample_bits: int = 8) -> np.ndarray:
    """A frame of the format ``colour`` from grey or RGB pixels, samples (height, width, 1 or 3).

    YCbCr is that of JPEG: BT.601, full range. In ``ycbcr422`` the chroma of the even columns stays.

    Parameters
    ----------
    pixels : ndarray of samples
    colour : str
        A key of :data:`sw.pictures.colour_formats.CHANNELS`.
    name : object
        Begins the message if the picture does not fit the format.
    sample_bits : int
        Bits of a sample.

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
        chroma = np.full_like(pixels, 1 << (sample_bits - 1)).repeat(2, axis=2)
        full = np.concatenate([pixels, chroma], axis=2)
    elif sample_bits > 8:
        half = 1 << (sample_bits - 1)
        full = _samples(pixels @ TO_YCBCR.T + (0, half, half), sample_bits)
    else:
        full = np.asarray(Image.fromarray(pixels).convert("YCbCr"))
    if colour == "ycbcr444":
        return full
    frame = full[:, :, :2].copy()
    frame[:, 1::2, 1] = full[:, ::2, 2]
    return frame


def _samples(values: np.ndarray, sample_bits: int) -> np.ndarray:
    """The nearest samples."""
    rounded = np.clip(np.rint(values), 0, white(sample_bits))
    return rounded.astype(sample_dtype(sample_bits))


def to_picture(frame: np.ndarray, colour: str, sample_bits: int = 8) -> tuple[np.ndarray, str]:
    """Pixels and Pillow mode, L or RGB, of a frame; in ``ycbcr422`` two columns share a chroma."""
    if colour == "grey":
        return frame, "L"
    if colour == "ycbcr422":
        y, cb, cr = frame[:, :, 0], frame[:, ::2, 1], frame[:, 1::2, 1]
        frame = np.stack([y, cb.repeat(2, axis=1), cr.repeat(2, axis=1)], axis=2)
    if colour.startswith("ycbcr") and sample_bits > 8:
        half = 1 << (sample_bits - 1)
        frame = _samples((frame - (0.0, half, half)) @ np.linalg.inv(TO_YCBCR).T, sample_bits)
    elif colour.startswith("ycbcr"):
        frame = np.asarray(Image.fromarray(frame, "YCbCr").convert("RGB"))
    return frame, "RGB"
