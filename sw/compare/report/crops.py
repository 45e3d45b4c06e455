"""The crops of pictures that the page shows: squares where the methods differ most."""

import base64
import io
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from PIL import Image

from sw.compare.comparison import Enlarged

MIN_SIDE = 16
"""HR pixels on a side of the smallest square."""

MAX_BYTES = 64_000_000
"""Once the images of a page exceed this, the remaining pictures are left out."""

ORIGINAL = "original"

STEP = 8
"""Squares are tried at every eighth pixel of a row or column."""


@dataclass(frozen=True)
class Crop:
    """What the page shows of one picture.

    Parameters
    ----------
    name : str
        Of the picture.
    y, x, height, width : int
        The rectangle on the HR picture.
    images : dict of str to int
        For the original and each method, the index in :attr:`Crops.images`.
    """

    name: str
    y: int
    x: int
    height: int
    width: int
    images: dict[str, int]


class Crops:
    """Crops of the pictures ``wanted``, at most ``side`` HR pixels on a side, as data URIs.

    Members
    -------
    pictures : list of Crop
    left_out : list of str
        Pictures that no longer fitted within ``MAX_BYTES``.
    """

    def __init__(self, wanted: Collection[str], side: int) -> None:
        self.wanted, self.side = wanted, side
        self.pictures: list[Crop] = []
        self.left_out: list[str] = []
        self._indices: dict[str, int] = {}

    @property
    def images(self) -> list[str]:
        """Data URIs of lossless WebP. Equal images are stored once (the RTL's, its model's)."""
        return list(self._indices)

    @property
    def bytes(self) -> int:
        """Length of all data URIs together."""
        return sum(map(len, self._indices))

    def add(self, name: str, original: np.ndarray, enlarged: Enlarged) -> None:
        """Take the picture ``name`` if it is wanted; all arrays are uint8 of one shape."""
        if name not in self.wanted:
            return
        if self.bytes > MAX_BYTES:
            self.left_out.append(name)
            return
        results = {ORIGINAL: original, **enlarged}
        height, width = (min(self.side, side) for side in original.shape[:2])
        y, x = where_they_differ(list(results.values()), height, width)
        images = {}
        for method, pixels in results.items():
            uri = as_uri(pixels[y : y + height, x : x + width])
            images[method] = self._indices.setdefault(uri, len(self._indices))
        self.pictures.append(Crop(name, y, x, height, width, images))

    def summary(self) -> str:
        """What the page shows, and what was left out, in a sentence for the user."""
        sentence = f"{len(self.pictures)} pictures on the page, {self.bytes / 1e6:.1f} MB"
        if self.left_out:
            sentence += (
                f"; left out beyond {MAX_BYTES / 1e6:.0f} MB: {', '.join(self.left_out)} "
                "(show fewer with --show, or smaller crops with --crop)"
            )
        return sentence


def as_uri(pixels: np.ndarray) -> str:
    """``pixels``, uint8 (height, width, 1 or 3), as a data URI of lossless WebP."""
    file = io.BytesIO()
    Image.fromarray(pixels.squeeze(2) if pixels.shape[2] == 1 else pixels).save(
        file, "WEBP", lossless=True
    )
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()


def where_they_differ(results: list[np.ndarray], height: int, width: int) -> tuple[int, int]:
    """Upper left corner, y and x, of the rectangle in which ``results`` have the most variance."""
    # Summed one by one: a large picture from all methods would take gigabytes as floats.
    total = total_square = np.zeros(results[0].shape[:2])
    for pixels in results:
        plane = pixels.mean(axis=2)
        total, total_square = total + plane, total_square + plane**2
    variance = total_square / len(results) - (total / len(results)) ** 2
    sums = np.pad(variance.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    ys = np.arange(0, total.shape[0] - height + 1, STEP)[:, None]
    xs = np.arange(0, total.shape[1] - width + 1, STEP)[None, :]
    inside = (
        sums[ys + height, xs + width] - sums[ys, xs + width] - sums[ys + height, xs] + sums[ys, xs]
    )
    y, x = np.unravel_index(inside.argmax(), inside.shape)
    return int(y) * STEP, int(x) * STEP
