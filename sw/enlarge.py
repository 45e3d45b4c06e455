"""Enlargement of a whole picture with tables: colours, transparency, and the memory it takes.

How transparency is enlarged:

- An alpha channel with the same value everywhere keeps that value exactly. The colours are enlarged
  as if there were no alpha, also where the value is 0.
- Otherwise the colours are multiplied by alpha before they are enlarged, so that the colour of a
  fully transparent pixel has no effect: p = ⌊(c·a + 127) / 255⌋. Colours p and alpha a are enlarged
  with the tables. Then the colours are divided by the enlarged alpha:
  c = min(255, ⌊(255·p + ⌊a/2⌋) / a⌋), or 0 where a = 0.
- Where all pixels in reach of the tables have the same alpha, the enlarged alpha is that value
  exactly. So opaque areas stay opaque, and have the colours of the picture without alpha.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.ndimage import maximum_filter, minimum_filter

from sw.errors import BadInput
from sw.golden import Progress, sample_count, upscale_channels
from sw.pictures.images import Header, Picture
from sw.tables.spec import Upsampler


def reach(upsampler: Upsampler) -> int:
    """Largest distance in LR pixels, on an axis, from a pixel to one that its HR pixels depend on.

    A stage's reach counts in pixels of the map that it reads, so it is divided by the scale of the
    stages before it.
    """
    pixels = 0
    for stage in reversed(upsampler.stages):
        pixels = -(-pixels // stage.scale) + stage.reach
    return pixels


def enlarge(
    picture: Picture, upsamplers: Sequence[Upsampler], progress: Progress | None = None
) -> Picture:
    """Enlarge ``picture``: colours and transparency as the module describes.

    Parameters
    ----------
    picture : Picture
    upsamplers : sequence of Upsampler
        One for all channels, or three for R, G and B. Of three, grey and alpha use that of green.
    progress : callable, optional
        Its numbers add up to ``sample_count(upsampler, picture.pixels)``.
    """
    pixels, mode = picture.pixels, picture.mode
    if not mode.endswith("A"):
        return replace(picture, pixels=upscale_channels(pixels, upsamplers, progress))
    scale = upsamplers[0].scale
    alpha = pixels[:, :, -1:]
    if alpha.min() == alpha.max():
        colours = upscale_channels(pixels[:, :, :-1], upsamplers, progress)
        if progress:
            progress(sample_count(upsamplers[0], alpha))
        opacity = np.full((*colours.shape[:2], 1), alpha[0, 0, 0])
        return replace(picture, pixels=np.concatenate([colours, opacity], axis=2))
    enlarged = upscale_channels(premultiply(pixels), upsamplers, progress)
    size = 2 * max(reach(upsampler) for upsampler in upsamplers) + 1
    plane = alpha[:, :, 0]
    flat = minimum_filter(plane, size) == maximum_filter(plane, size)
    enlarged[:, :, -1] = np.where(
        flat.repeat(scale, 0).repeat(scale, 1),
        plane.repeat(scale, 0).repeat(scale, 1),
        enlarged[:, :, -1],
    )
    return replace(picture, pixels=divide(enlarged))


def premultiply(pixels: np.ndarray) -> np.ndarray:
    """Multiply the colours by the last channel, alpha: uint8, same shape; 255 is opaque."""
    alpha = pixels[:, :, -1:].astype(np.uint16)
    colours = (pixels[:, :, :-1] * alpha + 127) // 255
    return np.concatenate([colours.astype(np.uint8), pixels[:, :, -1:]], axis=2)


def divide(pixels: np.ndarray) -> np.ndarray:
    """Divide the colours by the last channel, alpha, and clip them to 255: uint8, same shape."""
    alpha = pixels[:, :, -1:].astype(np.uint16)
    colours = (pixels[:, :, :-1] * np.uint16(255) + alpha // 2) // np.maximum(alpha, 1)
    colours = np.where(alpha, np.minimum(colours, 255), 0)
    return np.concatenate([colours.astype(np.uint8), pixels[:, :, -1:]], axis=2)


@contextmanager
def memory_errors(path: Path) -> Iterator[None]:
    """Turn a MemoryError of the block into BadInput that names ``path``."""
    try:
        yield
    except MemoryError as error:
        raise BadInput(
            f"{path}: there is not enough memory to enlarge it; cut it into parts or close other "
            "programs"
        ) from error


def memory_estimate(upsamplers: Sequence[Upsampler], height: int, width: int, channels: int) -> int:
    """Bytes that reading, enlarging and writing a picture takes at its peak.

    Parameters
    ----------
    upsamplers : sequence of Upsampler
        One for all channels, or three for R, G and B.
    height, width, channels : int
        Of the picture before it is enlarged.
    """
    return height * width * channels * (16 + 4 * upsamplers[0].scale ** 2)


def check_memory(
    path: Path, upsamplers: Sequence[Upsampler], header: Header, processes: int = 1
) -> None:
    """Make sure, before the work, that the memory suffices to enlarge the picture in ``path``.

    ``processes`` is the number of pictures that are enlarged at the same time. Where a system does
    not say how much memory is free, nothing is checked.

    Raises
    ------
    BadInput
        If more memory is needed than is free.
    """
