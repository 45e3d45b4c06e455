"""Fit a table to photographs by least squares, in minutes and without a network.

A table holds the HR pixels that replace an LR pixel, for the values of the pixel and of a few
neighbours. --family chooses these pixels, the window: S (2×2), F (1×3) or V (1×2). To keep the
table small, it has entries only for some grey levels, --step apart; between them it is
interpolated. `fit` finds the entries for which the enlarged photographs come closest to the
originals.

--data is a folder of HR photographs. Each is taken in several sizes and reduced by bicubic, which
gives the LR pictures. Files that cannot be read are named and skipped. The table is written to
--out, and beside it a manifest (.json) that records how it was made.

  python -m sw fit --data photos/ --out my.npz
  python -m sw fit --data photos/ --out my.npz --resume
  python -m sw fit --data photos/ --out F.npz --family F --val set5/ --score set5/ set14/
  python -m sw fit --data photos/ --out better.npz --init trained.npz

The time grows with the HR samples of the photographs and with --iterations. The table S of luts/
(1336336 bytes, 326 photographs) took 843 seconds on two busy CPU cores. At ×4 the window S needs
1336336 bytes with --step 16, 104976 with 32 and 10000 with 64.

The same photographs and options give the same table on one machine, with --resume too.

Needs the extra `fit` (pip install 'srlut[fit]').
"""

import argparse
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sw.commands.fit_output import (
    SAVE_SECONDS,
    add_fit_arguments,
    check_output,
    finish,
    state_path,
)
from sw.commands.option_types import real, whole
from sw.commands.photo_options import add_photo_arguments, read_photographs
from sw.commands.table_options import add_force, add_shape_arguments, load_checked
from sw.errors import BadInput
from sw.output import check_writable
from sw.photos.planes import Plane
from sw.pictures.images import image_files
from sw.progress import progress_bar
from sw.scores import Validation
from sw.tables import manifest
from sw.tables.files import table_path
from sw.tables.grid import UniformGrid
from sw.tables.published import FAMILIES
from sw.tables.spec import PADDINGS, Stage, Table, Upsampler

NEEDS = ("numba", "skimage")

if TYPE_CHECKING:  # needs the extra
    from sw.fit.least_squares import Solver, State
    from sw.fit.table_problem import Problem


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_fit_arguments(parser)
    add_photo_arguments(parser)
    table = parser.add_argument_group("the table")
    add_shape_arguments(table, step=16)
    option = table.add_argument
    option(
        "--padding",
        choices=PADDINGS,
        default="reflect",
        help="what the window reads beyond the picture's border: a mirror image, or the edge "
        "pixel again (default: reflect)",
    )
    option(
        "--init",
        metavar="NAME|PATH",
        help="start from this table and stay near it; its family, step, scale and padding replace "
        "the four options above",
    )
    add_force(table)
    option = parser.add_argument_group("the solver").add_argument
    option(
        "--iterations",
        type=whole(4),
        default=32,
        metavar="N",
        help="passes over all photographs, 4 or more; the time grows with them "
        "(default: %(default)s)",
    )
    option(
        "--ridge",
        type=real(above=0),
        default=0.1,
        metavar="X",
        help="pull of each entry towards the best linear table, or towards the table of --init: 1 "
        "is as strong as one look-up in the photographs (default: %(default)s)",
    )
    option(
        "--smooth",
        type=real(0),
        default=1.0,
        metavar="X",
        help="pull of each entry towards the line through its neighbours, in the same unit; it "
        "fills entries that the photographs seldom reach (default: %(default)s)",
    )
    option(
        "--hard",
        action="store_true",
        help="with --init: give more weight to patches where that table gains little over bicubic",
    )


def _check_options(args: argparse.Namespace) -> None:
    if args.hard and not args.init:
        raise BadInput("--hard: needs --init, the table for which patches are easy or hard")


def _stage_of(name: str, *, force: bool) -> Stage:
    """The only stage of the table ``name``, which `fit` can continue."""
    stages = load_checked(name, force=force).stages
    if len(stages) > 1 or len(stages[0].tables) > 1:
        raise BadInput(f"--init {name}: it has several tables; it must have one")
    if not isinstance(stages[0].tables[0].grid, UniformGrid):
        raise BadInput(f"--init {name}: it has a difference grid; continue it with `tune`")
    return stages[0]


