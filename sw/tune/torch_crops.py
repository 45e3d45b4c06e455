"""Random crops of photographs that lie in the memory of a device, in PyTorch."""

import numpy as np
import torch

from sw.photos.crops import RandomCrops
from sw.photos.planes import Plane


class TorchCrops:
    """The crops of ``crops``, cut out on ``device``, where all planes are kept.

    Parameters
    ----------
    crops : RandomCrops
        The same random numbers give the same crops as with :meth:`RandomCrops.draw`.
    device : torch.device
    """

    def __init__(self, crops: RandomCrops, device: torch.device) -> None:
        self.crops = crops
        planes = [*crops.planes, *crops.drawn]
        self.scale = len(planes[0].hr) // len(planes[0].lr)
        ends = np.cumsum([0, *(plane.lr.size for plane in planes)]).tolist()
        self.starts = {id(plane): start for plane, start in zip(planes, ends, strict=False)}
        self.lr = _joined([plane.lr for plane in planes], device)
        self.hr = _joined([plane.hr for plane in planes], device)
        self.steps = torch.arange(self.scale * crops.size, device=device)

    def places(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Draw ``count`` crops: int64, (count, 4), for :meth:`cut`."""
        return np.array([self._row(*self.crops.place(rng)) for _ in range(count)])

    def _row(self, plane: Plane, y: int, x: int, mirrored: bool) -> tuple[int, ...]:
        width, r = plane.lr.shape[1], self.scale
        start = self.starts[id(plane)]
        return start + y * width + x, r * (r * start + r * y * width + x), width, mirrored

    def cut(self, places: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """LR and HR pixels of the crops at ``places``, int64 (count, 4), on the device: uint8."""
        first, hr_first, width, mirrored = places.T[:, :, None, None]

        def pixels(picture: torch.Tensor, first: torch.Tensor, r: int) -> torch.Tensor:
            steps = self.steps[: r * self.crops.size]
            down, across = steps[:, None], steps[None, :]
            y, x = torch.where(mirrored > 0, across, down), torch.where(mirrored > 0, down, across)
            return picture[first + r * width * y + x]

        return pixels(self.lr, first, 1), pixels(self.hr, hr_first, self.scale)


def _joined(pictures: list[np.ndarray], device: torch.device) -> torch.Tensor:
    """All pixels in a row: uint8, in the device's memory."""
    total = torch.empty(sum(picture.size for picture in pictures), dtype=torch.uint8, device=device)
    start = 0
    for picture in pictures:
        end = start + picture.size
        total[start:end] = torch.from_numpy(np.array(picture).ravel())
        start = end
    return total
