"""What the networks have in common: bicubic enlargement, and where training starts.

Pictures are float32 (batch, colours, height, width) in units of white throughout.
"""

from fractions import Fraction
from functools import lru_cache
from typing import Protocol

import numpy as np

from sw.errors import BadInput
from sw.pictures.bicubic import phase_weights

try:
    import torch
    from torch import nn
except ModuleNotFoundError as error:
    raise BadInput(
        f"networks need {error.name}; install the extra with: pip install -e '.[train]'"
    ) from error


class Enlarger(Protocol):
    """What every network of this package has besides being an ``nn.Module``.

    Calling it makes pictures ``scale`` times as high and wide of pictures of ``colours`` planes
    (1: Y, 3: R, G, B). An HR pixel depends on the LR pixels within ``reach`` of its own.
    ``upsampling`` begins the names of the weights that are of one scale only; None if there are
    none.
    """

    scale: int
    colours: int
    reach: int
    upsampling: str | None

    def __call__(self, lr: torch.Tensor) -> torch.Tensor:
        """Enlarge."""


@lru_cache(maxsize=32)
def bicubic_matrix(length: int, scale: int) -> torch.Tensor:
    """Bicubic enlargement of a line: float32 (scale · length, length)."""
    matrix = np.zeros((scale * length, length), np.float32)
    for phase in range(scale):
        first, weights = phase_weights(Fraction(scale), phase)
        for i in range(length):
            for k, weight in enumerate(weights, first + i):
                at = k % (2 * length)
                matrix[scale * i + phase, min(at, 2 * length - 1 - at)] += float(weight)
    return torch.from_numpy(matrix)


def bicubic(lr: torch.Tensor, scale: int) -> torch.Tensor:
    """``lr`` enlarged by bicubic in MATLAB's convention, neither rounded nor clipped.

    In float32 also where convolutions are shorter.
    """
    down, across = (bicubic_matrix(side, scale).to(lr) for side in lr.shape[2:])
    device = "cpu" if lr.is_meta else lr.device.type  # autocast knows no pictures without pixels
    with torch.autocast(device, enabled=False):
        return down @ lr @ across.T


BICUBIC_REACH = 2
"""LR pixels on each side that :func:`bicubic` looks at."""


@torch.no_grad()
def carry(layer: nn.Conv2d, gain: float = 1.0, count: int = 1, copies: int = 1) -> None:
    """Let features of ``layer`` be ``gain`` times those of what it is given, and no others.

    Feature 0 is the first ``copies`` ones, the next feature the next, ``count`` in all. With it in
    every layer, a network starts as an interpolation instead of noise, and training as short as
    that of tables here spends no steps on finding the picture.
    """
    made = slice(0, count * copies)
    layer.weight[made] = 0
    if layer.bias is not None:
        layer.bias[made] = 0
    centre = layer.kernel_size[0] // 2
    for feature in range(count):
        own = slice(feature * copies, (feature + 1) * copies)
        layer.weight[own, feature, centre, centre] = gain


def triangle(scale: int, size: int, centre: float) -> torch.Tensor:
    """Weights of bilinear enlargement along a line of ``size`` pixels around ``centre``."""
    return (1 - (torch.arange(size) - centre).abs() / scale).clamp(min=0)
