"""The options that say which table a command works with."""

import argparse

from sw.errors import BadInput
from sw.pictures.images import MAX_MPIXEL
from sw.tables.files import load, table_path
from sw.tables.published import FAMILIES
from sw.tables.spec import Upsampler


def add_table_choice(parser: argparse.ArgumentParser, default: str = "compact") -> None:
    """Declare ``--table`` with its default, and ``--family``."""
    parser.add_argument(
        "--table",
        default=default,
        metavar="NAME|PATH",
        help="a table of luts/ by its name, or the path of an .npz or of a published .npy "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--family",
        choices=FAMILIES,
        help="family of an .npy whose number of entries fits more than one",
    )
    parser.set_defaults(scale=None)


def add_table_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``--table``, ``--family``, ``--scale`` and ``--max-mpixel``."""
    add_table_choice(parser)
    parser.add_argument(
        "--scale", type=int, metavar="R", help="refuse a table whose scale is not R"
    )
    add_size_limit(parser)


def add_size_limit(parser: argparse.ArgumentParser) -> None:
    """Declare ``--max-mpixel``."""
    parser.add_argument(
        "--max-mpixel",
        type=float,
        default=MAX_MPIXEL,
        metavar="N",
        help="refuse pictures of more than N million pixels (default: %(default)s)",
    )


def chosen_tables(args: argparse.Namespace) -> tuple[Upsampler, ...]:
    """Load the table that the options name, or the three of R, G and B.

    Raises
    ------
    BadInput
        If one cannot be loaded or its scale is not the asked one, or there are neither 1 nor 3.
    """
    names = args.table.split(",")
    if len(names) not in (1, 3):
        raise BadInput(f"--table {args.table}: names {len(names)} tables; 1 or 3 are accepted")
    upsamplers = tuple(load(table_path(name), args.family) for name in names)
    for name, upsampler in zip(names, upsamplers, strict=True):
        if args.scale not in (None, upsampler.scale):
            raise BadInput(
                f"--scale {args.scale}: table {name} has scale {upsampler.scale}; "
                "choose a table of the scale you want"
            )
        if upsampler.scale != upsamplers[0].scale:
            raise BadInput(f"--table {args.table}: the tables have different scales")
    return upsamplers


def chosen_table(args: argparse.Namespace) -> Upsampler:
    """Load the one table that the options name.

    Raises
    ------
    BadInput
        If it cannot be loaded, its scale is not the asked one, or there are several.
    """
    upsamplers = chosen_tables(args)
    if len(upsamplers) > 1:
        raise BadInput(f"--table {args.table}: one table for all colours is accepted here")
    return upsamplers[0]
