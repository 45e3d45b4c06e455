"""SRResNet (Ledig et al., CVPR 2017): the generator of SRGAN, trained on the squared error only."""

from sw.networks.layers import nn, start_as_identity, torch

BLOCKS, WIDTH = 16, 64


def _normalised(size: int) -> list[nn.Module]:
    return [
        nn.Conv2d(WIDTH, WIDTH, size, padding=size // 2, bias=False),
        nn.BatchNorm2d(WIDTH),
    ]


class Block(nn.Module):
    """Two 3×3 convolutions with batch normalisation and PReLU between, added to the input."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(*_normalised(3), nn.PReLU(), *_normalised(3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Features of the same shape."""
        return x + self.layers(x)


class Srresnet(nn.Module):
    """9×9 to 64 features, 16 blocks, sub-pixel stages of ×2, 9×9 to R, G, B.

    Parameters
    ----------
    scale : int
        2 or 4.
    """

    colours, upsampling = 3, "enlarge"

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale
        stages = scale.bit_length() - 1
        # First layer, two layers of each block, the layer after them, stages of less than an LR
        # pixel each, last layer.
        self.reach = 4 + 2 * BLOCKS + 1 + stages + -(-4 // scale)
        self.first = nn.Sequential(nn.Conv2d(3, WIDTH, 9, padding=4), nn.PReLU())
        self.body = nn.Sequential(*(Block() for _ in range(BLOCKS)), *_normalised(3))
        self.enlarge = nn.Sequential(
            *(
                layer
                for _ in range(stages)
                for layer in (
                    nn.Conv2d(WIDTH, 4 * WIDTH, 3, padding=1),
                    nn.PixelShuffle(2),
                    nn.PReLU(),
                )
            )
        )
        self.last = nn.Conv2d(WIDTH, 3, 9, padding=4)
        self._start_at_nearest_neighbour()

    def _start_at_nearest_neighbour(self) -> None:
        """Pass R, G and B on as features 0 to 2, and let the blocks add 0.

        Otherwise the normalisation of small batches would hide the brightness of a picture.
        """
        start_as_identity(self.first[0], count=3)
        for layers in (*(block.layers for block in self.body[:BLOCKS]), self.body):
            nn.init.zeros_(layers[-1].weight)
        for layer in self.enlarge:
            if isinstance(layer, nn.Conv2d):
                start_as_identity(layer, count=3, copies=4)
        start_as_identity(self.last, count=3)

    def forward(self, lr: torch.Tensor) -> torch.Tensor:
        """Enlarge, see :class:`sw.networks.layers.Enlarger`."""
        features = self.first(lr)
        return self.last(self.enlarge(features + self.body(features)))
