r"""Tune all tables of a chain together, by gradient descent on random crops of photographs.

A chain is a few stages of small tables, one after the other; it can score higher than one large
table. --design describes it in one line:

  x1 S+D | S+D ; x2 S2:7 + S@1 + S@2 ; x2 S+D

  ;     separates stages. A stage begins with its scale: x2 doubles width and height, x1 only
        computes maps, which are pictures for the next stage. All scales together must make ×2,
        ×3, ×4 or ×8, and the last stage must make a single map, the result.
  |     separates the maps that a stage makes. After an x1 stage they are numbered from 1, and map 0
        is the picture itself; after other stages they are numbered from 0.
  +     separates tables whose results are added to make one map.
  S2:7  is a table with the window S2 and 7 levels on each axis: 5, 7, 9, 11 or 13; 9 without a
        number. It has an axis for each pixel of the window but the first, so 7³ or 7⁴ entries
        with a window of 4 or 5 pixels.
  S@1   is a table that reads map 1. Without @ a table reads map 0.

A window is the pixels that a table reads; 1 is the pixel to be replaced:

  V  1 2    F  1 2 3    S  1 2    S2  1 2 5    S2t  1 3    D  1 · 2    Y  1 · ·    T  · 3 ·
                           3 4        3 4 ·         2 4       · · ·       · 2 3       1 · 4
                                                    5 ·       3 · 4       · 4 ·       · 2 ·

Start from a design, from a table file (--init), or from both. With both, tables of the design that
have the same stage, window and maps as one in the file start with its entries, and the others start
without effect on the maps that the file has.

  python -m sw tune --data photos/ --out pico.npz --design "x2 S ; x2 S" --steps 6000
  python -m sw tune --data photos/ --out pico.npz --design "x2 S ; x2 S" --steps 6000 --resume
  python -m sw tune --data photos/ --out maps.npz --val set5/ --design \
    "x1 S+D | S+D ; x2 S2:7 + S@1 + S@2 ; x2 S+D"
  python -m sw tune --data photos/ --out better.npz --init pico.npz --rate 0.05
  python -m sw tune --data photos/ --out larger.npz --init pico.npz --design "x2 S:11+D ; x2 S"
  python -m sw tune --data photos/ --out settled.npz --init pico.npz --steps 0

After the last step, single entries of the last stage move by one where that lowers the error; with
--steps 0 only this is done.

The time grows with --steps, --batch, the area of a crop and the number of tables, not with the
number of photographs. In luts/, pico (2 tables, 6000 steps) took 259 seconds and compact (26
tables, 12000 steps) 1169 seconds, on two busy CPU cores.

The same photographs and options give the same tables on one machine, with --resume too.

With --device the steps run in PyTorch, on a GPU much faster than on a CPU. They are the same steps,
so that --resume also goes on with another --device or without one. On a GPU the order of additions
is chance: two runs end with slightly different tables.

  python -m sw tune --data photos/ --out fast.npz --init large --rate 0.3 --batch 32 --device cuda

Needs the extra `fit` (pip install 'srlut[fit]'), and `train` for --device.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

from sw.commands.fit_output import (
    add_fit_arguments,
    check_output,
    finish,
    state_path,
)
from sw.commands.option_types import real, seed_number, whole
from sw.commands.photo_options import add_photo_arguments, read_photographs
from sw.commands.table_options import add_force, load_checked
from sw.commands.tune_steps import descend, settled, stage_by_stage, start
from sw.errors import BadInput
from sw.extras import require
from sw.output import check_writable
from sw.photos.crops import RandomCrops
from sw.photos.drawings import drawn_planes
from sw.pictures.images import image_files
from sw.scores import Validation
from sw.tables import manifest
from sw.tables.design import FRAC_BITS, parse
from sw.tables.files import describe, table_path
from sw.tables.spec import PADDINGS

NEEDS = ("numba", "skimage")

if TYPE_CHECKING:  # needs the extra
    from sw.tune.torch_tuning import TorchTuning
    from sw.tune.tuning import Tuning


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_fit_arguments(parser)
    add_photo_arguments(parser)
    option = parser.add_argument_group("the chain").add_argument
    option("--design", metavar="LINE", help="chain to tune, as described above")
    option(
        "--init",
        metavar="NAME|PATH",
        help="table file to start from; without --design it is the chain to tune",
    )
    option(
        "--padding",
        choices=PADDINGS,
        default="reflect",
        help="with --design: what windows read beyond the picture's border, a mirror image or the "
        "edge pixel again (default: reflect)",
    )
    option(
        "--frac-bits",
        type=whole(0, 8),
        metavar="N",
        help="with --design: most bits of a fraction between grid points, 0 to 8; more gain a few "
        f"hundredths of a dB and need larger multipliers in hardware (default: {FRAC_BITS})",
    )
    add_force(parser)
    option = parser.add_argument_group("gradient descent").add_argument
    option(
        "--steps",
        type=whole(0),
        default=3000,
        metavar="N",
        help="steps of all tables together; the time grows with them, and 0 improves the last "
        "stage alone (default: %(default)s)",
    )
    option(
        "--batch",
        type=whole(1),
        default=8,
        metavar="N",
        help="crops in each step (default: %(default)s)",
    )
    option(
        "--crop",
        type=whole(1),
        default=48,
        metavar="N",
        help="LR pixels on each side of a crop; smaller photographs are not used "
        "(default: %(default)s)",
    )
    option(
        "--rate",
        type=real(above=0, high=16),
        default=2,
        metavar="X",
        help="by how much an entry changes in the first steps, up to 16; it falls as a cosine. Use "
        "less to improve the tables of --init (default: %(default)s)",
    )
    option(
        "--seed",
        type=seed_number,
        default=0,
        metavar="N",
        help="another number draws other crops (default: %(default)s)",
    )
    option(
        "--device",
        metavar="NAME",
        help="do the steps in PyTorch on this device: cpu, cuda, cuda:N, or auto for a GPU if "
        "there is one; without it Numba does them on the CPU, where it is faster than PyTorch",
    )
    option(
        "--greedy",
        action="store_true",
        help="before the first step, fit the stages of a design one after the other by least "
        "squares, each to the photographs at the size that the stage makes",
    )
    option(
        "--drawings",
        type=real(0, 0.9),
        default=0.05,
        metavar="X",
        help="share of the crops, 0 to 0.9, that come from drawings of writing and shapes instead "
        "of photographs; small chains are better with 0 (default: %(default)s)",
    )


def _check_options(args: argparse.Namespace) -> None:
    if not (args.design or args.init):
        raise BadInput("there is no chain to tune; give --design, --init or both")
    if not (args.steps or args.init or args.greedy):
        raise BadInput("--steps is 0: without --init or --greedy there is nothing to improve")
    if args.greedy and args.init:
        raise BadInput("--greedy: starts a design anew; leave it out, or leave out --init")
    if args.frac_bits is not None and not args.design:
        raise BadInput("--frac-bits: needs --design; the tables of --init have their own")


def run(args: argparse.Namespace) -> None:
    """Tune, save, score, write the manifest."""
    _check_options(args)
    engine = _engine(args.device)
    init = table_path(args.init) if args.init else None
    known = load_checked(args.init, force=args.force) if args.init else None
    if args.design:
        bits = FRAC_BITS if args.frac_bits is None else args.frac_bits
        upsampler = parse(args.design, args.padding, bits)
    else:
        upsampler = known
    if upsampler.scale not in (2, 3, 4, 8):
        raise BadInput(f"the chain enlarges ×{upsampler.scale}; it must be ×2, ×3, ×4 or ×8")
    if args.crop <= 2 * upsampler.reach:
        raise BadInput(
            f"--crop {args.crop}: it must be more than {2 * upsampler.reach}; look-ups nearer to "
            "the border read beyond the crop"
        )
    unfinished = state_path(args.out)
    check_output(args.out, upsampler, args.score)
    check_writable(unfinished)
    validation = Validation(args.val, upsampler.scale) if args.val else None
    files = image_files(args.data, recursive=True)
    started = time.monotonic()

    from sw.fit.checkpoint import load_arrays, save_arrays
    from sw.tune.chain import Chain
    from sw.tune.last_stage import CROPS
    from sw.tune.tuning import Adam

    options = {name: getattr(args, name) for name in ("steps", "batch", "rate", "seed")}
    identity = {
        "data": manifest.data_entry(args.data, files)["sha256"],
        "chain": describe(upsampler),
        "init": manifest.sha256(init) if init else None,
        "sizes": [str(ratio) for ratio in args.sizes],
        **{name: getattr(args, name) for name in ("crop", "drawings", "greedy")},
        **options,
    }
    chain = Chain(upsampler)
    if args.resume:
        adam = Adam(**load_arrays(unfinished, identity))
    elif args.design:
        adam = Adam.start(start(chain, args.seed, known))
    else:
        adam = Adam.start(chain.vector())
    planes = read_photographs(args, files, upsampler.scale)
    drawings = drawn_planes(upsampler.scale) if args.drawings else ()
    crops = RandomCrops(planes, args.crop, drawings, args.drawings)
    if args.greedy and not args.resume:
        adam.vector[:] = stage_by_stage(chain, adam.vector, crops, args.seed)
    tuning = engine(chain, crops, adam, **options)
    descend(tuning, lambda: save_arrays(unfinished, identity, **asdict(tuning.adam)), validation)
    count = min(CROPS, args.steps * args.batch) if args.steps else CROPS
    tuned = settled(tuning, count)
    seconds = time.monotonic() - started
    finish(tuned, args.out, data=args.data, files=files, folders=args.score, seconds=seconds)


def _engine(device: str | None) -> "Callable[..., Tuning | TorchTuning]":
    """The class that does the steps on ``device``.

    Raises
    ------
    BadInput
        If PyTorch or its Triton is not installed, or there is no such device.
    """
    if device is None:
        from sw.tune.tuning import Tuning

        return Tuning
    require("torch")
    from sw.training.run import choose_device
    from sw.tune.torch_tuning import TorchTuning

    chosen = choose_device(device)
    if chosen.type not in ("cpu", "cuda"):
        raise BadInput(f"--device is {device}; it must be auto, cpu or a GPU with CUDA: cuda:0")
    if chosen.type == "cuda":
        require("triton")
    return partial(TorchTuning, device=chosen)
