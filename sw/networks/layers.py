"""Parts that several networks use: bicubic enlargement, and the weights that training starts from.

This is the one module that imports PyTorch, which is of the extra `train`.
Pictures are float32 (batch, colours, height, width) with white = 1.
"""

from fractions import Fraction
from functools import lru_cache
from typing import Protocol

import numpy as np
import torch
from torch import nn

from sw.pictures.bicubic import phase_weights


class Enlarger(Protocol):
    """An ``nn.Module`` that enlarges pictures.

    Attributes
    ----------
    scale : int
        HR pixels per LR pixel on each axis.
    colours : int
        Planes of a picture: 1 for Y, 3 for R, G, B.
    reach : int
        An HR pixel depends on the LR pixels up to so far from its own, on each axis.
    upsampling : str or None
        Prefix of the names of the weights that depend on the scale; None if no weights do.
    """

    scale: int
    colours: int
    reach: int
    upsampling: str | None

    def __call__(self, lr: torch.Tensor) -> torch.Tensor:
        """Pictures ``scale`` times as high and wide as ``lr``."""


@lru_cache(maxsize=32)
def bicubic_matrix(length: int, scale: int) -> torch.Tensor:
    """Matrix that enlarges a line of ``length`` pixels: float32 (scale * length, length)."""
    matrix = np.zeros((scale * length, length), np.float32)
    for phase in range(scale):
        first, weights = phase_weights(Fraction(scale), phase)
        for i in range(length):
            for tap, weight in enumerate(weights, first + i):
                # Beyond its ends the line is mirrored, with a period of 2 * length.
                tap %= 2 * length
                matrix[scale * i + phase, min(tap, 2 * length - 1 - tap)] += float(weight)
    return torch.from_numpy(matrix)


def bicubic(lr: torch.Tensor, scale: int) -> torch.Tensor:
    """Enlarge ``lr`` by bicubic in MATLAB's convention, neither rounded nor clipped.

    This is done in float32 also where autocast runs the convolutions in 16 bits.
    """
    down, across = (bicubic_matrix(side, scale).to(lr) for side in lr.shape[2:])
    device = "cpu" if lr.is_meta else lr.device.type  # autocast does not support meta tensors
    with torch.autocast(device, enabled=False):
        return down @ lr @ across.T


BICUBIC_REACH = 2
"""LR pixels on each side that an HR pixel of :func:`bicubic` depends on."""


@torch.no_grad()
def start_as_identity(layer: nn.Conv2d, gain: float = 1.0, count: int = 1, copies: int = 1) -> None:
    """Set weights of ``layer`` so that its first outputs are copies of its first inputs.

    With this in every layer a network starts as an interpolation instead of noise, and a short
    training spends no steps on finding the picture.

    Parameters
    ----------
    layer : nn.Conv2d
    gain : float
        Factor of the copies.
    count : int
        Input features that are copied.
    copies : int
        Copies of each input feature, in adjacent outputs.
    """
    copied = slice(0, count * copies)
    layer.weight[copied] = 0
    if layer.bias is not None:
        layer.bias[copied] = 0
    centre = layer.kernel_size[0] // 2
    for feature in range(count):
        outputs = slice(feature * copies, (feature + 1) * copies)
        layer.weight[outputs, feature, centre, centre] = gain


def triangle(scale: int, size: int, centre: float) -> torch.Tensor:
    """Weights of bilinear enlargement along a line of ``size`` pixels around ``centre``."""
    return (1 - (torch.arange(size) - centre).abs() / scale).clamp(min=0)
