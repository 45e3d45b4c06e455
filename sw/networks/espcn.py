"""ESPCN (Shi et al., CVPR 2016): three convolutions on LR Y, the last to r² sub-pixels."""

from sw.networks.layers import carry, nn, torch

GAIN = 0.25
"""Of the feature that carries the picture at the start: tanh is nearly straight up to there."""


STEEP = 2.0
"""Standard deviation of the first weights, zero in the mean of a filter: local contrast, which is
small, must reach where tanh bends, while brightness must not. Otherwise training stays with what
is nearly a linear filter."""


class Espcn(nn.Module):
    """5×5 to 64 features, 3×3 to 32, 3×3 to r² of which each LR pixel's block is made; tanh.

    Parameters
    ----------
    scale : int
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
            filters = nn.init.normal_(self.first.weight, std=STEEP)
            filters -= filters.mean(dim=(2, 3), keepdim=True)
        carry(self.first, GAIN)
        carry(self.second)
        with torch.no_grad():
            self.last.weight.mul_(0.01)
            for y in range(scale):
                for x in range(scale):
                    lines = [_bilinear(scale, at) for at in (y, x)]
                    self.last.weight[scale * y + x, 0] = torch.outer(*lines) / GAIN

    def forward(self, lr: torch.Tensor) -> torch.Tensor:
        """HR of LR, see :class:`sw.networks.layers.Enlarger`."""
        x = self.last(self.second(self.first(lr).tanh()).tanh())
        return nn.functional.pixel_shuffle(x, self.scale)


def _bilinear(scale: int, phase: int) -> torch.Tensor:
    """Weights of the LR pixels before, at and after for HR pixel ``phase`` of a block."""
    centre = (phase + 0.5) / scale - 0.5
    return (1 - (torch.arange(-1, 2) - centre).abs()).clamp(min=0)
