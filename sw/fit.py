"""Fit a table to photographs by least squares, in minutes and without a network.

DIR is a folder of HR photographs, sub-folders included; the LR pictures are made of them by
bicubic reduction. The table is written to FILE (.npz, or .npy for the published layout) and a
manifest beside it (.json) says how it was made. With --score the finished table is scored on
other folders of HR pictures, and the means go into the manifest.

Nothing is drawn at random: the same photographs and options give the same table on one machine.

  python -m sw fit --data photos/ --out my.npz
  python -m sw fit --data photos/ --out F.npz --family F --score set5/ set14/

Needs the extra `fit` (pip install -e '.[fit]').
"""

import argparse
import shlex
import sys
import time
from pathlib import Path

import numpy as np
from tqdm import tqdm

from sw import manifest
from sw.errors import BadInput
from sw.files import FAMILIES, save
from sw.images import image_files
from sw.output import check_writable
from sw.photos import read_samples
from sw.score import score_folder
from sw.spec import PADDINGS, Stage, Table, UniformGrid, Upsampler

STEPS = tuple(1 << bits for bits in range(9))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="folder of HR photographs"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="table to write, .npz or .npy"
    )
    parser.add_argument(
        "--family", choices=FAMILIES, default="S", help="taps of the table (default: %(default)s)"
    )
    parser.add_argument(
        "--step",
        type=int,
        choices=STEPS,
        default=16,
        help="grey levels between grid points (default: %(default)s)",
    )
    parser.add_argument(
        "--scale", type=int, choices=(2, 3, 4), default=4, help="default: %(default)s"
    )
    parser.add_argument("--padding", choices=PADDINGS, default="reflect", help="default: reflect")
    parser.add_argument(
        "--iterations", type=int, default=30, metavar="N", help="default: %(default)s"
    )
    parser.add_argument(
        "--ridge",
        type=float,
        default=0.1,
        metavar="X",
        help="pull of each entry to the best linear table, in look-ups (default: %(default)s)",
    )
    parser.add_argument(
        "--smooth",
        type=float,
        default=1.0,
        metavar="X",
        help="pull of each entry to the line through its neighbours, in look-ups "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--score", type=Path, nargs="+", default=(), metavar="DIR", help="folders to score on"
    )


def run(args: argparse.Namespace) -> None:
    """Fit, save, score, write the manifest."""
    if args.iterations < 1 or args.ridge <= 0 or args.smooth < 0:
        raise BadInput("--iterations from 1, --ridge above 0 and --smooth from 0 are accepted")
    if args.out.suffix not in (".npz", ".npy"):
        raise BadInput(f"{args.out}: a table file ends in .npz or .npy")
    check_writable(args.out)
    for folder in args.score:
        image_files(folder)
    files = image_files(args.data, deep=True)
    started = time.monotonic()
    upsampler = fit(args, files)
    seconds = time.monotonic() - started
    save(args.out, upsampler)
    scores = {str(folder): score_folder(folder, upsampler)["mean"] for folder in args.score}
    content = {
        "command": shlex.join(["python", "-m", "sw", *sys.argv[1:]]),
        "data": manifest.data_entry(args.data, files),
        "seed": None,
        "seconds": round(seconds),
        "versions": manifest.versions(),
        "scores": scores,
    }
    manifest.write(args.out, content)
    print(f"{args.out}: {upsampler.table_bytes} bytes of entries, fitted in {seconds:.0f} s")
    for folder, mean in scores.items():
        values = ", ".join(f"{name} {each['psnr_y']:.3f} dB" for name, each in mean.items())
        print(f"{folder}: {values}")


def fit(args: argparse.Namespace, files: list[Path]) -> Upsampler:
    """Fit a table to the photographs in ``files``, with progress bars.

    Raises
    ------
    BadInput
        If none of the files can be used, or the extra is missing.
    """
    from sw import least_squares  # needs the extra

    taps, grid, r = FAMILIES[args.family], UniformGrid(args.step.bit_length() - 1), args.scale
    shape = (grid.levels,) * len(taps) + (r, r)
    blank = Table(taps, grid, np.zeros(shape, np.int8))
    with tqdm(files, desc="read photographs", unit="file", leave=False) as bar:
        samples, skipped = read_samples(bar, r, blank.reach, args.padding)
    for sentence in skipped:
        print(f"skipped {sentence}", file=sys.stderr)
    if not samples:
        raise BadInput(f"{args.data}: none of its {len(files)} image files can be used")
    pixels = sum(sample.hr.size for sample in samples)
    used = len(files) - len(skipped)
    print(f"{used} photographs, {pixels / 1e6:.1f} M samples of HR, {len(skipped)} files skipped")
    with tqdm(total=args.iterations, desc="prior", unit="iteration", leave=False) as bar:

        def after(mse: float, _: np.ndarray) -> None:
            bar.set_description("fit")
            bar.set_postfix_str(f"mse {mse:.3f}, {10 * np.log10(255**2 / mse):.3f} dB")
            bar.update()

        entries = least_squares.solve(
            samples,
            taps,
            grid,
            r,
            blank.reach,
            iterations=args.iterations,
            ridge=args.ridge,
            smooth=args.smooth,
            after=after,
        )
    rounded = np.clip(np.rint(entries), -128, 127).astype(np.int8).reshape(shape)
    return Upsampler((Stage(r, args.padding, (Table(taps, grid, rounded),)),))
