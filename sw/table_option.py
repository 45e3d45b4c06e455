"""The options that say which table a command works with."""

import argparse

from sw.errors import BadInput
from sw.files import FAMILIES, load, table_path
from sw.images import MAX_MPIXEL
from sw.spec import Upsampler


def add_table_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``--table``, ``--family``, ``--scale`` and ``--max-mpixel``."""
    parser.add_argument(
        "--table",
        default="S",
        metavar="NAME|PATH",
        help="a table of luts/ by its name, or the path of an .npz or a published .npy "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--family",
        choices=FAMILIES,
        help="taps of an .npy whose entry count alone does not tell them",
    )
    parser.add_argument(
        "--scale", type=int, metavar="R", help="refuse a table whose scale is not R"
    )
    parser.add_argument(
        "--max-mpixel",
        type=float,
        default=MAX_MPIXEL,
        metavar="N",
        help="refuse pictures of more than N million pixels (default: %(default)s)",
    )


def chosen_table(args: argparse.Namespace) -> Upsampler:
    """Load the table that the options name.

    Raises
    ------
    BadInput
        If it cannot be loaded or its scale is not the asked one.
    """
    upsampler = load(table_path(args.table), args.family)
    if args.scale not in (None, upsampler.scale):
        raise BadInput(
            f"--scale {args.scale}: table {args.table} has scale {upsampler.scale}; "
            "choose a table of the scale you want"
        )
    return upsampler
