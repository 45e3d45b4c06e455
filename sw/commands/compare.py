"""Compare methods of super-resolution on your pictures: interpolation, networks, tables, the RTL.

  python -m sw compare set5/ set14/
  python -m sw compare set5/ --methods bicubic,network,compact --table published.npy
  python -m sw compare pictures/ --methods all --out build/comparison
  python -m sw compare pictures/ --colour luma

DIR is a folder of high-resolution (HR) pictures, or a folder of such folders. Each folder is a set
with figures of its own. The command reduces every picture by --scale (bicubic, as MATLAB does it),
lets every method enlarge the reduced picture, and measures the result against the original. A
border of `scale` pixels is left out. The table lists the methods by falling PSNR-Y.

--methods takes names and kinds. The kinds are interpolation, self-similarity, network, table, luma
and rtl; luma are the tables for the brightness alone, with interpolated colour. The default is all
methods but the slow kinds, self-similarity and rtl. A method that cannot run here is listed with
the reason.

Each table is compared twice: as NAME, where it enlarges every colour, and as NAME-luma, where it
enlarges the brightness alone. --colour chooses one of the two: with luma, the kinds table and rtl
are left out, with rgb the kind luma. The methods without a table stay.

Pictures that cannot be read or are too small are named and left out, from all figures; the exit
status is then 1, or 2 if no picture is left.

The RTL (rtl-NAME) is simulated on reduced pictures of up to 65536 pixels. Its result must be that
of the golden model; otherwise the exit status is 1.

--out writes results.csv, results.json, quality.svg and index.html. The page works without a
network. It has a table to sort, a plot of quality against cost, and a viewer that lays any two
methods over each other. The viewer shows the part of each picture where the methods differ most.
"""

import argparse
import shlex
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from sw.commands.option_types import whole
from sw.commands.table_options import add_force, add_size_limit
from sw.compare import results
from sw.compare.comparison import compare_methods, find_unusable
from sw.compare.methods import tables
from sw.compare.methods.known import choose, known, warning
from sw.compare.report.crops import MIN_SIDE, Crops
from sw.compare.report.files import write_files
from sw.errors import BadInput
from sw.output import check_folder_writable
from sw.pictures.colour_formats import FILE_FORMATS
from sw.pictures.lpips import load_lpips
from sw.pictures.picture_sets import picture_sets
from sw.tables.published import FAMILIES

NEEDS = ("skimage", "jinja2")

SCALES = 2, 3, 4

LISTED = 20
"""How many names of pictures an error message lists."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "folders", type=Path, nargs="+", metavar="DIR", help="HR pictures, or folders of them"
    )
    parser.add_argument(
        "--methods",
        metavar="NAMES",
        help="names and kinds of methods, separated by commas, or all "
        "(default: all but the slow kinds)",
    )
    parser.add_argument(
        "--colour",
        choices=FILE_FORMATS,
        help="of the methods with a table, take those that enlarge every colour with it (rgb), or "
        "those that enlarge the brightness alone (luma); the default is both",
    )
    parser.add_argument(
        "--table",
        action="append",
        default=[],
        metavar="PATH",
        help="compare the table in this .npz or published .npy too; may be repeated",
    )
    parser.add_argument(
        "--family",
        choices=FAMILIES,
        help="family of an .npy whose number of entries fits more than one",
    )
    parser.add_argument(
        "--weights",
        type=Path,
        metavar="DIR",
        help="use the network weights in DIR before the shipped ones; the files must be called "
        "NAME.npz for x4, and NAME_x2.npz or NAME_x3.npz (`baseline` writes such files)",
    )
    parser.add_argument(
        "--scale",
        type=int,
        choices=SCALES,
        default=4,
        help="factor by which pictures are reduced and enlarged again (default: %(default)s)",
    )
    parser.add_argument(
        "--lpips",
        type=Path,
        metavar="FILE",
        help="measure LPIPS too, with torchvision's AlexNet or VGG-16 weights in FILE",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="write the page and the figures")
    parser.add_argument(
        "--show",
        default="6",
        metavar="N|NAMES",
        help="pictures on the page: a number, or names SET/NAME separated by commas "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--crop",
        type=whole(MIN_SIDE),
        default=320,
        metavar="N",
        help="HR pixels on a side of what the page shows of a picture (default: %(default)s)",
    )
    add_force(parser)
    add_size_limit(parser)


def pictures_to_show(
    sets: Mapping[str, Mapping[str, Path]], wanted: str, unusable: Collection[str] = ()
) -> list[str]:
    """Names of the pictures that ``--show`` asks for; a number takes them from the sets in turn.

    Pictures that are ``unusable`` are passed over.

    Raises
    ------
    BadInput
        If a name is unknown.
    """
    names_by_set = [
        [name for name in pictures if name not in unusable] for pictures in sets.values()
    ]
    all_names = [name for names in names_by_set for name in names]
    if wanted.isdecimal():
        in_turn = [
            names[i]
            for i in range(max(map(len, names_by_set)))
            for names in names_by_set
            if i < len(names)
        ]
        chosen = set(in_turn[: int(wanted)])
    else:
        chosen = {name.strip() for name in wanted.split(",")}
    for name in sorted(chosen - set(all_names)):
        listed = ", ".join(all_names[:LISTED]) + (" …" if len(all_names) > LISTED else "")
        raise BadInput(
            f"--show {name}: no such picture; it must be a number, or names among: {listed}"
        )
    return [name for name in all_names if name in chosen]


def run(args: argparse.Namespace) -> int:
    """Compare, print and write; 1 if a picture was left out or the RTL differs from its model."""
    sets = picture_sets(args.folders)
    if args.weights and not args.weights.is_dir():
        raise BadInput(f"--weights {args.weights}: no such folder; it must hold network weights")
    given = tables.given(args.table, args.scale, args.family, force=args.force)
    always = [tables.name_in(name, args.colour or "rgb") for name in given]
    methods = choose(known(args.scale, given, args.weights), args.methods, always, args.colour)
    shown = pictures_to_show(sets, args.show)
    lpips = load_lpips(args.lpips) if args.lpips else None
    if args.out:
        check_folder_writable(args.out)
    if slow := warning(methods):
        print(f"note: {slow}", file=sys.stderr)
    unusable = find_unusable(sets, args.scale, lpips=bool(args.lpips), max_mpixel=args.max_mpixel)
    for reason in unusable.values():
        print(f"left out {reason}", file=sys.stderr)
    if args.show.isdecimal():
        shown = pictures_to_show(sets, args.show, unusable)
    crops = Crops(shown, args.crop)
    comparison = compare_methods(
        sets,
        methods,
        args.scale,
        unusable=unusable,
        lpips=lpips,
        max_mpixel=args.max_mpixel,
        show=crops.add if args.out else None,
    )
    if not comparison.methods:
        raise BadInput("none of the methods can run: " + "; ".join(results.notes(comparison)))
    print(results.as_text(comparison))
    if args.out:
        command = shlex.join(["python", "-m", "sw", *sys.argv[1:]])
        write_files(args.out, comparison, crops, command)
        print(crops.summary())
        print(f"look at {args.out / 'index.html'}")
    return 1 if comparison.differing or comparison.left_out else 0
