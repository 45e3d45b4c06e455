"""The golden model of colour: which values of a picture go through the tables, bit for bit.

In the format ``rgb`` every colour goes through the tables as :func:`sw.golden.upscale` says. In the
other colour formats the luma alone does, and the chroma is interpolated, which is much cheaper::

    luma        R G B ──┬── luma ── Y ── tables ───────┐
                        └── minus Y ── interpolate ── add, clip ── R G B

    ycbcr444    Y ── tables ── Y          Cb Cr ── interpolate, clip ── Cb Cr
    ycbcr422    the same; Cb and Cr have half the columns
    grey        the tables alone

In ``luma``, a grey pixel has the differences 0, so that a grey picture becomes what the tables make
of it. A colour that is the same everywhere stays if the tables keep flat fields.

The interpolation is bicubic (Catmull and Rom, 1974), rows first, then columns. Each direction has
five constant weights for each of the r samples that a sample becomes, and rounds half to even.

Only integers are used, and the hardware in ``hw.colour`` gives the same bits. Samples have the bits
for which the upsampler is, as in :mod:`sw.golden`: uint8 for 8 bits, else uint16. In the shapes
below, r is the scale.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from math import floor

import numpy as np

from sw.golden import Progress, round_half_even, sample_count, upscale
from sw.tables.samples import check_samples, sample_dtype, white
from sw.tables.spec import Upsampler

CHANNELS = {"rgb": 3, "luma": 3, "ycbcr444": 3, "ycbcr422": 2, "grey": 1}
"""Samples of a pixel in the colour formats."""

TABLE_CHANNELS = {"rgb": 3, "luma": 1, "ycbcr444": 1, "ycbcr422": 1, "grey": 1}
"""How many numbers of a pixel go through the tables."""

FILE_FORMATS = "rgb", "luma"
"""Formats for picture files."""

LUMA_WEIGHTS = 77, 150, 29
"""Of R, G and B in Y, in 256ths: BT.601, full range."""

FRAC_BITS = 5
"""Fraction bits of the interpolation's weights."""

REACH = 2
"""Samples to either side of a sample that its interpolated samples depend on."""

ROWS = 64
"""LR lines that are interpolated at once, which bounds the memory for 32-bit numbers."""


def black(colour: str, sample_bits: int = 8) -> tuple[int, ...]:
    """The samples of a black pixel in a colour format: Cb and Cr are half of 2**sample_bits."""
    chroma = 1 << (sample_bits - 1) if colour.startswith("ycbcr") else 0
    return 0, *(chroma,) * (CHANNELS[colour] - 1)


def luma(pixels: np.ndarray) -> np.ndarray:
    """Y of R, G, B, (77 R + 150 G + 29 B + 128) >> 8: samples, shape (height, width)."""
    red, green, blue = LUMA_WEIGHTS
    wide = pixels.astype(np.uint16 if pixels.dtype == np.uint8 else np.uint32)
    total = red * wide[:, :, 0] + green * wide[:, :, 1] + blue * wide[:, :, 2] + 128
    return (total >> 8).astype(pixels.dtype)


@cache
def positions(scale: int, *, cosited: bool = False) -> tuple[Fraction, ...]:
    """Where the r samples that a sample becomes lie, in distances between samples.

    Samples lie in the middle of their pixels. If ``cosited``, as chroma in a line of 4:2:2, a
    sample lies in the middle of the first of two pixels, before and after the enlargement.
    """
    if cosited:
        return tuple(Fraction(4 * i + 1 - scale, 4 * scale) for i in range(scale))
    return tuple(Fraction(2 * i + 1 - scale, 2 * scale) for i in range(scale))


@cache
def weights(position: Fraction) -> tuple[int, ...]:
    """Weights of the samples -2…2 at ``position``, which is from -1 to 1: their sum is 32.

    They are Catmull and Rom's, of which the outer two are rounded. The inner two make the sum 32,
    and the centre of mass the position, so that a ramp stays a ramp.
    """
    first = floor(position)
    t, one = position - first, 1 << FRAC_BITS
    before = _round((-(t**3) + 2 * t**2 - t) / 2 * one)
    beyond = _round((t**3 - t**2) / 2 * one)
    right = _round(t * one) + before - 2 * beyond
    left = one - before - right - beyond
    # From the sample before `first` on; one of the samples -2 and 2 has no weight.
    return (before, left, right, beyond, 0) if first else (0, before, left, right, beyond)


