"""What the page shows of the pictures: a square of each, where the methods differ most."""

import base64
import io
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from PIL import Image

from sw.compare.comparison import Enlarged

LEAST_CROP = 16
"""HR pixels across the smallest square."""

MOST_BYTES = 64_000_000
"""Of all pictures on a page; those that come after are left out."""

ORIGINAL = "original"

STEP = 8
"""Squares are tried at every so many pixels."""


@dataclass(frozen=True)
class Shown:
    """One picture on the page.

    Parameters
    ----------
    name : str
    y, x, height, width : int
        Of the square on the HR picture.
    images : dict of str to int
        For the original and each method, its number in ``Crops.images``.
    """

    name: str
    y: int
    x: int
    height: int
    width: int
    images: dict[str, int]


class Crops:
    """Squares of the pictures ``wanted``, up to ``side`` HR pixels across, as data URIs.

    Members
    -------
    shown : list of Shown
    images : list of str
        Lossless WebP as data URIs; equal pictures, like those of the RTL and its model, once.
    left_out : list of str
        Pictures for which there was no room.
    """

    def __init__(self, wanted: Collection[str], side: int) -> None:
        self.wanted, self.side = wanted, side
        self.shown: list[Shown] = []
        self.left_out: list[str] = []
        self._numbers: dict[str, int] = {}

    @property
    def images(self) -> list[str]:
        """Data URIs by their numbers."""
        return list(self._numbers)

    @property
    def bytes(self) -> int:
        """Of all data URIs."""
        return sum(map(len, self._numbers))

    def add(self, name: str, original: np.ndarray, enlarged: Enlarged) -> None:
        """Take the picture ``name`` if it is wanted: uint8 arrays of one shape."""
        if name not in self.wanted:
            return
        if self.bytes > MOST_BYTES:
            self.left_out.append(name)
            return
        pictures = {ORIGINAL: original, **enlarged}
        height, width = (min(self.side, side) for side in original.shape[:2])
        y, x = where_they_differ(list(pictures.values()), height, width)
        images = {}
        for method, pixels in pictures.items():
            uri = as_uri(pixels[y : y + height, x : x + width])
            images[method] = self._numbers.setdefault(uri, len(self._numbers))
        self.shown.append(Shown(name, y, x, height, width, images))

    def summary(self) -> str:
        """What is on the page, and what is not, for a person."""
        said = f"{len(self.shown)} pictures on the page, {self.bytes / 1e6:.1f} MB"
        if self.left_out:
            said += (
                f"; no room for {', '.join(self.left_out)}: {MOST_BYTES / 1e6:.0f} MB are the "
                "most; --show takes fewer, --crop smaller ones"
            )
        return said


def as_uri(pixels: np.ndarray) -> str:
    """``pixels``, uint8 (height, width, 1 or 3), as a data URI without loss."""
    file = io.BytesIO()
    Image.fromarray(pixels.squeeze(2) if pixels.shape[2] == 1 else pixels).save(
        file, "WEBP", lossless=True
    )
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()


def where_they_differ(pictures: list[np.ndarray], height: int, width: int) -> tuple[int, int]:
    """Upper left corner, y and x, of the rectangle with the most variance among ``pictures``."""
    # Added up one by one: a large picture enlarged by all methods is gigabytes as floats.
    total = square = np.zeros(pictures[0].shape[:2])
    for pixels in pictures:
        plane = pixels.mean(axis=2)
        total, square = total + plane, square + plane**2
    variance = square / len(pictures) - (total / len(pictures)) ** 2
    sums = np.pad(variance.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    ys = np.arange(0, total.shape[0] - height + 1, STEP)[:, None]
    xs = np.arange(0, total.shape[1] - width + 1, STEP)[None, :]
    inside = (
        sums[ys + height, xs + width] - sums[ys, xs + width] - sums[ys + height, xs] + sums[ys, xs]
    )
    y, x = np.unravel_index(inside.argmax(), inside.shape)
    return int(y) * STEP, int(x) * STEP
