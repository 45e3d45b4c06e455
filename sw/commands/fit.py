"""Fit a table to photographs by least squares, in minutes and without a network.

DIR is a folder of HR photographs of any sizes and formats, sub-folders included. Each is taken in
several sizes, and the LR pictures are made of those by bicubic reduction. Files that cannot
be read are named and skipped. The table is written to FILE (.npz, or .npy for the published layout)
and a manifest beside it (.json) says how it was made. With --val the bar shows the mean PSNR-Y on
other pictures as the fit goes; with --score the finished table is scored on folders of HR pictures,
and the means go into the manifest.

The same photographs and options give the same table on one machine. An interrupted fit goes on
with --resume and gives that table too.

  python -m sw fit --data photos/ --out my.npz
  python -m sw fit --data photos/ --out F.npz --family F --val set5/ --score set5/ set14/
  python -m sw fit --data photos/ --out better.npz --init trained.npz

Needs the extra `fit` (pip install -e '.[fit]').
"""

import argparse
import time
from pathlib import Path

import numpy as np
from tqdm import tqdm

from sw.commands.fit_output import add_finish_arguments, check_finish_arguments, finish, state_path
from sw.commands.photo_options import add_photo_arguments, read_photographs
from sw.errors import BadInput
from sw.pictures.images import image_files
from sw.scores import Validation
from sw.tables import manifest
from sw.tables.files import load, table_path
from sw.tables.grid import UniformGrid
from sw.tables.published import FAMILIES
from sw.tables.spec import PADDINGS, Stage, Table, Upsampler

STEPS = tuple(1 << bits for bits in range(9))

KEEP_SECONDS = 30
"""How often an unfinished fit is written, and looked at with --val."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    option = parser.add_argument
    add_finish_arguments(parser)
    option("--family", choices=FAMILIES, default="S", help="taps of the table (default: S)")
    option(
        "--step",
        type=int,
        choices=STEPS,
        default=16,
        help="grey levels between grid points (default: %(default)s)",
    )
    option("--scale", type=int, choices=(2, 3, 4), default=4, help="default: %(default)s")
    option("--padding", choices=PADDINGS, default="reflect", help="default: reflect")
    option(
        "--init",
        metavar="NAME|PATH",
        help="start from this table and stay near it; family, step, scale and padding are its own",
    )
    option(
        "--hard",
        action="store_true",
        help="with --init: count patches more on which that table gains little over bicubic",
    )
    option("--iterations", type=int, default=32, metavar="N", help="default: %(default)s")
    option(
        "--ridge",
        type=float,
        default=0.1,
        metavar="X",
        help="pull of each entry to the best linear table, in look-ups (default: %(default)s)",
    )
    option(
        "--smooth",
        type=float,
        default=1.0,
        metavar="X",
        help="pull of each entry to the line through its neighbours, in look-ups "
        "(default: %(default)s)",
    )
    option("--resume", action="store_true", help="go on with the interrupted fit of FILE")
    add_photo_arguments(parser)


def _blank(args: argparse.Namespace) -> Stage:
    """The stage to fit, as the options or --init describe it."""
    if args.init:
        upsampler = load(table_path(args.init))
        stage = upsampler.stages[0]
        if len(upsampler.stages) > 1 or len(stage.tables) > 1:
            raise BadInput(f"--init {args.init}: has several tables; one of a single one is fitted")
        if not isinstance(stage.tables[0].grid, UniformGrid):
            raise BadInput(f"--init {args.init}: has a difference grid; `tune` goes on with those")
        return stage
    taps, grid, r = FAMILIES[args.family], UniformGrid(args.step.bit_length() - 1), args.scale
    return Stage(r, args.padding, (Table.blank(taps, grid, r),))


def run(args: argparse.Namespace) -> None:
    """Fit, save, score, write the manifest."""
    if args.iterations < 4 or args.ridge <= 0 or args.smooth < 0:
        raise BadInput("--iterations from 4, --ridge above 0 and --smooth from 0 are accepted")
    if args.hard and not args.init:
        raise BadInput("--hard: needs --init, the table that tells which patches are hard")
    blank = _blank(args)
    check_finish_arguments(args, Upsampler((blank,)))
    validation = Validation(args.val, blank.scale) if args.val else None
    files = image_files(args.data, recursive=True)
    started = time.monotonic()
    upsampler = fit(args, files, blank, validation)
    finish(args, upsampler, files, time.monotonic() - started)


def fit(
    args: argparse.Namespace, files: list[Path], blank: Stage, validation: Validation | None
) -> Upsampler:
    """Fit the table of ``blank`` to the photographs in ``files``, with progress bars.

    Raises
    ------
    BadInput
        If none of the files can be used, the extra is missing, or there is nothing to resume.
    """
    from sw.fit.checkpoint import load_state, save_state  # needs the extra
    from sw.fit.hard_weights import hard_weights
    from sw.fit.least_squares import Solver
    from sw.fit.round_entries import round_entries
    from sw.fit.table_problem import Problem, photograph_weights

    table = blank.tables[0]
    about = {
        "data": manifest.data_entry(args.data, files)["sha256"],
        "taps": [list(tap) for tap in table.taps],
        "step": table.grid.q,
        "scale": blank.scale,
        "padding": blank.padding,
        "sizes": [str(ratio) for ratio in args.sizes],
        "init": manifest.sha256(table_path(args.init)) if args.init else None,
        **{name: getattr(args, name) for name in ("iterations", "ridge", "smooth", "hard")},
    }
    unfinished = state_path(args.out)
    state = load_state(unfinished, about) if args.resume else None
    planes = read_photographs(args, files, blank.scale)
    weights = photograph_weights(planes)
    if args.hard:
        with tqdm(planes, desc="hard patches", unit="plane", leave=False) as bar:
            weights = hard_weights(planes, weights, Upsampler((blank,)), bar)
    problem = Problem(planes, weights, table, blank.padding)
    start = table.entries.reshape(problem.shape).astype(float) if args.init else None
    solver = Solver(
        problem, iterations=args.iterations, ridge=args.ridge, smooth=args.smooth, start=start
    )

    def finished(entries: np.ndarray, grid: UniformGrid) -> Upsampler:
        shape = Table.blank(table.taps, grid, blank.scale).entries.shape
        rounded = np.clip(np.rint(entries), -128, 127).astype(np.int8)
        shaped = Table(table.taps, grid, rounded.reshape(shape))
        return Upsampler((Stage(blank.scale, blank.padding, (shaped,)),))

    state = state or solver.begin()
    kept = time.monotonic()
    with tqdm(total=solver.iterations, desc="fit", unit="iteration", leave=False) as bar:
        bar.update(solver.done(state))

        def after_iteration() -> None:
            nonlocal kept
            bar.update()
            if time.monotonic() - kept > KEEP_SECONDS:
                save_state(unfinished, state, about)
                said = f"objective {state.objective:.4f}"
                if validation:
                    now = finished(state.current, solver.rounds[state.round].grid)
                    said += f", validation {validation.psnr_y(now):.3f} dB"
                bar.set_postfix_str(said)
                kept = time.monotonic()

        solver.run(state, after_iteration)
    save_state(unfinished, state, about)
    with tqdm(desc="round", unit="pass", leave=False) as bar:

        def after_pass(mse: float) -> None:
            bar.update()
            bar.set_postfix_str(f"weighted mse {mse:.4f}")

        entries = round_entries(problem, state.table, after_pass)
    return finished(entries, table.grid)
