"""Enlarging pictures with a network, tile by tile, so that memory does not grow with the picture.

A network of Y makes Y; Cb and Cr are enlarged by bicubic, as in the papers (BT.601 in studio
range, :mod:`sw.ycbcr`). Grey is Y as it is. A network of R, G, B takes grey three times and
answers with the mean.
"""

import numpy as np

from sw.baselines.layers import Enlarger, bicubic, torch
from sw.errors import BadInput
from sw.network import WHITE
from sw.ycbcr import eight_bits, to_rgb, to_ycbcr

TILE = 128
"""LR pixels on each side of a tile, less what it sees of its neighbours."""


@torch.no_grad()
def enlarge_planes(network: Enlarger, lr: np.ndarray, tile: int = TILE) -> np.ndarray:
    """HR planes of LR ones, in grey levels: float32 (colours, height, width) → r times as large.

    The picture is mirrored around its borders, so that no zeros are seen that a convolution adds
    there; the result does not depend on ``tile``.
    """
    r, reach = network.scale, network.reach
    device = next(network.parameters()).device
    _, height, width = lr.shape
    padded = np.pad(lr, ((0, 0), (reach, reach), (reach, reach)), mode="symmetric")
    hr = np.empty((len(lr), r * height, r * width), np.float32)
    for y in range(0, height, tile):
        for x in range(0, width, tile):
            h, w = min(tile, height - y), min(tile, width - x)
            part = padded[:, y : y + h + 2 * reach, x : x + w + 2 * reach]
            made = network(torch.from_numpy(part[None] / np.float32(WHITE)).to(device))[0]
            inner = made[:, r * reach : r * (reach + h), r * reach : r * (reach + w)]
            hr[:, r * y : r * (y + h), r * x : r * (x + w)] = inner.cpu().numpy() * WHITE
    return hr


def enlarge(network: Enlarger, pixels: np.ndarray, scale: int) -> np.ndarray:
    """``pixels`` enlarged: uint8 (height, width, 1 or 3) → ``scale`` times as high and wide.

    Raises
    ------
    BadInput
        If the network is of another scale.
    """
    if scale != network.scale:
        raise BadInput(f"the network enlarges ×{network.scale}; ×{scale} is asked for")
    grey = pixels.shape[2] == 1
    planes = pixels.transpose(2, 0, 1).astype(np.float32)
    if network.colours == 3:
        made = enlarge_planes(network, planes.repeat(3, axis=0) if grey else planes)
        return eight_bits((made.mean(axis=0, keepdims=True) if grey else made).transpose(1, 2, 0))
    if grey:
        return eight_bits(enlarge_planes(network, planes).transpose(1, 2, 0))
    low = to_ycbcr(pixels).transpose(2, 0, 1).astype(np.float32)
    y = enlarge_planes(network, low[:1])
    # Bicubic of each tile for itself would be bicubic of the whole but at its borders.
    cb_cr = bicubic(torch.from_numpy(low[None, 1:]), scale)[0].numpy()
    return eight_bits(to_rgb(np.concatenate([y, cb_cr]).transpose(1, 2, 0)))
