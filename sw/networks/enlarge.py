"""Enlarging pictures with a network, tile by tile, so that memory does not grow with the picture.

A network of Y makes Y; Cb and Cr, rounded to 8 bits, are enlarged by bicubic, as in the papers
(BT.601 in studio range, :mod:`sw.pictures.colour`). Grey is Y as it is. A network of R, G, B takes
grey three times and answers with the mean.
"""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from sw.errors import BadInput
from sw.networks.layers import Enlarger, torch
from sw.networks.sr_lut import WHITE
from sw.pictures.bicubic import resize
from sw.pictures.colour import eight_bits, luma, to_rgb, to_ycbcr

TILE = 128
"""LR pixels on each side of a tile, less what it sees of its neighbours."""


@torch.no_grad()
def tiles(
    network: Enlarger, lr: np.ndarray, size: int = TILE
) -> Iterator[tuple[tuple[slice, slice], np.ndarray]]:
    """Tiles of the enlarged picture: where in it each lies (y, x), and its planes.

    The picture is mirrored around its borders, so that no zeros are seen that a convolution adds
    there; together the tiles are the same whatever their size.

    Parameters
    ----------
    network : Enlarger
    lr : ndarray of float32, shape (colours, height, width)
        In grey levels, as the planes that come out.
    size : int
        LR pixels on each side of a tile.
    """
    r, reach = network.scale, network.reach
    device = next(network.parameters()).device
    _, height, width = lr.shape
    padded = np.pad(lr, ((0, 0), (reach, reach), (reach, reach)), mode="symmetric")
    for y in range(0, height, size):
        for x in range(0, width, size):
            h, w = min(size, height - y), min(size, width - x)
            part = padded[:, y : y + h + 2 * reach, x : x + w + 2 * reach]
            made = network(torch.from_numpy(part[None] / np.float32(WHITE)).to(device))[0]
            inner = made[:, r * reach : r * (reach + h), r * reach : r * (reach + w)]
            box = slice(r * y, r * (y + h)), slice(r * x, r * (x + w))
            yield box, inner.cpu().numpy() * WHITE


def enlarge(network: Enlarger, pixels: np.ndarray, scale: int) -> np.ndarray:
    """``pixels`` enlarged: uint8 (height, width, 1 or 3) → ``scale`` times as high and wide.

    Raises
    ------
    BadInput
        If the network is of another scale.
    """
    if scale != network.scale:
        raise BadInput(f"the network enlarges ×{network.scale}; ×{scale} is asked for")
    height, width, channels = pixels.shape
    made = np.empty((scale * height, scale * width, channels), np.uint8)
    if network.colours == 1:
        lr = luma(pixels)[None]
        if channels == 3:
            cb_cr = resize(eight_bits(to_ycbcr(pixels)[..., 1:]), Fraction(scale))
    else:
        lr = pixels.transpose(2, 0, 1).repeat(3 // channels, axis=0)
    for box, planes in tiles(network, lr.astype(np.float32)):
        colours = planes.transpose(1, 2, 0)
        if channels == 1:
            colours = colours.mean(axis=2, keepdims=True)
        elif network.colours == 1:
            colours = to_rgb(np.concatenate([colours, cb_cr[box]], axis=2))
        made[box] = eight_bits(colours)
    return made
