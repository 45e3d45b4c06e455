"""Fit all tables of a chain together, by gradients on random crops of photographs.

What is tuned is a design, from a start at nearest-neighbour enlargement, or a table file, or both.
A design is a line: stages with ; between them, in each its scale and its maps with | between them,
a map being a sum of tables, a table a window with the map it reads after an @ (0, the picture, if
left out) and its levels after a colon (9 if left out). A share of the crops is of drawings, writing
and shapes, which photographs hold little of; small chains are better on photographs without.

  python -m sw tune --data photos/ --out nano.npz --design "x2 S ; x2 S"
  python -m sw tune --data photos/ --out maps.npz --val set5/ --steps 6000 --design
    "x1 S+D | S+D ; x2 S2:7 + S@1 + S@2 ; x2 S+D"
  python -m sw tune --data photos/ --out better.npz --init nano.npz --rate 0.05
  python -m sw tune --data photos/ --out larger.npz --init nano.npz --design "x2 S:11+D ; x2 S"
  python -m sw tune --data photos/ --out settled.npz --init nano.npz --steps 0

With both, the design's tables start as those of the file that have the same stage, window and maps,
on their own grid, and what is new starts without effect. After the last step single entries of the
last stage move by one and one where that makes the error less; with --steps 0 only that is done.

The same photographs and options give the same tables on one machine. An interrupted run goes on
with --resume and gives those tables too.

Needs the extra `fit` (pip install -e '.[fit]').
"""

import argparse
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
from tqdm import tqdm

from sw.commands.fit_output import add_finish_arguments, check_finish_arguments, finish, state_path
from sw.commands.photo_options import add_photo_arguments, read_photographs
from sw.errors import BadInput
from sw.photos.drawings import drawn_planes
from sw.pictures.images import image_files
from sw.scores import Validation
from sw.tables import manifest
from sw.tables.design import BREAKPOINTS, FRAC_BITS, WINDOWS, parse
from sw.tables.files import describe, load, table_path
from sw.tables.spec import PADDINGS, Upsampler