def _round(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def phases(scale: int, *, cosited: bool = False) -> tuple[tuple[int, ...], ...]:
    """Weights of the samples -2…2 for each of the r samples that a sample becomes."""
    return tuple(weights(position) for position in positions(scale, cosited=cosited))


def interpolate_lines(padded: np.ndarray, kernels: Sequence[Sequence[int]]) -> np.ndarray:
    """Interpolate between lines: int32, ``len(kernels)`` lines for each line.

    ``padded`` has ``REACH`` more lines above and below, shape (height + 4, width).
    """
    height = len(padded) - 2 * REACH
    result = np.empty((height, len(kernels), padded.shape[1]), np.int32)
    for phase, kernel in enumerate(kernels):
        total = sum(
            weight * padded[tap : tap + height] for tap, weight in enumerate(kernel) if weight
        )
        result[:, phase] = round_half_even(total, FRAC_BITS)
    return result.reshape(-1, padded.shape[1])


def interpolate(
    plane: np.ndarray, scale: int, *, cosited: bool = False
) -> Iterator[tuple[slice, np.ndarray]]:
    """Enlarge ``plane``, integers of shape (height, width), a few lines at a time.

    Rows come first, then columns, and edges are repeated. ``cosited`` is about columns alone.

    Yields
    ------
    lines : slice
        HR lines.
    values : ndarray of int32, shape (lines, r·width)
        They may lie outside of the range of ``plane``.
    """
    rows, columns = phases(scale), phases(scale, cosited=cosited)
    padded = np.pad(plane.astype(np.int32), REACH, mode="edge")
    for y in range(0, len(plane), ROWS):
        tall = interpolate_lines(padded[y : y + ROWS + 2 * REACH], rows)
        values = interpolate_lines(tall.T, columns).T
        yield slice(scale * y, scale * y + len(values)), values


def clip(values: np.ndarray, sample_bits: int = 8) -> np.ndarray:
    """Clip integers to 0…white: samples, same shape."""
    return np.clip(values, 0, white(sample_bits)).astype(sample_dtype(sample_bits))


def _check(image: np.ndarray, channels: int, sample_bits: int) -> None:
    fits = image.ndim == 3 and image.shape[2] == channels
    check_samples(image, sample_bits, f"(height, width, {channels})", fits=fits)


def upscale_luma(
    image: np.ndarray, upsampler: Upsampler, progress: Progress | None = None
) -> np.ndarray:
    """Enlarge R, G, B in the format ``luma``: (height, width, 3) to (r·height, r·width, 3).

    ``progress`` counts the samples of Y.

    Raises
    ------
    ValueError
        If ``image`` has another dtype or shape, no pixels, or a sample above white.
    """
    bits = upsampler.sample_bits
    _check(image, 3, bits)
    low = luma(image)
    high = upscale(low, upsampler, progress)
    result = np.empty((*high.shape, 3), high.dtype)
    for c in range(3):
        difference = image[:, :, c].astype(np.int16) - low.astype(np.int16)
        for lines, values in interpolate(difference, upsampler.scale):
            result[lines, :, c] = clip(high[lines] + values, bits)
    return result


def upscale_ycbcr444(
    image: np.ndarray, upsampler: Upsampler, progress: Progress | None = None
) -> np.ndarray:
    """Enlarge Y, Cb, Cr: samples, (height, width, 3) to (r·height, r·width, 3).

    ``progress`` counts the samples of Y.

    Raises
    ------
    ValueError
        If ``image`` has another dtype or shape, no pixels, or a sample above white.
    """
    bits = upsampler.sample_bits
    _check(image, 3, bits)
    high = upscale(image[:, :, 0], upsampler, progress)
    result = np.empty((*high.shape, 3), high.dtype)
    result[:, :, 0] = high
    for c in (1, 2):
        for lines, values in interpolate(image[:, :, c], upsampler.scale):
            result[lines, :, c] = clip(values, bits)
    return result


def upscale_ycbcr422(
    image: np.ndarray, upsampler: Upsampler, progress: Progress | None = None
) -> np.ndarray:
    """Enlarge 4:2:2: samples, shape (height, width, 2) to (r·height, r·width, 2).

    The components of a pixel are Y, and Cb in even columns or Cr in odd ones; both belong to the
    place of the even column. ``progress`` counts the samples of Y.

    Raises
    ------
    ValueError
        As :func:`upscale_luma` raises it, or if the width is odd.
    """
    bits = upsampler.sample_bits
    _check(image, 2, bits)
    if image.shape[1] % 2:
        raise ValueError(f"image has a width of {image.shape[1]}; it must be even in 4:2:2")
    high = upscale(image[:, :, 0], upsampler, progress)
    result = np.empty((*high.shape, 2), high.dtype)
    result[:, :, 0] = high
    for c in (0, 1):
        for lines, values in interpolate(image[:, c::2, 1], upsampler.scale, cosited=True):
            result[lines, c::2, 1] = clip(values, bits)
    return result


def upscale_format(
    image: np.ndarray, upsampler: Upsampler, colour: str, progress: Progress | None = None
) -> np.ndarray:
    """Enlarge a frame of the format ``colour``, a key of ``CHANNELS``.

    Samples, shape (height, width, channels) to (r·height, r·width, channels).

    Raises
    ------
    ValueError
        As the function for the format does.
    """
    _check(image, CHANNELS[colour], upsampler.sample_bits)
    enlarge = {
        "luma": upscale_luma,
        "ycbcr444": upscale_ycbcr444,
        "ycbcr422": upscale_ycbcr422,
    }.get(colour, upscale)
    return enlarge(image, upsampler, progress)


def repeat_format(image: np.ndarray, scale: int, colour: str) -> np.ndarray:
    """Enlarge a frame of the format ``colour`` by repetition of its numbers, the nearest neighbour.

    Shape (height, width, channels) to (r·height, r·width, channels). The core's bypass does this.
    """
    tall = np.repeat(image, scale, axis=0)
    result = np.repeat(tall, scale, axis=1)
    if colour == "ycbcr422":
        for c in (0, 1):
            result[:, c::2, 1] = np.repeat(tall[:, c::2, 1], scale, axis=1)
    return result


def upscale_channels(
    image: np.ndarray,
    upsamplers: Sequence[Upsampler],
    colour: str = "rgb",
    progress: Progress | None = None,
) -> np.ndarray:
    """Enlarge the pixels of a file, samples of shape (height, width, channels).

    Parameters
    ----------
    image : ndarray of samples, shape (height, width, 1 to 4)
        Grey, grey and alpha, R G B, or R G B and alpha. Grey and alpha go through the tables.
    upsamplers : sequence of Upsampler
        One, or three for R, G and B. Of three, grey and alpha use the second one, that of green.
    colour : str
        ``"rgb"``, or ``"luma"`` with one upsampler.
    progress : callable, optional
        Its numbers add up to :func:`channel_samples`.
    """
    channels = image.shape[2]
    if colour == "luma" and channels >= 3:
        colours = upscale_luma(image[:, :, :3], upsamplers[0], progress)
        if channels == 3:
            return colours
        alpha = upscale(image[:, :, 3:], upsamplers[0], progress)
        return np.concatenate([colours, alpha], axis=2)
    if len(upsamplers) == 1:
        return upscale(image, upsamplers[0], progress)
    green = upsamplers[1]
    chosen = [*upsamplers, green] if channels >= 3 else [green] * channels
    planes = [upscale(image[:, :, c : c + 1], chosen[c], progress) for c in range(channels)]
    return np.concatenate(planes, axis=2)


def channel_samples(upsampler: Upsampler, image: np.ndarray, colour: str = "rgb") -> int:
    """Samples that the stages of ``upsampler`` read in :func:`upscale_channels`."""
    colours = image.shape[2] - 2 if colour == "luma" and image.shape[2] >= 3 else image.shape[2]
    return colours * sample_count(upsampler, image[:, :, 0])
