"""Rank folders of photographs by how well a table fitted on one of them does on the others.

The result is a table with a row for each folder to fit on and a column for each folder to score on.
Each cell is the mean gain in PSNR-Y over bicubic, in dB. The last column is the mean over the other
folders; the best folder to learn from comes first.

Pictures that cannot be read, or are too small to score, are named and skipped. The exit status is
1 if any could not be scored.

  python -m sw rank photos/cameras photos/drawings photos/films
  python -m sw rank --step 64 --iterations 12 photos/*

One table is fitted for each folder and scored on all others: the time grows with the square of the
number of folders.

Needs the extra `fit` (pip install 'srlut[fit]').
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import numpy as np

from sw.commands.option_types import whole
from sw.commands.photo_options import add_photo_arguments, read_photographs
from sw.commands.table_options import add_shape_arguments
from sw.errors import BadInput
from sw.photos.planes import Plane
from sw.pictures.images import image_files
from sw.progress import progress_bar
from sw.scores import score_folder
from sw.tables.grid import UniformGrid
from sw.tables.published import FAMILIES
from sw.tables.spec import Stage, Table, Upsampler

NEEDS = ("numba", "skimage")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    option = parser.add_argument
    option(
        "folders", type=Path, nargs="+", metavar="DIR", help="two or more folders of HR pictures"
    )
    add_shape_arguments(parser, step=32)
    option(
        "--iterations",
        type=whole(4),
        default=12,
        metavar="N",
        help="passes over all photographs of a folder, 4 or more (default: %(default)s)",
    )
    add_photo_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Fit on each folder, score on each other, print the table; 1 if pictures were not scored."""
    if len(set(args.folders)) != len(args.folders) or len(args.folders) < 2:
        raise BadInput("DIR: give two or more different folders")
    for folder in args.folders:
        image_files(folder)
    blank = Table.blank(FAMILIES[args.family], UniformGrid(args.step.bit_length() - 1), args.scale)
    gains: dict[Path, dict[Path, float]] = {}
    skipped: dict[str, None] = {}
    for source in args.folders:
        planes = read_photographs(args, image_files(source), args.scale)
        upsampler = fitted(blank, planes, args.iterations, f"fit {source}")
        gains[source] = {}
        for target in args.folders:
            if target != source:
                scores = score_folder(target, (upsampler,))
                skipped |= dict.fromkeys(scores["skipped"].values())
                mean = scores["mean"]
                gains[source][target] = mean["table"]["psnr_y"] - mean["bicubic"]["psnr_y"]
    for sentence in skipped:
        print(f"not scored: {sentence}", file=sys.stderr)
    print(as_text(gains))
    return 1 if skipped else 0


def fitted(blank: Table, planes: Sequence[Plane], iterations: int, label: str) -> Upsampler:
    """A table like ``blank``, fitted on ``planes`` with the ridge and smoothness that `fit` has.

    ``label`` is the text of the progress bar.
    """
    from sw.fit.least_squares import Solver  # needs the extra
    from sw.fit.table_problem import Problem, photograph_weights

    problem = Problem(planes, photograph_weights(planes), blank, "reflect")
    solver = Solver(problem, iterations=iterations, ridge=0.1, smooth=1.0)
    state = solver.begin()
    with progress_bar(total=solver.iterations, desc=label, unit="iteration") as bar:
        solver.run(state, bar.update)
    entries = problem.flat.rounded(state.table.ravel()).astype(np.int8)
    entries = entries.reshape(blank.entries.shape)
    return Upsampler((Stage(blank.scale, "reflect", (replace(blank, entries=entries),)),))


def as_text(gains: dict[Path, dict[Path, float]]) -> str:
    """The gains as a table; the folder with the highest mean gain on the others comes first."""
    order = sorted(gains, key=lambda source: -fmean(gains[source].values()))
    titles = [*map(str, order), "mean, dB"]
    width = max(map(len, [*titles, "fitted on"]))
    lines = [f"{'fitted on':<{width}}" + "".join(f"  {title:>9}" for title in titles)]
    for source in order:
        cells = [gains[source].get(target) for target in order] + [fmean(gains[source].values())]
        texts = ("–" if cell is None else f"{cell:.3f}" for cell in cells)
        line = f"{source!s:<{width}}"
        for text, title in zip(texts, titles, strict=True):
            line += f"  {text:>{max(9, len(title))}}"
        lines.append(line)
    return "\n".join(lines)
