"""SRCNN (Dong, Loy, He and Tang, TPAMI 2016): three convolutions on Y enlarged by bicubic."""

from sw.networks.layers import BICUBIC_REACH, bicubic, nn, start_as_identity, torch


class Srcnn(nn.Module):
    """9×9 to 64 features, ``middle``×``middle`` to 32, 5×5 to Y, with ReLU between.

    Parameters
    ----------
    scale : int
        HR pixels per LR pixel on each axis.
    middle : int
        Size of the second convolution: 1 for the network of 8032 weights, 5 for the paper's best.
    """

    colours, upsampling = 1, None

    def __init__(self, scale: int, middle: int) -> None:
        super().__init__()
        self.scale = scale
        self.reach = BICUBIC_REACH + -(-(4 + middle // 2 + 2) // scale)
        self.first = nn.Conv2d(1, 64, 9, padding=4)
        self.second = nn.Conv2d(64, 32, middle, padding=middle // 2)
        self.last = nn.Conv2d(32, 1, 5, padding=2)
        for layer in (self.first, self.second, self.last):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
        with torch.no_grad():
            self.last.weight.mul_(0.01)
        for layer in (self.first, self.second):
            start_as_identity(layer)
        with torch.no_grad():
            self.last.weight[0, 0] = 0
            self.last.weight[0, 0, 2, 2] = 1

    def forward(self, lr: torch.Tensor) -> torch.Tensor:
        """Enlarge, see :class:`sw.networks.layers.Enlarger`."""
        x = bicubic(lr, self.scale).contiguous(memory_format=torch.channels_last)
        return self.last(self.second(self.first(x).relu()).relu())
