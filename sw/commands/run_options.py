"""What `train` and `baseline` share: options, checks, and the course of a run."""

import argparse
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from sw.commands.convergence import draw
from sw.commands.option_types import seed_number, whole
from sw.commands.photo_options import (
    add_data_argument,
    add_photo_arguments,
    read_photographs,
)
from sw.output import check_folder_writable
from sw.photos.planes import SIZES
from sw.scores import Validation

if TYPE_CHECKING:  # needs the extra
    from sw.training.run import Run


def add_run_arguments(parser: argparse.ArgumentParser, sizes: Sequence[Fraction] = SIZES) -> None:
    """Declare the options that `train` and `baseline` share.

    ``sizes`` are those in which photographs are taken, unless the user asks for others.
    """
    add_data_argument(parser)
    option = parser.add_argument
    option(
        "--run",
        type=Path,
        required=True,
        dest="folder",
        metavar="RUN",
        help="folder to write; it is created if it is missing",
    )
    option(
        "--resume",
        action="store_true",
        help="continue the run in RUN, with the same other options as before",
    )
    option(
        "--scale",
        type=int,
        choices=(2, 3, 4),
        default=4,
        help="HR pixels per LR pixel on each axis (default: %(default)s)",
    )
    option(
        "--steps",
        type=whole(1),
        default=20000,
        metavar="N",
        help="length of the run; each step learns from one batch (default: %(default)s)",
    )
    option(
        "--val",
        type=Path,
        metavar="DIR",
        help="folder of other HR pictures; their mean PSNR-Y during the run is logged",
    )
    option(
        "--val-every",
        type=whole(1),
        default=500,
        metavar="N",
        help="with --val: steps between scores (default: %(default)s)",
    )
    option(
        "--seed",
        type=seed_number,
        default=0,
        metavar="N",
        help="seed of the random numbers (default: %(default)s)",
    )
    option(
        "--device",
        default="auto",
        metavar="NAME",
        help="cpu, cuda, cuda:1 …; auto is cuda if there is a GPU, else cpu (default: %(default)s)",
    )
    add_photo_arguments(parser, sizes)


def check_folder(folder: Path) -> None:
    """Make sure that ``folder``, the value of ``--run``, can be the folder of a run.

    Raises
    ------
    BadInput
        If it is a file, cannot be written, or is missing and cannot be created.
    """
    while not folder.parent.exists():  # folders above are created too
        folder = folder.parent
    check_folder_writable(folder)


def carry_out(
    args: argparse.Namespace, run: "Run", files: list[Path], validation: Validation | None
) -> None:
    """Start or resume ``run`` as the options say, train to its end, and draw the loss.

    Parameters
    ----------
    args : argparse.Namespace
        Values of the options that :func:`add_run_arguments` declares.
    run : Run
        A new run.
    files : list of Path
        Photographs to learn from.
    validation : Validation or None
        Pictures to score on.

    Raises
    ------
    BadInput
        If the run cannot be started or resumed, the photographs cannot be used, or the folder
        cannot be written.
    """
    run.begin(args.folder, resume=args.resume)
    run.use(read_photographs(args, files, args.scale))
    run.train(args.folder, validation, args.val_every)
    draw(args.folder / "loss.png", [args.folder])


def last_score(args: argparse.Namespace, run: "Run") -> str:
    """The last score of ``run`` as the end of a sentence; empty without ``--val``."""
    return f", {run.validations[-1]:.3f} dB on {args.val}" if args.val and run.validations else ""
