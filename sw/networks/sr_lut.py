"""The network of SR-LUT (Jo and Kim, CVPR 2021), and the export of its table.

The network turns the taps of one window into one r×r block: a convolution over the window, then
1×1 convolutions. The outputs of four rotations add up, as in the golden model. A block depends on
the pixels of its window alone, so every convolution is written as a linear layer on windows. For
the table, the network computes the block of every grid point.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from sw.networks.layers import nn, torch
from sw.tables.grid import UniformGrid
from sw.tables.rotation import ROTATIONS, block_source, rotate_taps
from sw.tables.spec import Stage, Table, Taps, Upsampler

PADDING_MODES = {"reflect": "reflect", "edge": "replicate"}

WHITE = 255.0
"""Grey level that is 1.0 in a network."""

EXPORT_BATCH = 1 << 16
"""Grid points that are evaluated at a time."""


class Network(nn.Module):
    """Network from windows to blocks.

    Parameters
    ----------
    taps : tuple of (int, int)
        Window offsets (dy, dx).
    scale : int
        HR pixels per LR pixel on each axis, r.
    padding : str
        Pixels outside the picture, as in :class:`sw.tables.spec.Stage`.
    width : int
        Features of a hidden layer.
    depth : int
        Hidden layers.
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
        # Start with blocks near 0: the first thing to learn is a quarter of the brightness.
        with torch.no_grad():
            self.layers[-1].weight.mul_(0.1)

    def blocks(self, windows: torch.Tensor) -> torch.Tensor:
        """Blocks (..., r * r) of ``windows`` (..., n), white being 1.

        They are clipped to the range of a table's int8 entries.
        """
        return self.layers(windows).clamp(-128 / WHITE, 127 / WHITE)

    def forward(self, lr: torch.Tensor) -> torch.Tensor:
        """Enlarge ``lr`` (batch, height, width) to (batch, r * height, r * width), white = 1."""
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
    """Upsampler whose table holds the block of ``network`` at every point of ``grid``, as int8.

    Raises
    ------
    BadInput
        If the table would be too large for a file.
    """
    blank = Table.blank(network.taps, grid, network.scale)
    shape = (grid.levels,) * blank.axes
    device = next(network.parameters()).device
    entries = np.empty((blank.rows, network.scale**2), np.int8)
    for start in range(0, len(entries), EXPORT_BATCH):
        rows = np.arange(start, min(start + EXPORT_BATCH, len(entries)))
        points = np.stack(np.unravel_index(rows, shape), axis=1) * grid.q
        windows = torch.from_numpy(points.astype(np.float32)).to(device) / WHITE
        levels = network.blocks(windows).cpu().numpy() * WHITE
        entries[rows] = np.clip(np.rint(levels), -128, 127)
    table = replace(blank, entries=entries.reshape(blank.entries.shape))
    return Upsampler((Stage(network.scale, network.padding, (table,)),))
