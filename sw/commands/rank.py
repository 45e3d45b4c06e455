"""Rank folders of photographs by what a table fitted on each alone does for the others.

A row for each folder fitted on, a column for each folder scored on: the mean gain in PSNR-Y over
bicubic, in dB. The last column is the mean over the other folders, and rows are ordered by it.

  python -m sw rank photos/cameras photos/drawings photos/films
  python -m sw rank --step 64 --iterations 12 photos/*

Needs the extra `fit` (pip install -e '.[fit]').
"""

import argparse
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import numpy as np
from tqdm import tqdm

from sw.commands.fit import STEPS
from sw.commands.photo_options import add_photo_arguments, read_photographs
from sw.errors import BadInput
from sw.pictures.images import image_files
from sw.scores import score_folder
from sw.tables.grid import UniformGrid
from sw.tables.published import FAMILIES
from sw.tables.spec import Stage, Table, Upsampler


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    option = parser.add_argument
    option("folders", type=Path, nargs="+", metavar="DIR", help="two or more folders of pictures")
    option("--family", choices=FAMILIES, default="S", help="taps of the table (default: S)")
    option("--step", type=int, choices=STEPS, default=32, help="default: %(default)s")
    option("--scale", type=int, choices=(2, 3, 4), default=4, help="default: %(default)s")
    option("--iterations", type=int, default=12, metavar="N", help="default: %(default)s")
    add_photo_arguments(parser)


def fitted(args: argparse.Namespace, folder: Path) -> Upsampler:
    """A table fitted on ``folder`` alone, with the ridge and smoothness that `fit` has."""
    from sw.fit.least_squares import Solver  # needs the extra
    from sw.fit.table_problem import Problem, photograph_weights

    grid, r = UniformGrid(args.step.bit_length() - 1), args.scale
    blank = Table.blank(FAMILIES[args.family], grid, r)
    planes = read_photographs(args, image_files(folder), r)
    problem = Problem(planes, photograph_weights(planes), blank, "reflect")
    solver = Solver(problem, iterations=args.iterations, ridge=0.1, smooth=1.0)
    state = solver.begin()
    with tqdm(total=solver.iterations, desc=f"fit {folder}", leave=False) as bar:
        solver.run(state, bar.update)
    entries = np.rint(state.table).astype(np.int8).reshape(blank.entries.shape)
    return Upsampler((Stage(r, "reflect", (replace(blank, entries=entries),)),))


def run(args: argparse.Namespace) -> None:
    """Fit on each folder, score on each other, print the table."""
    if len(set(args.folders)) != len(args.folders) or len(args.folders) < 2:
        raise BadInput("DIR: two or more different folders are accepted")
    if args.iterations < 4:
        raise BadInput("--iterations from 4 are accepted")
    for folder in args.folders:
        image_files(folder)
    gains: dict[Path, dict[Path, float]] = {}
    for source in args.folders:
        upsampler = fitted(args, source)
        gains[source] = {}
        for target in args.folders:
            if target != source:
                mean = score_folder(target, (upsampler,))["mean"]
                gains[source][target] = mean["table"]["psnr_y"] - mean["bicubic"]["psnr_y"]
    print(as_text(gains))


def as_text(gains: dict[Path, dict[Path, float]]) -> str:
    """The gains as a table, the folder that does most for the others first."""
    order = sorted(gains, key=lambda source: -fmean(gains[source].values()))
    columns = [str(folder) for folder in order]
    width = max(map(len, [*columns, "fitted on"]))
    lines = [f"{'fitted on':<{width}}" + "".join(f"  {name:>9}" for name in [*columns, "mean, dB"])]
    for source in order:
        cells = [gains[source].get(target) for target in order] + [fmean(gains[source].values())]
        texts = ("–" if cell is None else f"{cell:.3f}" for cell in cells)
        names = [*columns, "mean, dB"]
        lines.append(
            f"{source!s:<{width}}"
            + "".join(
                f"  {text:>{max(9, len(name))}}" for text, name in zip(texts, names, strict=True)
            )
        )
    return "\n".join(lines)
