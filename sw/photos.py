"""Photographs to fit on: a folder of pictures as LR planes and the HR blocks wanted of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from sw.bicubic import crop_to_multiple, resize
from sw.errors import BadInput
from sw.golden import pad
from sw.images import Picture, read_picture


@dataclass(frozen=True)
class Sample:
    """One colour of one photograph.

    Parameters
    ----------
    padded : ndarray of uint8, shape (height + 2 reach, width + 2 reach)
        LR plane, padded as the stage pads it.
    hr : ndarray of uint8, shape (height, width, r*r)
        HR pixels of each LR pixel, row-major.
    """

    padded: np.ndarray
    hr: np.ndarray


def colours(picture: Picture) -> np.ndarray:
    """Pixels of ``picture`` without alpha: uint8, shape (height, width, 1 or 3)."""
    return picture.pixels[:, :, : len(picture.mode.removesuffix("A"))]


def samples(picture: Picture, scale: int, reach: int, padding: str) -> Iterator[Sample]:
    """Samples of a photograph's colours; the LR picture is made of it, whole, by bicubic ×1/scale.

    A photograph smaller than ``scale`` has none.
    """
    pixels = crop_to_multiple(colours(picture), scale)
    if not pixels.size:
        return
    low = resize(pixels, Fraction(1, scale))
    height, width = low.shape[:2]
    for c in range(pixels.shape[2]):
        blocks = pixels[:, :, c].reshape(height, scale, width, scale).transpose(0, 2, 1, 3)
        yield Sample(pad(low[:, :, c], reach, padding), blocks.reshape(height, width, scale**2))


def read_samples(
    files: Iterable[Path], scale: int, reach: int, padding: str
) -> tuple[list[Sample], list[str]]:
    """Samples of all ``files``, and one sentence for each file that could not be used."""
    found, skipped = [], []
    for path in files:
        try:
            of_one = list(samples(read_picture(path), scale, reach, padding))
        except BadInput as error:
            skipped.append(str(error))
            continue
        if not of_one:
            skipped.append(f"{path}: smaller than {scale}×{scale}")
        found += of_one
    return found, skipped
