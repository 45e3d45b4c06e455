"""The options that control how a command reads photographs."""

import argparse
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from sw.photos.planes import SIZES, Plane, read_planes
from sw.places import CACHE
from sw.progress import progress_bar


def _size(text: str) -> Fraction:
    try:
        ratio = Fraction(text)
    except (ValueError, ZeroDivisionError):
        ratio = Fraction(0)
    if not Fraction(1, 8) <= ratio <= 1 or ratio.denominator > 100:
        raise argparse.ArgumentTypeError(
            f"is {text!r}; it must be a fraction from 1/8 to 1, like 2/3"
        )
    return ratio


def add_photo_arguments(parser: argparse.ArgumentParser, sizes: Sequence[Fraction] = SIZES) -> None:
    """Declare ``--sizes``, with ``sizes`` as the default, and ``--cache``."""
    parser.add_argument(
        "--sizes",
        type=_size,
        nargs="+",
        default=sizes,
        metavar="X",
        help="use each photograph in each of these sizes, 1/8 to 1; smaller sizes are sharper "
        f"(default: {' '.join(map(str, sizes))})",
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=CACHE,
        metavar="DIR",
        help="folder in which decoded photographs are kept (default: %(default)s)",
    )


def add_data_argument(parser: argparse.ArgumentParser) -> None:
    """Declare ``--data``."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder of HR photographs to learn from, of any sizes; sub-folders are included",
    )


def read_photographs(args: argparse.Namespace, files: list[Path], scale: int) -> list[Plane]:
    """Read the planes of ``files``; print which files are skipped, and how many samples there are.

    Raises
    ------
    BadInput
        If none of the files can be used, or the cache cannot be written.
    """
    with progress_bar(files, desc="read photographs", unit="file") as bar:
        planes, skipped = read_planes(files, scale, args.sizes, args.cache, bar)
    for sentence in skipped:
        print(f"skipped {sentence}", file=sys.stderr)
    samples = sum(plane.hr.size for plane in planes)
    used = len(files) - len(skipped)
    print(f"{used} photographs, {samples / 1e6:.1f} M samples of HR, {len(skipped)} files skipped")
    return planes
