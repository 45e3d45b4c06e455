"""Enlargement of a whole picture with tables: colours, transparency, and the memory it takes.

How transparency is enlarged:

- An alpha channel with the same value everywhere keeps that value exactly. The colours are enlarged
  as if there were no alpha, also where the value is 0.
- Otherwise the colours are multiplied by alpha before they are enlarged, so that the colour of a
  fully transparent pixel has no effect. Colours and alpha are enlarged with the tables. Then the
  colours are divided by the enlarged alpha. :mod:`sw.pictures.transparency` has the formulas.
- Where all pixels in reach of the tables have the same alpha, the enlarged alpha is that value
  exactly. So opaque areas stay opaque, and have the colours of the picture without alpha.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sw.errors import BadInput
from sw.golden import Progress, sample_count, upscale_channels
from sw.pictures.free_memory import free_addresses, free_memory, resident_memory
from sw.pictures.images import Header, Picture
from sw.pictures.metadata import enlarged
from sw.pictures.transparency import divide, premultiply
from sw.tables.spec import Upsampler


def enlarge(
    picture: Picture, upsamplers: Sequence[Upsampler], progress: Progress | None = None
) -> Picture:
    """Enlarge ``picture``: colours and transparency as the module describes.

    The resolution of the metadata grows with the picture.

    Parameters
    ----------
    picture : Picture
    upsamplers : sequence of Upsampler
        One for all channels, or three for R, G and B. Of three, grey and alpha use that of green.
    progress : callable, optional
        Its numbers add up to ``sample_count(upsampler, picture.pixels)``.
    """
    metadata = enlarged(picture.metadata, upsamplers[0].scale)
    pixels = picture.pixels
    if not picture.mode.endswith("A"):
        large = upscale_channels(pixels, upsamplers, progress)
    elif pixels[:, :, -1].min() == pixels[:, :, -1].max():
        large = _with_constant_alpha(pixels, upsamplers, progress)
    else:
        large = upscale_channels(premultiply(pixels), upsamplers, progress)
        _keep_flat_alpha(large, pixels[:, :, -1], upsamplers)
        divide(large)
    return replace(picture, pixels=large, metadata=metadata)


def _with_constant_alpha(
    pixels: np.ndarray, upsamplers: Sequence[Upsampler], progress: Progress | None
) -> np.ndarray:
    """Enlarge the colours of ``pixels`` and add its alpha, which is the same everywhere."""
    colours = upscale_channels(pixels[:, :, :-1], upsamplers, progress)
    if progress:
        progress(sample_count(upsamplers[0], pixels[:, :, -1]))
    large = np.empty((*colours.shape[:2], pixels.shape[2]), np.uint8)
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


PROCESS = 46 << 20
"""Bytes of a process before it reads a picture: the interpreter, the libraries, the tables."""


def memory_estimate(upsamplers: Sequence[Upsampler], height: int, width: int, channels: int) -> int:
    """Bytes that a process takes at its peak to read, enlarge and write a picture, as a PNG.

    Parameters
    ----------
    upsamplers : sequence of Upsampler
        One for all channels, or three for R, G and B.
    height, width, channels : int
        Of the picture before it is enlarged.
    """
    low, scale = height * width, upsamplers[0].scale
    high = low * scale**2
    in_pillow = 1 if channels == 1 else 4  # bytes per pixel
    reading = low * (2 * in_pillow + channels)
    at_once = channels if len(upsamplers) == 1 else 1
    enlarging = max(_maps_bytes(upsampler, low, at_once) for upsampler in upsamplers)
    enlarging += low * channels
    if len(upsamplers) > 1:
        enlarging = max(enlarging + high * (channels - 1), 2 * high * channels)
    copied = 4 if channels in (2, 3) else 0  # Pillow uses the array of the others itself
    if channels in (2, 4):
        enlarging = max(enlarging + low * channels, high * (2 * channels - 1))
    writing = low * channels + high * (channels + copied)
    return PROCESS + max(reading, enlarging, writing)


def _maps_bytes(upsampler: Upsampler, low: int, channels: int) -> int:
    """Bytes of the maps that a stage of ``upsampler`` reads and writes, at most.

    ``low`` is the number of LR pixels. While a channel is worked on, the maps that the stage reads
    are there a second time with their padding, and a third time when the next channel begins.
    """
    most, area, maps = 0, low, 1
    for stage in upsampler.stages:
        written = area * stage.scale**2 * len(stage.maps) * channels
        most = max(most, area * maps * (channels + min(channels, 2)) + written)
        area, maps = area * stage.scale**2, stage.maps_out
    return most


_first_free = cache(free_memory)


def check_memory(
    path: Path, upsamplers: Sequence[Upsampler], header: Header, processes: int = 1
) -> None:
    """Make sure, before the work, that the memory suffices to enlarge the picture in ``path``.

    Where the system does not say how much memory is free, nothing is checked.

    Parameters
    ----------
    path : Path
        Named if the memory does not suffice.
    upsamplers : sequence of Upsampler
    header : Header
        Of the picture.
    processes : int
        How many pictures are enlarged at the same time. Each may take its share of the memory that
        was free when this process called the function first: what the others have taken since then
        must not count a second time.

    Raises
    ------
    BadInput
        If more memory is needed than is free.
    """
    channels = len(header.mode)
    needed = memory_estimate(upsamplers, header.height, header.width, channels)
    needed = max(0, needed - resident_memory())
    free = free_memory() if processes == 1 else _first_free()
    shares = [] if free is None else [free // processes]
    addresses = free_addresses()
    shares += [] if addresses is None else [addresses]
    if shares and needed > min(shares):
        remedy = "cut it into parts or close other programs"
        if processes > 1:
            remedy = "cut it into parts, or enlarge fewer pictures at the same time (--jobs)"
        raise BadInput(
            f"{path}: enlarging {header.width}×{header.height} takes {needed / 2**30:.1f} GiB of "
            f"memory, but only {min(shares) / 2**30:.1f} GiB are free; {remedy}"
        )
