"""FSRCNN (Dong, Loy and Tang, ECCV 2016): narrow convolutions on LR Y, then a deconvolution."""

from sw.networks.layers import nn, start_as_identity, torch, triangle

DECONVOLUTION = 9
"""HR pixels on each side of the block that one LR pixel spreads to."""


class Fsrcnn(nn.Module):
    """5×5 to d features, 1×1 to s, m times 3×3, 1×1 to d, 9×9 deconvolution to Y; PReLU between.

    Only the deconvolution depends on the scale; trained convolutions serve any other scale too
    (section 3.4 of the paper).

    Parameters
    ----------
    scale : int
        HR pixels per LR pixel on each axis.
    d, s, m : int
        The paper's sensitive variables: (56, 12, 4), or (32, 5, 1) for FSRCNN-s.
    """

    colours, upsampling = 1, "deconvolution"

    def __init__(self, scale: int, d: int, s: int, m: int) -> None:
        super().__init__()
        self.scale = scale
        self.reach = 2 + m + -(-(DECONVOLUTION // 2 + 1) // scale)
        shapes = [(1, d, 5), (d, s, 1), *[(s, s, 3)] * m, (s, d, 1)]
        layers = []
        for before, after, size in shapes:
            convolution = nn.Conv2d(before, after, size, padding=size // 2)
            nn.init.kaiming_normal_(convolution.weight, a=0.25)
            nn.init.zeros_(convolution.bias)
            start_as_identity(convolution)
            layers += [convolution, nn.PReLU(after)]
        self.convolutions = nn.Sequential(*layers)
        # An LR pixel spreads around its centre, (scale - 1) / 2 HR pixels behind its corner.
        padding = DECONVOLUTION // 2 - (scale - 1) // 2
        self.deconvolution = nn.ConvTranspose2d(
            d,
            1,
            DECONVOLUTION,
            stride=scale,
            padding=padding,
            output_padding=scale + 2 * padding - DECONVOLUTION,
        )
        nn.init.normal_(self.deconvolution.weight, std=0.001)
        nn.init.zeros_(self.deconvolution.bias)
        line = triangle(scale, DECONVOLUTION, padding + (scale - 1) / 2)
        with torch.no_grad():
            self.deconvolution.weight[0, 0] = torch.outer(line, line)

    def forward(self, lr: torch.Tensor) -> torch.Tensor:
        """Enlarge, see :class:`sw.networks.layers.Enlarger`."""
        return self.deconvolution(self.convolutions(lr))
