"""BTSRN (Fan et al., CVPR workshops 2017): residual blocks on the LR grid, then on the HR grid.

The blocks are described in the paper. The layers around them are described only in the authors'
program, ychfan/sr_ntire2017: 1×1 convolutions at both ends, and at ×4 a block between the two
enlargements. Tables of the literature give 410 thousand weights and, for 1280×720 at ×4, 165.2 G
multiplications. They count 6 and 4 blocks of 64 features throughout, 40 960 weights each, and no
layers around them.
"""

from sw.networks.layers import nn, start_as_identity, torch

LR_BLOCKS, HR_BLOCKS = 6, 4
WIDTH, PROJECTED = 128, 64


def set_to_zero(layer: nn.Conv2d | nn.ConvTranspose2d) -> None:
    """Set all weights of ``layer`` to 0, so that it adds 0 when training starts."""
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)


class PConv(nn.Module):
    """ReLU, 1×1 to 64 features, ReLU, 3×3 back to 128, added to the input."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.ReLU(),
            nn.Conv2d(WIDTH, PROJECTED, 1),
            nn.ReLU(),
            nn.Conv2d(PROJECTED, WIDTH, 3, padding=1),
        )
        set_to_zero(self.layers[-1])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Features of the same shape."""
        return x + self.layers(x)


class Enlarge(nn.Module):
    """Nearest neighbour plus a deconvolution with blocks that do not overlap."""

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale
        self.deconvolution = nn.ConvTranspose2d(WIDTH, WIDTH, scale, stride=scale)
        set_to_zero(self.deconvolution)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Features ``scale`` times as high and wide."""
        nearest = nn.functional.interpolate(x, scale_factor=self.scale, mode="nearest")
        return nearest + self.deconvolution(x.relu())


class Btsrn(nn.Module):
    """1×1 to 128 features, 6 blocks, enlargement, 4 blocks, 1×1 to R, G, B.

    Parameters
    ----------
    scale : int
        HR pixels per LR pixel on each axis. ×4 takes two enlargements by 2.
    """

    colours, upsampling = 3, "enlarge"

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale
        self.first = nn.Conv2d(3, WIDTH, 1)
        self.low = nn.Sequential(*(PConv() for _ in range(LR_BLOCKS)))
        steps = (Enlarge(2), PConv(), Enlarge(2)) if scale == 4 else (Enlarge(scale),)
        self.enlarge = nn.Sequential(*steps)
        self.high = nn.Sequential(*(PConv() for _ in range(HR_BLOCKS)))
        self.last = nn.Conv2d(WIDTH, 3, 1)
        # Training starts as nearest neighbour.
        start_as_identity(self.first, count=3)
        start_as_identity(self.last, count=3)
        self.reach = LR_BLOCKS + (scale == 4) + -(-HR_BLOCKS // scale)

    def forward(self, lr: torch.Tensor) -> torch.Tensor:
        """Enlarge, see :class:`sw.networks.layers.Enlarger`."""
        return self.last(self.high(self.enlarge(self.low(self.first(lr)))).relu())
