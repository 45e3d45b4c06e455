"""Random crops of photographs, to tune tables and to train networks on."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sw.errors import BadInput
from sw.photos.planes import Plane
from sw.pictures.colour import luma
from sw.pictures.interpolation import nearest


class CropPlace(NamedTuple):
    """Where a crop lies.

    Parameters
    ----------
    plane : Plane
    y, x : int
        LR pixel of its top left corner.
    mirrored : bool
        At its diagonal.
    """

    plane: Plane
    y: int
    x: int
    mirrored: bool


class RandomCrops:
    """Random crops of one colour each, mirrored at the diagonal half of the time.

    Every LR pixel of ``planes`` is equally likely.

    Parameters
    ----------
    planes : sequence of Plane
        Photographs. Those smaller than a crop are left out.
    size : int
        LR pixels on each side of a crop.
    drawn : sequence of Plane
        Drawings, all equally likely. Those smaller than a crop are left out.
    share : float
        Probability, 0 to 1, that a crop comes from ``drawn``.

    Raises
    ------
    BadInput
        If every one of ``planes`` is smaller than a crop.
    """

    def __init__(
        self, planes: Sequence[Plane], size: int, drawn: Sequence[Plane] = (), share: float = 0
    ) -> None:
        self.planes = [plane for plane in planes if min(plane.lr.shape) >= size]
        self.size, self.share = size, share
        self.drawn = [plane for plane in drawn if min(plane.lr.shape) >= size]
        if not self.planes:
            raise BadInput(
                f"all {len(planes)} planes are smaller than {size}×{size} LR pixels; "
                "choose smaller crops with --crop N"
            )
        areas = np.cumsum([plane.lr.size for plane in self.planes], dtype=float)
        self.ends = areas / areas[-1]

    def place(self, rng: np.random.Generator) -> CropPlace:
        """Where the next crop lies."""
        if self.drawn and rng.random() < self.share:
            plane = self.drawn[int(rng.integers(len(self.drawn)))]
        else:
            number = np.searchsorted(self.ends, rng.random(), side="right")
            plane = self.planes[int(number)]
        y, x = (int(rng.integers(side - self.size + 1)) for side in plane.lr.shape)
        return CropPlace(plane, y, x, rng.random() < 0.5)

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """LR and HR pixels of a crop: uint8, (size, size) and (r·size, r·size)."""
        plane, y, x, mirrored = self.place(rng)
        r = len(plane.hr) // len(plane.lr)
        lr = plane.lr[y : y + self.size, x : x + self.size]
        hr = plane.hr[r * y : r * (y + self.size), r * x : r * (x + self.size)]
        return (lr.T, hr.T) if mirrored else (lr, hr)


def crop_weight(lr: np.ndarray, hr: np.ndarray) -> float:
    """Weight of a crop's squared error: high where nearest neighbour does well.

    The inverse of the root mean squared error of nearest neighbour, scaled so that a usual crop
    weighs about 1. Without weights the few roughest crops would decide everything. With the inverse
    of the mean squared error every crop would count the same in decibels.
    """
    enlarged = nearest(lr, len(hr) // len(lr))
    error = np.mean((enlarged.astype(np.float32) - hr) ** 2)
    # The 5 bounds the weight of flat crops, whose error is close to 0.
    return (60 / (float(error) + 5)) ** 0.5


def pictures(planes: Sequence[Plane]) -> list[tuple[Plane, ...]]:
    """Group ``planes`` by picture: R, G and B, or grey alone. The order stays."""
    starts = [k for k, plane in enumerate(planes) if plane.colour in "RL"]
    return [tuple(planes[a:b]) for a, b in zip(starts, [*starts[1:], len(planes)], strict=True)]


class PictureCrops:
    """Random crops with all colours of a picture, for networks of Y or of R, G, B.

    Crops are mirrored and turned at random. Every LR pixel is equally likely.

    Parameters
    ----------
    planes : sequence of Plane
        In the order of :func:`sw.photos.planes.read_planes`: R, G and B of a picture in a row.
    colours : int
        1 for Y, 3 for R, G, B (grey is repeated three times).
    """

    def __init__(self, planes: Sequence[Plane], colours: int) -> None:
        self.colours = colours
        self.pictures = pictures(planes)
        self.areas = np.array([float(picture[0].lr.size) for picture in self.pictures])
        self.sides = np.array([min(picture[0].lr.shape) for picture in self.pictures])

    def check(self, size: int) -> None:
        """Make sure that at least one picture holds a crop of ``size``×``size`` LR pixels.

        Raises
        ------
        BadInput
            If none does.
        """
        if size > self.sides.max():
            scale = len(self.pictures[0][0].hr) // len(self.pictures[0][0].lr)
            raise BadInput(
                f"--crops: all pictures are smaller than {size * scale}×{size * scale}; crops of "
                f"these pictures must be at most {self.sides.max() * scale}"
            )

    def batch(
        self, count: int, size: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Draw ``count`` crops of ``size``×``size`` LR pixels.

        Returns
        -------
        lr, hr : ndarray of float32
            In grey levels, shapes (count, colours, size, size) and (count, colours, r·size,
            r·size). Y is not rounded.
        """
        ends = np.cumsum(np.where(self.sides >= size, self.areas, 0))
        lrs, hrs = [], []
        for number in np.searchsorted(ends, rng.random(count) * ends[-1], side="right"):
            picture = self.pictures[int(number)]
            r = len(picture[0].hr) // len(picture[0].lr)
            y, x = (int(rng.integers(side - size + 1)) for side in picture[0].lr.shape)
            turns, flip = int(rng.integers(4)), bool(rng.integers(2))
            for planes, scale, crops in (
                ([plane.lr for plane in picture], 1, lrs),
                ([plane.hr for plane in picture], r, hrs),
            ):
                box = tuple(slice(scale * start, scale * (start + size)) for start in (y, x))
                pixels = np.rot90(np.stack([plane[box] for plane in planes], axis=2), turns)
                crops.append(self._colours(pixels.swapaxes(0, 1) if flip else pixels))
        return np.stack(lrs), np.stack(hrs)

    def _colours(self, pixels: np.ndarray) -> np.ndarray:
        if self.colours == 1:
            return luma(pixels)[None].astype(np.float32)
        colours = pixels if pixels.shape[2] == 3 else pixels.repeat(3, axis=2)
        return colours.transpose(2, 0, 1).astype(np.float32)
