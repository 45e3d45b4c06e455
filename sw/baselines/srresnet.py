"""SRResNet (Ledig et al., CVPR 2017): the generator of SRGAN, for the squared error alone."""

from sw.baselines.layers import nn, torch

BLOCKS, WIDTH = 16, 64

START = 0.01
"""Of the usual size, weights of the last layer for all that is not the picture."""


def _normalised(size: int) -> list[nn.Module]:
    return [
        nn.Conv2d(WIDTH, WIDTH, size, padding=size // 2, bias=False),
        nn.BatchNorm2d(WIDTH),
    ]


class Block(nn.Module):
    """Two 3×3 convolutions with batch normalisation, PReLU between, added to what comes in."""

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
        # First layer, two in each block, the one after; a stage looks less far than an LR pixel.
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

    @torch.no_grad()
    def _start_at_nearest_neighbour(self) -> None:
        """Let features 0 to 2 carry R, G and B past the blocks, which add nothing at first.

        A short training would else spend its time on finding the picture, which the
        normalisation of small batches hides.
        """
        for layers in (*(block.layers for block in self.body[:BLOCKS]), self.body):
            nn.init.zeros_(layers[-1].weight)
        self.last.weight *= START
        nn.init.zeros_(self.last.bias)
        for colour in range(3):
            self.first[0].weight[colour] = 0
            self.first[0].weight[colour, colour, 4, 4] = 1
            self.first[0].bias[colour] = 0
            for layer in self.enlarge:
                if isinstance(layer, nn.Conv2d):
                    parts = slice(4 * colour, 4 * colour + 4)  # of what is shuffled into a colour
                    layer.weight[parts] = 0
                    layer.weight[parts, colour, 1, 1] = 1
                    layer.bias[parts] = 0
            self.last.weight[colour, colour, 4, 4] = 1

    def forward(self, lr: torch.Tensor) -> torch.Tensor:
        """HR of LR, see :class:`sw.baselines.layers.Enlarger`."""
        features = self.first(lr)
        return self.last(self.enlarge(features + self.body(features)))
