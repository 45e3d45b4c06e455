"""The memory that it takes to enlarge a picture, compared before the work with what is free."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sw.errors import BadInput
from sw.pictures.free_memory import free_addresses, free_memory, resident_memory
from sw.pictures.images import Header
from sw.tables.samples import sample_dtype
from sw.tables.spec import Upsampler

# Peaks of memory, measured with Pillow 13.0. The tests measure them again.

PROCESS = 46 << 20
"""Bytes of a process before it reads a picture: the interpreter, the libraries, the tables."""

READING = 8
"""Bytes for each sample while a picture is decoded, at most: from WebP, JPEG 2000 or 16 bits."""

WEBP = 39
"""Bytes for each pixel in the encoder of WebP, for noise; a flat picture takes 8."""


DEEP_READING = 14
"""Bytes for each sample while a picture is decoded to samples of more than 8 bits, at most."""

DEEP_WRITING = {"PNG": 6, "TIFF": 4}
"""Bytes for each sample of the result beside the result itself, while 16 bits are written."""


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


def memory_estimate(
    upsamplers: Sequence[Upsampler],
    height: int,
    width: int,
    channels: int,
    name: str,
    colour: str = "rgb",
) -> int:
    """Bytes that a process takes at its peak to read, enlarge and write a picture.

    Parameters
    ----------
    upsamplers : sequence of Upsampler
        One for all channels, or three for R, G and B.
    height, width, channels : int
        Of the picture before it is enlarged.
    name : str
        Pillow's name of the format that is written.
    colour : str
        ``"rgb"`` or ``"luma"``.
    """
    low, scale = height * width, upsamplers[0].scale
    high = low * scale**2
    bits = upsamplers[0].sample_bits
    size = sample_dtype(bits).itemsize
    reading = low * channels * (READING if bits == 8 else DEEP_READING)
    luma = colour == "luma" and channels >= 3
    at_once = channels if len(upsamplers) == 1 and not luma else 1
    enlarging = max(_maps_bytes(upsampler, low, at_once) for upsampler in upsamplers)
    enlarging += low * channels
    if len(upsamplers) > 1:
        enlarging = max(enlarging + high * (channels - 1), 2 * high * channels)
    if luma:
        # Y and the colours; then the colours and alpha, apart and together.
        enlarging = max(enlarging, low * channels + high * (4 if channels == 3 else 8))
    # Bytes per pixel; where no other arrangement is needed, Pillow uses the array itself.
    copied = 4 if channels in (2, 3) or (channels, name) == (1, "WEBP") else 0
    copied += WEBP if name == "WEBP" else 0
    if channels in (2, 4):
        enlarging = max(enlarging + low * channels, high * (2 * channels - 1))
    if bits > 8:
        copied = channels * DEEP_WRITING[name]
    writing = size * low * channels + high * (size * channels + copied)
    return PROCESS + max(reading, size * enlarging, writing)


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
    path: Path,
    upsamplers: Sequence[Upsampler],
    header: Header,
    name: str,
    colour: str = "rgb",
    processes: int = 1,
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
    name : str
        Pillow's name of the format that is written.
    colour : str
        ``"rgb"`` or ``"luma"``.
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
    needed = memory_estimate(upsamplers, header.height, header.width, channels, name, colour)
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
