"""Samples: the numbers of a pixel, unsigned integers of 8 to 12 bits.

Table files are made for samples of 8 bits: *grey levels*. A grey level is 2**(bits - 8) *levels* of
samples of more bits, so that an 8-bit sample x becomes x · 2**(bits - 8).
"""

import numpy as np

from sw.errors import BadInput

SAMPLE_BITS = range(8, 13)
"""Possible bits of a sample."""


def check_sample_bits(bits: object) -> None:
    """Make sure that a sample can have ``bits`` bits.

    Raises
    ------
    BadInput
        If it cannot.
    """
    if not isinstance(bits, int) or isinstance(bits, bool) or bits not in SAMPLE_BITS:
        raise BadInput(
            f"sample_bits is {bits!r}; it must be an integer from {SAMPLE_BITS[0]} to "
            f"{SAMPLE_BITS[-1]}"
        )


def white(bits: int) -> int:
    """The largest value of a sample."""
    return (1 << bits) - 1


def sample_dtype(bits: int) -> np.dtype:
    """The type of an array of samples: uint8 for 8 bits, else uint16."""
    return np.dtype(np.uint8 if bits == 8 else np.uint16)


def check_samples(image: np.ndarray, bits: int, shape: str, *, fits: bool) -> None:
    """Make sure that ``image`` is a picture of samples of ``bits`` bits.

    Parameters
    ----------
    image : ndarray
    bits : int
    shape : str
        The shape that it must have, for the message.
    fits : bool
        Whether it has this shape.

    Raises
    ------
    ValueError
        If it has another dtype or shape, no pixels, or a sample above white.
    """
    dtype = sample_dtype(bits)
    if image.dtype != dtype or not fits or not image.size:
        raise ValueError(
            f"image is {image.dtype} of shape {image.shape}; it must be {dtype} of shape {shape} "
            "with at least one pixel"
        )
    if bits > 8 and image.max() > white(bits):
        raise ValueError(
            f"image has a sample of {image.max()}; it must be at most {white(bits)} with "
            f"{bits} bits"
        )
