"""Crops to tune on, and how much each counts."""

from collections.abc import Sequence

import numpy as np

from sw.errors import BadInput
from sw.photos.planes import Plane


class RandomCrops:
    """Random pieces of photographs, every LR pixel as likely as another, mirrored at random.

    Parameters
    ----------
    planes : sequence of Plane
    size : int
        LR pixels on each side of a crop.
    drawn : sequence of Plane
        Taken instead, those that are large enough, one as likely as another.
    share : float
        How often.

    Raises
    ------
    BadInput
        If crops are larger than all planes.
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
                "--crop N takes smaller ones"
            )
        areas = np.cumsum([plane.lr.size for plane in self.planes], dtype=float)
        self.ends = areas / areas[-1]

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """LR and HR pixels of a crop, uint8."""
        if self.drawn and rng.random() < self.share:
            plane = self.drawn[int(rng.integers(len(self.drawn)))]
        else:
            at = np.searchsorted(self.ends, rng.random(), side="right")
            plane = self.planes[int(at)]
        r = len(plane.hr) // len(plane.lr)
        y, x = (int(rng.integers(side - self.size + 1)) for side in plane.lr.shape)
        lr = plane.lr[y : y + self.size, x : x + self.size]
        hr = plane.hr[r * y : r * (y + self.size), r * x : r * (x + self.size)]
        turn = rng.random() < 0.5
        return (lr.T, hr.T) if turn else (lr, hr)


def crop_weight(lr: np.ndarray, hr: np.ndarray) -> float:
    """Weight of a crop's squared error: the larger, the less nearest neighbour errs there.

    The inverse of its root mean squared error, times a usual one: with the inverse of its square
    all crops would count alike in decibels, with 1 the roughest few would decide everything.
    """
    near = lr.repeat(len(hr) // len(lr), axis=0).repeat(len(hr) // len(lr), axis=1)
    squares = np.mean((near.astype(np.float32) - hr) ** 2)
    # Flat crops have no error to speak of and would weigh without limit.
    return (60 / (float(squares) + 5)) ** 0.5
