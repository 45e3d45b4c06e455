"""Draw the filters of a network's first layer, and those of FSRCNN's deconvolution.

The network is the folder of a run of `baseline` (RUN), the name of a network whose weights come
with the project, in luts/baselines (NAME), or the path of a file of weights. Mid-grey is a weight
of 0. The contrast of each filter is stretched so that its largest weight is black or white. Filters
for R, G and B are in colour. A gap separates the first layer from the deconvolution.

  python -m sw show-filters fsrcnn --out filters.png
  python -m sw show-filters runs/fsrcnn --out filters.png
"""

import argparse
from pathlib import Path

import numpy as np

from sw.errors import BadInput
from sw.networks.published import NETWORKS
from sw.networks.weights import Weights, load, weights_path
from sw.output import check_writable
from sw.pictures.formats import check_ending
from sw.pictures.images import Picture, write_picture

ZOOM = 6
"""Pixels on each side of the square that shows a weight."""

ROW = 16
"""Filters in a row of the picture."""

BACKGROUND = 255


def find_weights(name: str) -> Path:
    """The file of weights for ``name``, which is a run folder, the name of a network or a path."""
    if Path(name).is_dir():
        return Path(name) / "weights.npz"
    if name in NETWORKS:
        return weights_path(name, 4)
    return Path(name)


def grid(filters: np.ndarray) -> np.ndarray:
    """Picture of ``filters`` (count, size, size, 3) in rows: uint8 (height, width, 3)."""
    largest = np.abs(filters).max(axis=(1, 2, 3), keepdims=True)
    grey = np.rint(127.5 + 127.5 * filters / np.maximum(largest, 1e-12)).astype(np.uint8)
    zoomed = grey.repeat(ZOOM, axis=1).repeat(ZOOM, axis=2)
    framed = np.pad(
        zoomed, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="constant", constant_values=BACKGROUND
    )
    missing = -len(framed) % ROW
    blank = np.full((missing, *framed.shape[1:]), BACKGROUND, np.uint8)
    rows = np.concatenate([framed, blank]).reshape(-1, ROW, *framed.shape[1:])
    return np.concatenate([np.concatenate(list(row), axis=1) for row in rows])


def draw_filters(weights: Weights) -> np.ndarray:
    """Picture of the filters in ``weights``: uint8 (height, width, 3).

    Raises
    ------
    BadInput
        If the weights hold no convolution.
    """
    layers = [array for array in weights.arrays.values() if array.ndim == 4][:1]
    if not layers:
        raise BadInput(f"the weights of {weights.network} hold no convolution to draw")
    if "deconvolution.weight" in weights.arrays:
        layers.append(weights.arrays["deconvolution.weight"])
    pictures = []
    for array in layers:
        filters = array.transpose(0, 2, 3, 1)
        pictures.append(grid(filters if filters.shape[3] == 3 else filters.repeat(3, axis=3)))
    width = max(picture.shape[1] for picture in pictures)
    return np.concatenate(
        [
            np.pad(
                picture,
                ((0, 2 * ZOOM), (0, width - picture.shape[1]), (0, 0)),
                mode="constant",
                constant_values=BACKGROUND,
            )
            for picture in pictures
        ]
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "weights", metavar="RUN|NAME", help="folder of a run, network, or file of weights"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="picture to write, such as a .png"
    )


def run(args: argparse.Namespace) -> None:
    """Draw the filters."""
    check_ending(args.out)
    check_writable(args.out)
    write_picture(args.out, Picture(draw_filters(load(find_weights(args.weights))), "RGB"))
