"""Compare ways to enlarge pictures: interpolation, FSR, networks, tables and the RTL in one run.

DIR is a folder of HR pictures, or of such folders, like set5 and set14, each a set with figures of
its own. The LR pictures are made of them by bicubic reduction in MATLAB's convention. Every method
enlarges the same LR pictures; what comes out is measured against the HR ones, less a border of
`scale` pixels, and printed as one table by falling PSNR-Y.

  python -m sw compare set5/ set14/
  python -m sw compare set5/ --methods bicubic,network,compact --table published.npy
  python -m sw compare pictures/ --methods all --out build/comparison

--out writes results.csv, results.json, quality.svg and index.html, a page that needs no network:
the table to sort, quality against cost, and a viewer that lays any two methods over each other. The
page holds square crops of some pictures, from where the methods differ most.

A method is chosen by its name or its kind: interpolation, self-similarity, network, table, rtl.
Without --methods all run but the slow kinds, self-similarity and rtl. A method that cannot run here
is listed with the reason. The RTL (rtl-NAME) is simulated on LR pictures of up to 65536 pixels and
must give what the golden model of the table gives; exit status 1 if it does not.
"""

import argparse
import shlex
import sys
from pathlib import Path

from sw.commands.table_options import add_size_limit
from sw.compare import results
from sw.compare.comparison import Comparison, compare_methods
from sw.compare.methods import tables
from sw.compare.methods.known import choose, known, warning
from sw.compare.report import page, quality_plot
from sw.compare.report.crops import LEAST_CROP, Crops
from sw.errors import BadInput
from sw.output import check_writable, whole_file
from sw.pictures.lpips import load_lpips
from sw.pictures.picture_sets import picture_sets
from sw.tables import manifest
from sw.tables.published import FAMILIES

SCALES = 2, 3, 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "folders", type=Path, nargs="+", metavar="DIR", help="HR pictures, or folders of them"
    )
    parser.add_argument(
        "--methods",
        metavar="NAMES",
        help="names and kinds with commas between them, or all (default: all but the slow kinds)",
    )
    parser.add_argument(
        "--table",
        action="append",
        default=[],
        metavar="PATH",
        help="compare this .npz or published .npy as well; may be given several times",
    )
    parser.add_argument(
        "--family", choices=FAMILIES, help="taps of those .npy that do not tell them"
    )
    parser.add_argument(
        "--weights",
        type=Path,
        metavar="DIR",
        help="networks' weights that go before the shipped ones, as `baseline` writes them: "
        "NAME.npz, at other scales than 4 NAME_xR.npz",
    )
    parser.add_argument("--scale", type=int, choices=SCALES, default=4, help="default: %(default)s")
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
        help="pictures on the page: how many, or their names as SET/NAME with commas between them "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--crop",
        type=int,
        default=320,
        metavar="N",
        help="HR pixels across what the page shows of each (default: %(default)s)",
    )
    add_size_limit(parser)


def pictures_to_show(comparison_sets: dict[str, dict[str, Path]], wanted: str) -> list[str]:
    """Names of the pictures that ``--show`` asks for; a number takes them from the sets in turn.

    Raises
    ------
    BadInput
        If a name is unknown.
    """
    each_set = [list(pictures) for pictures in comparison_sets.values()]
    every = [name for names in each_set for name in names]
    if wanted.isdecimal():
        in_turn = [
            names[i] for i in range(max(map(len, each_set))) for names in each_set if i < len(names)
        ]
        chosen = set(in_turn[: int(wanted)])
    else:
        chosen = {name.strip() for name in wanted.split(",")}
    for name in sorted(chosen - set(every)):
        listed = ", ".join(every[:20]) + (" …" if len(every) > 20 else "")
        raise BadInput(f"--show {name}: no such picture; a number, or {listed} are accepted")
    return [name for name in every if name in chosen]


def check_folder(folder: Path) -> None:
    """Make sure, before any long work, that the files of the report can be written into ``folder``.

    Raises
    ------
    BadInput
        If they cannot, or ``folder`` is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{folder}: is a file; a folder is accepted, made if missing")
    if folder.is_dir():
        check_writable(folder / "index.html")
    else:
        check_writable(folder)


def write_report(folder: Path, comparison: Comparison, crops: Crops) -> None:
    """Write the page and the figures, each file whole."""
    about = {
        "command": shlex.join(["python", "-m", "sw", *sys.argv[1:]]),
        "versions": manifest.versions(),
    }
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise BadInput(f"{folder}: cannot be made ({error.strerror})") from error
    files = {
        "results.csv": results.as_csv(comparison),
        "results.json": results.as_json(comparison, about),
        "quality.svg": quality_plot.standalone(comparison),
        "index.html": page.as_html(comparison, crops, about),
    }
    for name, text in files.items():
        with whole_file(folder / name) as file:
            file.write(text.encode())


def run(args: argparse.Namespace) -> int:
    """Compare, print, write; 1 if the RTL is not its model."""
    if args.crop < LEAST_CROP:
        raise BadInput(f"--crop {args.crop}: {LEAST_CROP} or more is accepted")
    sets = picture_sets(args.folders)
    if args.weights and not args.weights.is_dir():
        raise BadInput(f"{args.weights}: no such folder; a folder of networks' weights is accepted")
    given = tables.given(args.table, args.scale, args.family)
    chosen = choose(known(args.scale, given, args.weights), args.methods, given)
    crops = Crops(pictures_to_show(sets, args.show), args.crop)
    lpips = load_lpips(args.lpips) if args.lpips else None
    if args.out:
        check_folder(args.out)
    if said := warning(chosen):
        print(f"note: {said}", file=sys.stderr)
    comparison = compare_methods(
        sets,
        chosen,
        args.scale,
        lpips=lpips,
        max_mpixel=args.max_mpixel,
        show=crops.add if args.out else None,
    )
    if not comparison.methods:
        raise BadInput("none of the methods can run: " + "; ".join(results.notes(comparison)))
    print(results.as_text(comparison))
    if args.out:
        write_report(args.out, comparison, crops)
        print(crops.summary())
        print(f"look at {args.out / 'index.html'}")
    return 1 if comparison.differing else 0
