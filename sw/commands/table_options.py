"""The options that choose a table."""

import argparse

from sw.errors import BadInput
from sw.pictures.images import MAX_MPIXEL
from sw.tables.files import load, table_path
from sw.tables.published import FAMILIES
from sw.tables.spec import Upsampler

STEPS = tuple(1 << bits for bits in range(9))
"""Grey levels between the grid points of a uniform grid that a table can have."""


def add_table_choice(
    parser: argparse.ArgumentParser, default: str = "compact", *, per_colour: bool = False
) -> None:
    """Declare ``--table`` with its default, and ``--family``.

    With ``per_colour`` the help says that three tables are possible: use :func:`chosen_tables`.
    """
    three = "; three of them with commas between are for R, G and B" if per_colour else ""
    parser.add_argument(
        "--table",
        default=default,
        metavar="NAME|PATH",
        help="a table in luts/ by its name, or the path of an .npz or of a published .npy"
        f"{three} (default: %(default)s)",
    )
    add_family_choice(parser)
    parser.set_defaults(scale=None)


def add_family_choice(parser: argparse.ArgumentParser) -> None:
    """Declare ``--family``."""
    parser.add_argument(
        "--family",
        choices=FAMILIES,
        help="family of a published .npy, if its number of entries fits more than one",
    )


def add_table_arguments(parser: argparse.ArgumentParser, *, per_colour: bool = False) -> None:
    """Declare ``--table``, ``--family``, ``--scale`` and ``--max-mpixel``."""
    add_table_choice(parser, per_colour=per_colour)
    parser.add_argument(
        "--scale", type=int, metavar="R", help="stop if the scale of the table is not R"
    )
    add_size_limit(parser)


def add_shape_arguments(parser: argparse._ActionsContainer, step: int) -> None:
    """Declare ``--family``, ``--step`` with its default, and ``--scale`` of a table to fit."""
    option = parser.add_argument
    option("--family", choices=FAMILIES, default="S", help="window of the table (default: S)")
    option(
        "--step",
        type=int,
        choices=STEPS,
        default=step,
        help="grey levels between grid points; a smaller step makes a better and larger table "
        "(default: %(default)s)",
    )
    option(
        "--scale",
        type=int,
        choices=(2, 3, 4),
        default=4,
        help="HR pixels per LR pixel on each axis (default: %(default)s)",
    )


def add_size_limit(parser: argparse.ArgumentParser) -> None:
    """Declare ``--max-mpixel``."""
    parser.add_argument(
        "--max-mpixel",
        type=float,
        default=MAX_MPIXEL,
        metavar="N",
        help="stop at pictures of more than N million pixels (default: %(default)s)",
    )


def chosen_tables(args: argparse.Namespace) -> tuple[Upsampler, ...]:
    """Load the table that ``--table`` names, or the three tables for R, G and B.

    Raises
    ------
    BadInput
        If a table cannot be loaded, its scale is not ``--scale``, or there are neither 1 nor 3.
    """
    names = args.table.split(",")
    if len(names) not in (1, 3):
        raise BadInput(f"--table {args.table}: names {len(names)} tables; it must be 1 or 3")
    upsamplers = tuple(load(table_path(name), args.family) for name in names)
    for name, upsampler in zip(names, upsamplers, strict=True):
        if args.scale not in (None, upsampler.scale):
            raise BadInput(
                f"--scale {args.scale}: table {name} has scale {upsampler.scale}; choose a table "
                f"of scale {args.scale}"
            )
        if upsampler.scale != upsamplers[0].scale:
            raise BadInput(
                f"--table {args.table}: the tables have different scales; they must have the same"
            )
    return upsamplers


def chosen_table(args: argparse.Namespace) -> Upsampler:
    """Load the table that ``--table`` names, for all colours.

    Raises
    ------
    BadInput
        If the table cannot be loaded, its scale is not ``--scale``, or there are three tables.
    """
    upsamplers = chosen_tables(args)
    if len(upsamplers) > 1:
        raise BadInput(
            f"--table {args.table}: names three tables; it must be one table for all colours"
        )
    return upsamplers[0]
