"""Write a 960×540 photograph to simulate with.

It is a crop of the Hubble deep field (NASA and ESA, public domain), which scikit-image ships.

  python -m sim frame build/frame.png
"""

import argparse
from pathlib import Path

import numpy as np

from sw.output import check_writable
from sw.pictures.images import Picture, write_picture

NEEDS = ("skimage",)


def photograph() -> np.ndarray:
    """The photograph: uint8 (540, 960, 3)."""
    from skimage.data import hubble_deep_field

    return hubble_deep_field()[:540, :960]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("target", type=Path, metavar="OUT", help="picture to write")


def run(args: argparse.Namespace) -> int:
    """Write the photograph."""
    check_writable(args.target)
    write_picture(args.target, Picture(photograph(), "RGB"))
    return 0
