"""Crops of photographs to train on: patches that can be drawn, jittered, flipped and turned."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from sw.errors import BadInput
from sw.photos.planes import Plane
from sw.pictures.bicubic import resize


class Crops:
    """Patches of ``size``×``size`` LR pixels that lie side by side on the planes.

    Parameters
    ----------
    planes : sequence of Plane
    size : int
        LR pixels on each side of a patch.

    Raises
    ------
    BadInput
        If no plane is large enough for one patch.
    """

    def __init__(self, planes: Sequence[Plane], size: int) -> None:
        self.size = size
        self.planes = [plane for plane in planes if min(plane.lr.shape) >= size]
        self.too_small = len(planes) - len(self.planes)
        if not self.planes:
            raise BadInput(
                f"all {len(planes)} planes are smaller than a patch of {size}×{size} LR pixels; "
                "--crop N takes smaller ones"
            )
        self.scale = self.planes[0].hr.shape[0] // self.planes[0].lr.shape[0]
        self.corners = [
            (p, y, x)
            for p, plane in enumerate(self.planes)
            for y in range(0, plane.lr.shape[0] - size + 1, size)
            for x in range(0, plane.lr.shape[1] - size + 1, size)
        ]

    def __len__(self) -> int:
        return len(self.corners)

    def _cut(self, p: int, y: int, x: int) -> tuple[np.ndarray, np.ndarray]:
        plane, size, r = self.planes[p], self.size, self.scale
        lr = plane.lr[y : y + size, x : x + size]
        hr = plane.hr[r * y : r * (y + size), r * x : r * (x + size)]
        return lr, hr

    def patch(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """LR and HR pixels of patch ``index``, where it lies: uint8."""
        return self._cut(*self.corners[index])

    def bicubic_psnr(self, index: int) -> float:
        """PSNR of bicubic enlargement of patch ``index``, in dB."""
        lr, hr = self.patch(index)
        return patch_psnr(resize(lr, Fraction(self.scale)).astype(np.float32), hr)

    def batch(
        self, indices: Sequence[int], rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Patches near ``indices``, moved at random by up to half a patch, mirrored and turned.

        Returns
        -------
        lr, hr : ndarray of uint8, shapes (batch, size, size) and (batch, r·size, r·size)
        """
        lrs, hrs = [], []
        for index in indices:
            p, *corner = self.corners[index]
            limits = [side - self.size for side in self.planes[p].lr.shape]
            half = self.size // 2
            y, x = (
                int(np.clip(at + rng.integers(-half, half + 1), 0, limit))
                for at, limit in zip(corner, limits, strict=True)
            )
            lr, hr = self._cut(p, y, x)
            turn, flip = int(rng.integers(4)), bool(rng.integers(2))
            for pixels, into in ((lr, lrs), (hr, hrs)):
                turned = np.rot90(pixels, turn)
                into.append(turned.T if flip else turned)
        return np.stack(lrs), np.stack(hrs)


def patch_psnr(enlarged: np.ndarray, hr: np.ndarray) -> float:
    """PSNR of one patch in dB; a perfect one counts as an error of a hundredth of a grey level."""
    error = np.mean((np.clip(enlarged, 0, 255) - hr) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-4)))