KEEP_SECONDS = 30
"""How often an unfinished run is written, and looked at with --val."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_finish_arguments(parser)
    option = parser.add_argument
    option("--design", metavar="LINE", help=f"chain to tune; windows are {', '.join(WINDOWS)}, "
           f"levels {', '.join(map(str, BREAKPOINTS))}")  # fmt: skip
    option("--init", metavar="NAME|PATH", help="table file to start from")
    option("--padding", choices=PADDINGS, default="reflect", help="of a design (default: reflect)")
    option("--frac-bits", type=int, metavar="N", help="most bits of a fraction between grid points "
           f"of a design, 0 to 8; few make small hardware (default: {FRAC_BITS})")  # fmt: skip
    option("--steps", type=int, default=3000, metavar="N", help="of all tables together; 0 for "
           "the last stage alone (default: %(default)s)")  # fmt: skip
    option("--batch", type=int, default=8, metavar="N", help="crops a step (default: 8)")
    option("--crop", type=int, default=48, metavar="N", help="LR pixels a side (default: 48)")
    option("--rate", type=float, default=2, metavar="X", help="first step of an entry, in "
           "what it counts; it falls as a cosine (default: %(default)s)")  # fmt: skip
    option("--seed", type=int, default=0, metavar="N", help="default: %(default)s")
    option("--greedy", action="store_true", help="first fit a design stage after stage, each the "
           "least squares of what it should make")  # fmt: skip
    option("--drawings", type=float, default=0.05, metavar="X", help="share of crops of drawings, "
           "writing and shapes, among those of photographs (default: %(default)s)")  # fmt: skip
    option("--resume", action="store_true", help="go on with the interrupted run of FILE")
    add_photo_arguments(parser)


def run(args: argparse.Namespace) -> None:
    """Tune, save, score, write the manifest."""
    for name, least in (("steps", 0), ("batch", 1), ("crop", 1)):
        if getattr(args, name) < least:
            raise BadInput(f"--{name}: a number from {least} is accepted")
    if not 0 < args.rate <= 16:
        raise BadInput("--rate: above 0 and up to 16 is accepted")
    if not 0 <= args.drawings <= 0.9:
        raise BadInput("--drawings: a share from 0 to 0.9 is accepted")
    if not (args.design or args.init):
        raise BadInput("--design or --init says what is tuned; one of them, or both, is accepted")
    if not (args.steps or args.init or args.greedy):
        raise BadInput(
            "--steps 0: betters the last stage of --init, or of --greedy; neither is here"
        )
    if args.greedy and args.init:
        raise BadInput("--greedy: starts a design; --init starts from a table")
    if args.frac_bits is not None and not (args.design and 0 <= args.frac_bits <= 8):
        raise BadInput("--frac-bits: 0 to 8 is accepted, for a design; a table has its own")
    if args.design:
        bits = FRAC_BITS if args.frac_bits is None else args.frac_bits
        upsampler = parse(args.design, args.padding, bits)
    else:
        upsampler = load(table_path(args.init))
    if upsampler.scale not in (2, 3, 4, 8):
        raise BadInput(f"the chain enlarges ×{upsampler.scale}; ×2, ×3, ×4 and ×8 are accepted")
    check_finish_arguments(args, upsampler)
    validation = Validation(args.val, upsampler.scale) if args.val else None
    files = image_files(args.data, recursive=True)
    started = time.monotonic()
    tuned = tune(args, files, upsampler, validation)
    finish(args, tuned, files, time.monotonic() - started)


def tune(
    args: argparse.Namespace,
    files: list[Path],
    upsampler: Upsampler,
    validation: Validation | None,
) -> Upsampler:
    """``upsampler`` tuned on the photographs in ``files``, with a progress bar.

    Raises
    ------
    BadInput
        If none of the files can be used, the extra is missing, or there is nothing to resume.
    """
    try:
        from sw.tune.chain import Chain
    except ModuleNotFoundError as error:
        raise BadInput(
            f"tuning needs {error.name}; install the extra with: pip install -e '.[fit]'"
        ) from error
    from sw.fit.checkpoint import load_arrays, save_arrays
    from sw.photos.crops import RandomCrops
    from sw.tune.grow import grow
    from sw.tune.last_stage import CROPS, PASSES, settle
    from sw.tune.stage_by_stage import fit_stages, iterations
    from sw.tune.tuning import Adam, Tuning, noise

    options = {name: getattr(args, name) for name in ("steps", "batch", "rate", "seed")}
    about = {
        "data": manifest.data_entry(args.data, files)["sha256"],
        "chain": describe(upsampler),
        "init": manifest.sha256(table_path(args.init)) if args.init else None,
        "sizes": [str(ratio) for ratio in args.sizes],
        **{name: getattr(args, name) for name in ("crop", "drawings", "greedy")},
        **options,
    }
    unfinished, chain = state_path(args.out), Chain(upsampler)
    if args.resume:
        adam = Adam(**load_arrays(unfinished, about))
    else:
        start = noise(chain, args.seed) if args.design else chain.vector()
        if args.design and args.init:
            known = grow(chain, start, load(table_path(args.init)))
            count = sum(len(stage.tables) for stage in upsampler.stages)
            tqdm.write(f"{known} of {count} tables start as in {args.init}")
        adam = Adam.start(start)
    planes = read_photographs(args, files, upsampler.scale)
    drawn = drawn_planes(upsampler.scale) if args.drawings else ()
    crops = RandomCrops(planes, args.crop, drawn, args.drawings)
    if args.greedy and not args.resume:
        with tqdm(total=iterations(chain), desc="stages", unit="iteration", leave=False) as bar:
            adam.vector[:] = fit_stages(chain, adam.vector, crops, args.seed, bar.update)
    tuning = Tuning(chain, crops, adam, **options)
    kept, errors = time.monotonic(), []
    with tqdm(total=args.steps, initial=adam.step, unit="step", leave=False) as bar:
        while adam.step < args.steps:
            errors.append(tuning.advance())
            bar.update()
            if time.monotonic() - kept > KEEP_SECONDS:
                save_arrays(unfinished, about, **asdict(adam))
                said = f"mse {np.mean(errors):.2f}"
                if validation:
                    said += f", validation {validation.psnr_y(tuning.rounded()):.3f} dB"
                bar.set_postfix_str(said)
                kept, errors = time.monotonic(), []
    save_arrays(unfinished, about, **asdict(adam))
    with tqdm(total=1 + PASSES, desc="last stage", unit="pass", leave=False) as bar:

        def after(error: float) -> None:
            bar.update()
            bar.set_postfix_str(f"weighted mse {error:.3f}")

        count = min(CROPS, args.steps * args.batch) if args.steps else CROPS
        options = {"count": count, "margin": tuning.margin, "seed": args.seed}
        return chain.rounded(settle(chain, adam.vector, crops, **options, after=after))
