"""ESPCN (Shi et al., CVPR 2016): three convolutions on LR Y; the last one makes r² sub-pixels."""

from sw.networks.layers import nn, start_as_identity, torch

GAIN = 0.25
"""Factor of the feature that is the picture at the start: up to here tanh is nearly linear."""

FIRST_DEVIATION = 2.0
"""Standard deviation of the first layer's weights, from which each filter's mean is subtracted.

Local contrast is small and must still drive tanh into its bend; brightness must not. With smaller
weights the network stays close to a linear filter throughout the training."""


class Espcn(nn.Module):
    """5×5 to 64 features, 3×3 to 32, 3×3 to the r² HR pixels of an LR pixel, with tanh between.

    Parameters
    ----------
    scale : int
        HR pixels per LR pixel on each axis, r.
    """

    colours, upsampling, reach = 1, "last", 4

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale
        self.first = nn.Conv2d(1, 64, 5, padding=2)
        self.second = nn.Conv2d(64, 32, 3, padding=1)
        self.last = nn.Conv2d(32, scale**2, 3, padding=1)
        for layer in (self.first, self.second, self.last):
            nn.init.xavier_normal_(layer.weight)
            nn.init.zeros_(layer.bias)
        with torch.no_grad():
            filters = nn.init.normal_(self.first.weight, std=FIRST_DEVIATION)
            filters -= filters.mean(dim=(2, 3), keepdim=True)
        start_as_identity(self.first, GAIN)
        start_as_identity(self.second)
        with torch.no_grad():
            self.last.weight.mul_(0.01)
            for y in range(scale):
                for x in range(scale):
                    lines = [_bilinear(scale, phase) for phase in (y, x)]
                    self.last.weight[scale * y + x, 0] = torch.outer(*lines) / GAIN

    def forward(self, lr: torch.Tensor) -> torch.Tensor:
        """Enlarge, see :class:`sw.networks.layers.Enlarger`."""
        x = self.last(self.second(self.first(lr).tanh()).tanh())
        return nn.functional.pixel_shuffle(x, self.scale)


def _bilinear(scale: int, phase: int) -> torch.Tensor:
    """Weights of the previous, the own and the next LR pixel for HR pixel ``phase`` of a block."""
    centre = (phase + 0.5) / scale - 0.5
    return (1 - (torch.arange(-1, 2) - centre).abs()).clamp(min=0)
