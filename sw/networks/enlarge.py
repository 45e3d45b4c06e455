"""Enlargement of pictures by a network, tile by tile, which bounds the memory it takes.

A network of Y enlarges Y only. Cb and Cr are rounded to 8 bits and enlarged by bicubic, as in the
papers (BT.601 in studio range, :mod:`sw.pictures.colour`). A grey picture serves as Y directly. A
network of R, G, B gets a grey picture three times, and the mean of its outputs is the result.
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
"""LR pixels on each side of a tile, without the margin that the network looks at."""


@torch.no_grad()
def tiles(
    network: Enlarger, lr: np.ndarray, size: int = TILE
) -> Iterator[tuple[tuple[slice, slice], np.ndarray]]:
    """Enlarge ``lr`` in tiles.

    The picture is mirrored at its borders, because the zeros that convolutions pad with would
    darken the border. The result does not depend on the size of the tiles.

    Parameters
    ----------
    network : Enlarger
    lr : ndarray of float32, shape (colours, height, width)
        In grey levels.
    size : int
        LR pixels on each side of a tile.

    Yields
    ------
    box : tuple of slice
        Rows and columns of the tile in the enlarged picture.
    planes : ndarray of float32, shape (colours, r * height, r * width)
        Enlarged tile, in grey levels, neither rounded nor clipped.
    """
    r, reach = network.scale, network.reach
    device = next(network.parameters()).device
    _, height, width = lr.shape
    padded = np.pad(lr, ((0, 0), (reach, reach), (reach, reach)), mode="symmetric")
    for y in range(0, height, size):
        for x in range(0, width, size):
            h, w = min(size, height - y), min(size, width - x)
            part = padded[:, y : y + h + 2 * reach, x : x + w + 2 * reach]
            hr = network(torch.from_numpy(part[None] / np.float32(WHITE)).to(device))[0]
            inner = hr[:, r * reach : r * (reach + h), r * reach : r * (reach + w)]
            box = slice(r * y, r * (y + h)), slice(r * x, r * (x + w))
            yield box, inner.cpu().numpy() * WHITE


def enlarge(network: Enlarger, pixels: np.ndarray, scale: int) -> np.ndarray:
    """Enlarge a picture.

    Parameters
    ----------
    network : Enlarger
    pixels : ndarray of uint8, shape (height, width, 1 or 3)
        Grey, or R, G, B.
    scale : int
        Scale of the network.

    Returns
    -------
    ndarray of uint8, shape (scale * height, scale * width, 1 or 3)

    Raises
    ------
    BadInput
        If the network has another scale.
    """
    if scale != network.scale:
        raise BadInput(f"scale is {scale}; for this network it must be {network.scale}")
    height, width, channels = pixels.shape
    enlarged = np.empty((scale * height, scale * width, channels), np.uint8)
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
        enlarged[box] = eight_bits(colours)
    return enlarged