def run(args: argparse.Namespace) -> None:
    """Fit, save, score, write the manifest."""
    _check_options(args)
    if args.init:
        stage = _stage_of(args.init, force=args.force)
    else:
        grid = UniformGrid(args.step.bit_length() - 1)
        blank = Table.blank(FAMILIES[args.family], grid, args.scale)
        stage = Stage(args.scale, args.padding, (blank,))
    table = stage.tables[0]
    unfinished = state_path(args.out)
    check_output(args.out, Upsampler((stage,)), args.score)
    check_writable(unfinished)
    validation = Validation(args.val, stage.scale) if args.val else None
    files = image_files(args.data, recursive=True)
    started = time.monotonic()

    from sw.fit.checkpoint import load_state, save_state  # needs the extra
    from sw.fit.least_squares import Solver
    from sw.fit.table_problem import Problem

    identity = {
        "data": manifest.data_entry(args.data, files)["sha256"],
        "taps": [list(tap) for tap in table.taps],
        "step": table.grid.q,
        "scale": stage.scale,
        "padding": stage.padding,
        "sizes": [str(ratio) for ratio in args.sizes],
        "init": manifest.sha256(table_path(args.init)) if args.init else None,
        **{name: getattr(args, name) for name in ("iterations", "ridge", "smooth", "hard")},
    }
    state = load_state(unfinished, identity) if args.resume else None
    planes = read_photographs(args, files, stage.scale)
    problem = Problem(planes, _weights(planes, stage, args.hard), table, stage.padding)
    start = table.entries.reshape(problem.shape).astype(float) if args.init else None
    solver = Solver(
        problem, iterations=args.iterations, ridge=args.ridge, smooth=args.smooth, start=start
    )
    state = state or solver.begin()
    _solve(solver, state, stage, lambda: save_state(unfinished, state, identity), validation)
    fitted = _with_entries(stage, _rounded(problem, state.table), table.grid)
    seconds = time.monotonic() - started
    finish(fitted, args.out, data=args.data, files=files, folders=args.score, seconds=seconds)


def _weights(planes: Sequence[Plane], stage: Stage, hard: bool) -> list[np.ndarray]:
    """Weights of the patches of each plane; with ``hard``, by how well ``stage`` does on them."""
    from sw.fit.hard_weights import hard_weights
    from sw.fit.table_problem import photograph_weights

    weights = photograph_weights(planes)
    if not hard:
        return weights
    with progress_bar(planes, desc="hard patches", unit="plane") as bar:
        return hard_weights(planes, weights, Upsampler((stage,)), bar)


def _with_entries(stage: Stage, entries: np.ndarray, grid: UniformGrid) -> Upsampler:
    """The upsampler of ``stage`` with other entries, which are rounded and clipped, on ``grid``."""
    blank = Table.blank(stage.tables[0].taps, grid, stage.scale)
    rounded = np.clip(np.rint(entries), -128, 127).astype(np.int8)
    table = Table(blank.taps, grid, rounded.reshape(blank.entries.shape))
    return Upsampler((Stage(stage.scale, stage.padding, (table,)),))


def _solve(
    solver: "Solver",
    state: "State",
    stage: Stage,
    save: Callable[[], None],
    validation: Validation | None,
) -> None:
    """Bring ``state`` to the end of the solver, with a bar; save it now and then and at the end."""
    saved = time.monotonic()
    with progress_bar(total=solver.iterations, desc="fit", unit="iteration") as bar:
        bar.update(solver.done(state))

        def after_iteration() -> None:
            nonlocal saved
            bar.update()
            if time.monotonic() - saved > SAVE_SECONDS:
                save()
                progress = f"objective {state.objective:.4f}"
                if validation:
                    grid = solver.rounds[state.round].grid
                    present = _with_entries(stage, state.current, grid)
                    progress += f", validation {validation.psnr_y(present):.3f} dB"
                bar.set_postfix_str(progress)
                saved = time.monotonic()

        solver.run(state, after_iteration)
    save()


def _rounded(problem: "Problem", table: np.ndarray) -> np.ndarray:
    """``table`` rounded to integers that keep flat fields, with a bar."""
    from sw.fit.round_entries import round_entries

    with progress_bar(desc="round", unit="pass") as bar:

        def after_pass(error: float) -> None:
            bar.update()
            bar.set_postfix_str(f"weighted mse {error:.4f}")

        held = problem.flat.held(table.size).reshape(table.shape)
        start = np.where(held, problem.flat.rounded(table.ravel()).reshape(table.shape), table)
        return round_entries(problem, start, after_pass, held=held)
