"""Train the network of SR-LUT on photographs; `export` then makes its table.

This is the published way to a table (Jo and Kim, CVPR 2021): a small network learns to turn the
pixels of a window into the HR pixels of one LR pixel, and the table holds its output for every
grid point. `fit` finds a table without a network, and can also improve an exported one.

--data is a folder of HR photographs. Each is taken in several sizes and reduced by bicubic, which
gives the LR pictures. The folder RUN gets a checkpoint, a log (log.csv: step, loss, and the PSNR-Y
of the table on --val) and a plot of both (loss.png).

  python -m sw train --data photos/ --run runs/S --val set5/
  python -m sw train --data photos/ --run runs/S --val set5/ --resume
  python -m sw export runs/S --out S.npz
  python -m sw fit --data photos/ --init S.npz --out better.npz

A run is saved every minute. When it is interrupted, --resume continues it, and it ends with the
same network as a run without a break. A longer --steps extends a run that has ended.

Needs the extra `train` (pip install 'srlut[train]').
"""

import argparse

from sw.commands.option_types import real, whole
from sw.commands.run_options import add_run_arguments, carry_out, check_folder, last_score
from sw.pictures.images import image_files
from sw.scores import Validation
from sw.tables.published import FAMILIES
from sw.tables.spec import PADDINGS

NEEDS = ("torch", "matplotlib", "skimage")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_run_arguments(parser)
    option = parser.add_argument_group("the network").add_argument
    option(
        "--family",
        choices=FAMILIES,
        default="S",
        help="its window: S is 2×2 pixels, F 1×3, V 1×2 (default: %(default)s)",
    )
    option(
        "--padding",
        choices=PADDINGS,
        default="reflect",
        help="what the window reads beyond the picture's border: a mirror image, or the edge "
        "pixel again (default: %(default)s)",
    )
    option(
        "--colours",
        choices=("shared", "each"),
        default="shared",
        help="one network for all colours, or one for each of R, G and B; `export` then writes "
        "three tables (default: %(default)s)",
    )
    option(
        "--width",
        type=whole(1),
        default=64,
        metavar="N",
        help="features of a hidden layer (default: %(default)s)",
    )
    option(
        "--depth",
        type=whole(1),
        default=5,
        metavar="N",
        help="hidden layers (default: %(default)s)",
    )
    option = parser.add_argument_group("the training").add_argument
    option(
        "--batch",
        type=whole(1),
        default=32,
        metavar="N",
        help="patches in a batch (default: %(default)s)",
    )
    option(
        "--crop",
        type=whole(1),
        default=48,
        metavar="N",
        help="LR pixels on each side of a patch (default: %(default)s)",
    )
    option(
        "--rate",
        type=real(above=0),
        default=1e-3,
        metavar="X",
        help="learning rate at the start; it falls along a cosine to a hundredth "
        "(default: %(default)s)",
    )
    option(
        "--sampler",
        choices=("uniform", "hard"),
        default="uniform",
        help="hard: draw patches more often if the network gains little over bicubic there "
        "(default: %(default)s)",
    )
    option(
        "--round",
        type=whole(1),
        default=512,
        metavar="N",
        help="patches that are drawn at a time; with --sampler hard their gains are measured "
        "afterwards (default: %(default)s)",
    )


def run(args: argparse.Namespace) -> None:
    """Train, and write checkpoint, log and plot into the run folder."""
    check_folder(args.folder)
    from sw.training.table_run import OPTIONS, TableRun  # needs the extra

    validation = Validation(args.val, args.scale) if args.val else None
    options = {name: getattr(args, name) for name in OPTIONS}
    training = TableRun(options, steps=args.steps, device=args.device)
    carry_out(args, training, image_files(args.data, recursive=True), validation)
    print(f"{args.folder}: {training.step} steps{last_score(args, training)}")
