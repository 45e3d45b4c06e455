"""Crops of photographs, all colours at one place, for networks of Y or of R, G, B."""

from collections.abc import Sequence

import numpy as np

from sw.errors import BadInput
from sw.photos.planes import Plane
from sw.pictures.metrics import luma


def pictures(planes: Sequence[Plane]) -> list[tuple[Plane, ...]]:
    """The planes of each picture, R, G, B or grey alone, in the order of ``planes``."""
    starts = [k for k, plane in enumerate(planes) if plane.colour in "RL"]
    return [tuple(planes[a:b]) for a, b in zip(starts, [*starts[1:], len(planes)], strict=True)]


class PictureCrops:
    """Random crops, every LR pixel as likely as another, mirrored and turned at random.

    Parameters
    ----------
    planes : sequence of Plane
        As :func:`sw.photos.planes.read_planes` gives them.
    colours : int
        1 for Y, 3 for R, G, B (grey three times).
    """

    def __init__(self, planes: Sequence[Plane], colours: int) -> None:
        self.colours = colours
        self.pictures = pictures(planes)
        self.areas = np.array([float(picture[0].lr.size) for picture in self.pictures])
        self.sides = np.array([min(picture[0].lr.shape) for picture in self.pictures])

    def check(self, size: int) -> None:
        """Make sure that some picture holds a crop of ``size``×``size`` LR pixels.

        Raises
        ------
        BadInput
            If none does.
        """
        if size > self.sides.max():
            scale = len(self.pictures[0][0].hr) // len(self.pictures[0][0].lr)
            raise BadInput(
                f"--crops: all pictures are smaller than {size * scale}×{size * scale}; up to "
                f"{self.sides.max() * scale} is accepted with them"
            )

    def batch(
        self, count: int, size: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """``count`` crops of ``size``×``size`` LR pixels.

        Returns
        -------
        lr, hr : ndarray of float32, (count, colours, size, size) and r times as high and wide
            In grey levels; Y is not rounded.
        """
        ends = np.cumsum(np.where(self.sides >= size, self.areas, 0))
        lrs, hrs = [], []
        for at in np.searchsorted(ends, rng.random(count) * ends[-1], side="right"):
            picture = self.pictures[int(at)]
            r = len(picture[0].hr) // len(picture[0].lr)
            y, x = (int(rng.integers(side - size + 1)) for side in picture[0].lr.shape)
            turn, flip = int(rng.integers(4)), bool(rng.integers(2))
            for pixels, scale, into in (
                ([plane.lr for plane in picture], 1, lrs),
                ([plane.hr for plane in picture], r, hrs),
            ):
                box = tuple(slice(scale * start, scale * (start + size)) for start in (y, x))
                turned = np.rot90(np.stack([plane[box] for plane in pixels], axis=2), turn)
                into.append(self._colours(turned.swapaxes(0, 1) if flip else turned))
        return np.stack(lrs), np.stack(hrs)

    def _colours(self, pixels: np.ndarray) -> np.ndarray:
        if self.colours == 1:
            return luma(pixels)[None].astype(np.float32)
        colours = pixels if pixels.shape[2] == 3 else pixels.repeat(3, axis=2)
        return colours.transpose(2, 0, 1).astype(np.float32)
