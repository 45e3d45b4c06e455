"""Bicubic resizing in the convention of MATLAB's ``imresize``, which the literature uses.

The kernel is Keys' cubic with a = -1/2. For a reduction it is stretched by the ratio
(antialiasing). The border is mirrored, the edge pixel included. Rows are resized first, then
columns, and the values are rounded to 8 bits after each of the two passes. The weights are exact
fractions over a common denominator and the sums are integers, so the result is the same on every
machine. A tie rounds up, as in MATLAB's ``uint8``.
"""

from fractions import Fraction
from math import ceil, floor, lcm

import numpy as np

from sw.errors import BadInput


def keys(x: Fraction) -> Fraction:
    """Cubic convolution kernel (Keys 1981) with a = -1/2, at ``x`` pixels from its centre."""
    x = abs(x)
    if x <= 1:
        return Fraction(3, 2) * x**3 - Fraction(5, 2) * x**2 + 1
    if x <= 2:
        return Fraction(-1, 2) * x**3 + Fraction(5, 2) * x**2 - 4 * x + 2
    return Fraction(0)


def phase_weights(ratio: Fraction, phase: int) -> tuple[int, list[Fraction]]:
    """Number of the first input pixel, and weights, of output pixel ``phase``; they sum to 1."""
    stretch = min(ratio, Fraction(1))
    half_width = 2 / stretch
    # Centre of the output pixel in input pixels; input pixel 0 has its centre at 0.
    centre = (phase + Fraction(1, 2)) / ratio - Fraction(1, 2)
    first, last = ceil(centre - half_width), floor(centre + half_width)
    taps = [keys((centre - k) * stretch) for k in range(first, last + 1)]
    total = sum(taps)
    return first, [tap / total for tap in taps]


def resize_rows(image: np.ndarray, ratio: Fraction) -> np.ndarray:
    """Resize the first axis of ``image`` to ceil(height × ratio) rows: uint8."""
    height, period, step = image.shape[0], ratio.numerator, ratio.denominator
    phases = [phase_weights(ratio, phase) for phase in range(period)]
    denominator = lcm(*(w.denominator for _, weights in phases for w in weights))
    # Sums stay below 3 · 255 · denominator, which needs more than 32 bits for ratios like 9/10.
    if denominator > 2**53:
        raise BadInput(
            f"a ratio of {ratio} is too fine; its numerator and denominator must be smaller"
        )
    exact = np.int32 if denominator < 2**21 else np.int64
    wide = image.astype(exact)
    out = np.empty((ceil(height * ratio), *image.shape[1:]), np.uint8)
    for phase, (first, weights) in enumerate(phases):
        start = first + step * np.arange(len(out[phase::period]))
        # Everything counts twice, so that the half that rounding adds is a whole number.
        total = np.full(out[phase::period].shape, denominator, exact)
        for k, weight in enumerate(weights):
            row = (start + k) % (2 * height)
            mirrored = np.minimum(row, 2 * height - 1 - row)
            total += int(2 * denominator * weight) * wide[mirrored]
        out[phase::period] = np.clip(total // (2 * denominator), 0, 255)
    return out


def resize(image: np.ndarray, ratio: Fraction) -> np.ndarray:
    """Resize ``image``, both axes by the same ratio.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width) or (height, width, channels)
        Any size from 1×1.
    ratio : Fraction
        Size of the result divided by the size of ``image``.

    Returns
    -------
    ndarray of uint8
        Of ceil(height × ratio) rows and ceil(width × ratio) columns, as in ``imresize``.

    Raises
    ------
    BadInput
        If numerator and denominator of ``ratio`` are so large that sums would not be exact.
    """
    rows = resize_rows(image, ratio)
    return resize_rows(rows.swapaxes(0, 1), ratio).swapaxes(0, 1)


def crop_to_multiple(image: np.ndarray, scale: int) -> np.ndarray:
    """Drop the last rows and columns of ``image`` so that its sides are multiples of ``scale``."""
    height, width = (side - side % scale for side in image.shape[:2])
    return image[:height, :width]
