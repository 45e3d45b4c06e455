"""The options that choose a table."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from sw.commands.option_types import real, whole
from sw.errors import BadInput
from sw.pictures.colour_formats import FILE_FORMATS
from sw.pictures.flat_fields import check_near_grey
from sw.pictures.images import MAX_MPIXEL
from sw.places import LUTS
from sw.tables.files import load, shipped_tables, table_path
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
    add_force(parser)
    parser.set_defaults(scale=None)


def add_family_choice(parser: argparse.ArgumentParser) -> None:
    """Declare ``--family``."""
    parser.add_argument(
        "--family",
        choices=FAMILIES,
        help="family of a published .npy, if its number of entries fits more than one",
    )


def add_force(parser: argparse.ArgumentParser) -> None:
    """Declare ``--force``."""
    parser.add_argument(
        "--force",
        action="store_true",
        help="take a table that turns flat fields into other grey levels too",
    )


def add_table_arguments(parser: argparse.ArgumentParser, *, per_colour: bool = False) -> None:
    """Declare ``--table``, ``--family``, ``--scale`` and ``--max-mpixel``."""
    add_table_choice(parser, per_colour=per_colour)
    parser.add_argument(
        "--scale", type=whole(1), metavar="R", help="stop if the scale of the table is not R"
    )
    add_size_limit(parser)


def add_colour(parser: argparse.ArgumentParser, default: str = "rgb") -> None:
    """Declare ``--colour``, which :func:`chosen_tables` looks at too."""
    parser.add_argument(
        "--colour",
        choices=FILE_FORMATS,
        default=default,
        help="rgb: every colour goes through the table; luma: the brightness alone does, which "
        "takes a third of the look-ups (default: %(default)s)",
    )


def grey_note(pictures: Sequence[Path]) -> str:
    """A sentence on grey ``pictures`` of a command with ``--colour luma``, at least one."""
    first, *others = pictures
    if not others:
        return f"{first}: is grey, so that --colour luma changes nothing"
    return (
        f"{first} and {len(others)} more of the pictures are grey, so that --colour luma changes "
        "nothing for them"
    )


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
        type=real(above=0),
        default=MAX_MPIXEL,
        metavar="N",
        help="stop at pictures of more than N million pixels (default: %(default)s)",
    )


def load_checked(name: str, family: str | None = None, *, force: bool = False) -> Upsampler:
    """Load the table ``name``, a path or the name of a shipped table.

    Raises
    ------
    BadInput
        If it cannot be loaded, or turns flat fields into other grey levels and ``force`` is not
        set. Shipped tables keep them, so that they are not looked at.
    """
    path = table_path(name)
    upsampler = load(path, family)
    if not force and path.parent != LUTS:
        check_near_grey(name, upsampler)
    return upsampler


def chosen_tables(args: argparse.Namespace) -> tuple[Upsampler, ...]:
    """Load the table that ``--table`` names, or the three tables for R, G and B.

    Raises
    ------
    BadInput
        If a table cannot be loaded, its scale is not ``--scale``, there are neither 1 nor 3, or
        there are 3 with ``--colour luma``.
    """
    # A comma can be part of the name of a file.
    names = [args.table] if Path(args.table).is_file() else args.table.split(",")
    if not all(names):
        raise BadInput(
            f"--table {args.table!r}: a name is empty; it must be the name or path of a table, or "
            "three of them with commas between"
        )
    if len(names) not in (1, 3):
        raise BadInput(f"--table {args.table}: names {len(names)} tables; it must be 1 or 3")
    if len(names) == 3 and getattr(args, "colour", "rgb") == "luma":
        raise BadInput(f"--table {args.table}: names three tables; --colour luma takes one")
    upsamplers = tuple(load_checked(name, args.family, force=args.force) for name in names)
    for name, upsampler in zip(names, upsamplers, strict=True):
        if args.scale not in (None, upsampler.scale):
            raise BadInput(
                f"--scale {args.scale}: table {name} has scale {upsampler.scale}; "
                f"{_with_scale(name, args.scale)}"
            )
        if upsampler.scale != upsamplers[0].scale:
            raise BadInput(
                f"--table {args.table}: the tables have different scales; they must have the same"
            )
    return upsamplers


def _with_scale(name: str, scale: int) -> str:
    """What to use instead of the table ``name``, which has another scale."""
    fitting = [shipped for shipped in shipped_tables() if load(table_path(shipped)).scale == scale]
    same = name.partition("_x")[0] + (f"_x{scale}" if scale != 4 else "")
    if same in fitting:
        return f"use --table {same}"
    if fitting:
        return f"use a table of scale {scale}, such as {', '.join(fitting)}"
    return "use a table of that scale, or leave out --scale"


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
