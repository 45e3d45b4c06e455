"""Numbered patches of photographs to train tables on, so that hard ones can be drawn more often."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from sw.errors import BadInput
from sw.photos.planes import Plane
from sw.pictures.bicubic import resize


class Patches:
    """Patches of ``size``×``size`` LR pixels that lie side by side on the planes.

    Parameters
    ----------
    planes : sequence of Plane
        Of the same scale. Those smaller than a patch are left out and counted in ``too_small``.
    size : int
        LR pixels on each side of a patch.

    Raises
    ------
    BadInput
        If no plane is large enough for a patch.
    """

    def __init__(self, planes: Sequence[Plane], size: int) -> None:
        self.size = size
        self.planes = [plane for plane in planes if min(plane.lr.shape) >= size]
        self.too_small = len(planes) - len(self.planes)
        if not self.planes:
            raise BadInput(
                f"all {len(planes)} planes are smaller than a patch of {size}×{size} LR pixels; "
                "choose smaller patches with --crop N"
            )
        self.scale = self.planes[0].hr.shape[0] // self.planes[0].lr.shape[0]
        self.corners = [
            (number, y, x)
            for number, plane in enumerate(self.planes)
            for y in range(0, plane.lr.shape[0] - size + 1, size)
            for x in range(0, plane.lr.shape[1] - size + 1, size)
        ]

    def __len__(self) -> int:
        return len(self.corners)

    def _cut(self, plane: Plane, y: int, x: int) -> tuple[np.ndarray, np.ndarray]:
        size, r = self.size, self.scale
        lr = plane.lr[y : y + size, x : x + size]
        hr = plane.hr[r * y : r * (y + size), r * x : r * (x + size)]
        return lr, hr

    def patch(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """LR and HR pixels of patch ``index``, not moved: uint8."""
        number, y, x = self.corners[index]
        return self._cut(self.planes[number], y, x)

    def bicubic_psnr(self, index: int) -> float:
        """PSNR of patch ``index`` when bicubic enlarges it, in dB."""
        lr, hr = self.patch(index)
        return patch_psnr(resize(lr, Fraction(self.scale)).astype(np.float32), hr)

    def batch(
        self, indices: Sequence[int], rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Patches near ``indices``, moved at random by up to half a patch, mirrored and turned.

        Returns
        -------
        lr, hr : ndarray of uint8
            Shapes (batch, size, size) and (batch, r·size, r·size).
        """
        lrs, hrs = [], []
        for index in indices:
            number, *corner = self.corners[index]
            plane, half = self.planes[number], self.size // 2
            y, x = (
                int(np.clip(start + rng.integers(-half, half + 1), 0, side - self.size))
                for start, side in zip(corner, plane.lr.shape, strict=True)
            )
            lr, hr = self._cut(plane, y, x)
            turns, flip = int(rng.integers(4)), bool(rng.integers(2))
            for pixels, patches in ((lr, lrs), (hr, hrs)):
                turned = np.rot90(pixels, turns)
                patches.append(turned.T if flip else turned)
        return np.stack(lrs), np.stack(hrs)


def patch_psnr(enlarged: np.ndarray, hr: np.ndarray) -> float:
    """PSNR of one patch in dB; the error counts as at least a hundredth of a grey level."""
    error = np.mean((np.clip(enlarged, 0, 255) - hr) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-4)))
