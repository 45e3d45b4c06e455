"""VDSR (Kim, Lee and Lee, CVPR 2016): twenty 3×3 layers add the detail that bicubic lacks to Y."""

from sw.networks.layers import BICUBIC_REACH, bicubic, nn, torch

DEPTH, WIDTH = 20, 64


class Vdsr(nn.Module):
    """20 convolutions of 3×3 with 64 features and ReLU between, added to the bicubic picture.

    Parameters
    ----------
    scale : int
        HR pixels per LR pixel on each axis. No weights depend on it: in the paper one set serves
        all scales.
    """

    colours, upsampling = 1, None

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale
        self.reach = BICUBIC_REACH + -(-DEPTH // scale)
        layers = []
        for k in range(DEPTH):
            before, after = (1 if k == 0 else WIDTH), (1 if k == DEPTH - 1 else WIDTH)
            layers += [nn.Conv2d(before, after, 3, padding=1), nn.ReLU(inplace=True)]
            nn.init.kaiming_normal_(layers[-2].weight, nonlinearity="relu")
            nn.init.zeros_(layers[-2].bias)
        nn.init.zeros_(layers[-2].weight)  # training starts at bicubic
        self.layers = nn.Sequential(*layers[:-1])

    def forward(self, lr: torch.Tensor) -> torch.Tensor:
        """Enlarge, see :class:`sw.networks.layers.Enlarger`."""
        enlarged = bicubic(lr, self.scale)
        return enlarged + self.layers(enlarged)
