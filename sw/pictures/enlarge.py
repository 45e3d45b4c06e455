"""Enlargement of a whole picture with tables: colours and transparency.

How transparency is enlarged:

- An alpha channel with the same value everywhere keeps that value exactly. The colours are enlarged
  as if there were no alpha, also where the value is 0.
- Otherwise the colours are multiplied by alpha before they are enlarged, so that the colour of a
  fully transparent pixel has no effect. Colours and alpha are enlarged with the tables. Then the
  colours are divided by the enlarged alpha: :func:`premultiply` and :func:`divide`.
- Where all pixels in reach of the tables have the same alpha, the enlarged alpha is that value
  exactly. So opaque areas stay opaque, and have the colours of the picture without alpha.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sw.golden import Progress, sample_count
from sw.pictures.colour_formats import upscale_channels
from sw.pictures.images import Picture
from sw.pictures.metadata import enlarged
from sw.tables.samples import white
from sw.tables.spec import Upsampler

ROWS = 64
"""Rows that are converted at once, which bounds the memory for 16-bit numbers."""


def enlarge(
    picture: Picture,
    upsamplers: Sequence[Upsampler],
    colour: str = "rgb",
    progress: Progress | None = None,
) -> Picture:
    """Enlarge ``picture``: colours and transparency as the module describes.

    The resolution of the metadata grows with the picture.

    Parameters
    ----------
    picture : Picture
    upsamplers : sequence of Upsampler
        For samples of the picture's bits. One for all channels, or three for R, G and B. Of three,
        grey and alpha use that of green.
    colour : str
        ``"rgb"``, or ``"luma"`` with one upsampler: see :mod:`sw.pictures.colour_formats`.
    progress : callable, optional
        Its numbers add up to :func:`sw.pictures.colour_formats.channel_samples`.
    """
    metadata = enlarged(picture.metadata, upsamplers[0].scale)
    pixels, most = picture.pixels, white(picture.sample_bits)
    if not picture.mode.endswith("A"):
        large = upscale_channels(pixels, upsamplers, colour, progress)
    elif pixels[:, :, -1].min() == pixels[:, :, -1].max():
        large = _with_constant_alpha(pixels, upsamplers, colour, progress)
    else:
        large = upscale_channels(premultiply(pixels, most), upsamplers, colour, progress)
        _keep_flat_alpha(large, pixels[:, :, -1], upsamplers)
        divide(large, most)
    return replace(picture, pixels=large, metadata=metadata)


def _with_constant_alpha(
    pixels: np.ndarray, upsamplers: Sequence[Upsampler], colour: str, progress: Progress | None
) -> np.ndarray:
    """Enlarge the colours of ``pixels`` and add its alpha, which is the same everywhere."""
    colours = upscale_channels(pixels[:, :, :-1], upsamplers, colour, progress)
    if progress:
        progress(sample_count(upsamplers[0], pixels[:, :, -1]))
    large = np.empty((*colours.shape[:2], pixels.shape[2]), pixels.dtype)
    large[:, :, :-1], large[:, :, -1] = colours, pixels[0, 0, -1]
    return large


def _keep_flat_alpha(large: np.ndarray, alpha: np.ndarray, upsamplers: Sequence[Upsampler]) -> None:
    """Set alpha in ``large`` to that of the LR picture, where that is flat within reach."""
    distance = max(upsampler.reach for upsampler in upsamplers)
    low = high = np.pad(alpha, distance, mode="edge")
    for axis in (0, 1):
        low = sliding_window_view(low, 2 * distance + 1, axis).min(axis=-1)
        high = sliding_window_view(high, 2 * distance + 1, axis).max(axis=-1)
    flat = low == high
    levels, scale = alpha[flat], upsamplers[0].scale
    for y in range(scale):
        for x in range(scale):
            large[y::scale, x::scale, -1][flat] = levels


def premultiply(pixels: np.ndarray, most: int = 255) -> np.ndarray:
    """Multiply the colours by alpha, the last channel: ⌊(c·a + ⌊w/2⌋) / w⌋, in a new array.

    ``most`` is w, the white of the samples.
    """
    result, wide = np.empty_like(pixels), _wide(most)
    for y in range(0, len(pixels), ROWS):
        rows = pixels[y : y + ROWS]
        alpha = rows[:, :, -1:].astype(wide)
        result[y : y + ROWS, :, :-1] = (rows[:, :, :-1] * alpha + most // 2) // most
        result[y : y + ROWS, :, -1:] = alpha
    return result


def divide(pixels: np.ndarray, most: int = 255) -> None:
    """Divide the colours by alpha in place: min(w, ⌊(w·c + ⌊a/2⌋) / a⌋), or 0 if a is 0.

    ``most`` is w, the white of the samples.
    """
    wide = _wide(most)
    for y in range(0, len(pixels), ROWS):
        rows = pixels[y : y + ROWS]
        alpha = rows[:, :, -1:].astype(wide)
        colours = (rows[:, :, :-1] * wide(most) + alpha // 2) // np.maximum(alpha, 1)
        rows[:, :, :-1] = np.where(alpha, np.minimum(colours, most), 0)


def _wide(most: int) -> type:
    """The type that holds products of two samples."""
    return np.uint16 if most == 255 else np.uint32
