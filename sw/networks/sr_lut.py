"""The network of SR-LUT (Jo and Kim, CVPR 2021), which a table replaces point for point.

It sees the taps of one window and gives one r×r block: a convolution over the window, then 1×1
convolutions. Four rotations of the picture add up, as in the golden model. As only the pixels of
a window meet, every convolution is a linear layer over windows laid in a row, and the network can
be asked for any window, a grid point of the table for one.
"""

from itertools import pairwise

import numpy as np

from sw.errors import BadInput
from sw.tables.grid import UniformGrid
from sw.tables.rotation import ROTATIONS, block_source, rotate_taps
from sw.tables.spec import Stage, Table, Taps, Upsampler

try:
    import torch
    from torch import nn
except ModuleNotFoundError as error:
    raise BadInput(
        f"networks need {error.name}; install the extra with: pip install -e '.[train]'"
    ) from error

PADDING_MODES = {"reflect": "reflect", "edge": "replicate"}

WHITE = 255.0
"""Grey levels of 1.0 in the network."""

EXPORT_BATCH = 1 << 16
"""Grid points evaluated at a time."""


class Network(nn.Module):
    """From windows to blocks.

    Parameters
    ----------
    taps : tuple of (int, int)
        Window offsets (dy, dx).
    scale : int
        HR pixels per LR pixel on each axis, r.
    padding : str
        What lies outside the picture, as in :class:`sw.tables.spec.Stage`.
    width, depth : int
        Features, and hidden layers of so many.
    """

    def __init__(self, taps: Taps, scale: int, padding: str, width: int, depth: int) -> None:
        super().__init__()
        self.taps, self.scale, self.padding = taps, scale, padding
        self.reach = max(abs(d) for tap in taps for d in tap)
        sizes = [len(taps), *[width] * depth, scale**2]
        layers = []
        for before, after in pairwise(sizes):
            layers += [nn.Linear(before, after), nn.ReLU()]
        self.layers = nn.Sequential(*layers[:-1])
        for layer in self.layers:
            if isinstance(layer, nn.Linear):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)
        # Start near black: what is learned first is the brightness of a quarter pixel.
        with torch.no_grad():
            self.layers[-1].weight.mul_(0.1)

    def blocks(self, windows: torch.Tensor) -> torch.Tensor:
        """Blocks (..., r*r) for ``windows`` (..., n), both in units of white.

        They are held within the range of a table's entries.
        """
        return self.layers(windows).clamp(-128 / WHITE, 127 / WHITE)

    def forward(self, lr: torch.Tensor) -> torch.Tensor:
        """Pictures (batch, r·height, r·width) from ``lr`` (batch, height, width)."""
        _, height, width = lr.shape
        reach = self.reach
        padded = nn.functional.pad(
            lr[:, None], (reach,) * 4, mode=PADDING_MODES[self.padding]
        ).squeeze(1)
        total = 0.0
        for k in range(ROTATIONS):
            tap_planes = [
                padded[:, reach + dy : reach + dy + height, reach + dx : reach + dx + width]
                for dy, dx in rotate_taps(self.taps, k)
            ]
            block = self.blocks(torch.stack(tap_planes, dim=-1))
            total = total + block[..., torch.from_numpy(block_source(self.scale, k).copy())]
        return nn.functional.pixel_shuffle(total.permute(0, 3, 1, 2), self.scale).squeeze(1)


@torch.no_grad()
def export(network: Network, grid: UniformGrid) -> Upsampler:
    """The table of ``network``'s blocks at every point of ``grid``, rounded to int8."""
    n = len(network.taps)
    shape = (grid.levels,) * n
    device = next(network.parameters()).device
    entries = np.empty((grid.levels**n, network.scale**2), np.int8)
    for start in range(0, len(entries), EXPORT_BATCH):
        row = np.arange(start, min(start + EXPORT_BATCH, len(entries)))
        points = np.stack(np.unravel_index(row, shape), axis=1) * grid.q
        windows = torch.from_numpy(points.astype(np.float32)).to(device) / WHITE
        levels = network.blocks(windows).cpu().numpy() * WHITE
        entries[row] = np.clip(np.rint(levels), -128, 127)
    table = Table(network.taps, grid, entries.reshape(*shape, network.scale, network.scale))
    return Upsampler((Stage(network.scale, network.padding, (table,)),))
