"""Train the network of SR-LUT on photographs, the published way; `export` makes its table.

DIR is a folder of HR photographs, as for `fit`. The run folder RUN gets a checkpoint, a log
(log.csv: step, loss, PSNR-Y of the exported table on --val) and a picture of the loss (loss.png).
An interrupted run goes on with --resume and ends with the same network as one that was not.

  python -m sw train --data photos/ --run runs/S --val set5/
  python -m sw train --data photos/ --run runs/S --val set5/ --resume --steps 40000
  python -m sw export runs/S --out S.npz
  python -m sw fit --data photos/ --init S.npz --out better.npz

With --colours each, R, G and B have a network of their own, and `export` writes three tables.
With --sampler hard, patches on which the network gains little over bicubic are drawn more often.

Needs the extra `train` (pip install -e '.[train]').
"""

import argparse
import time
from pathlib import Path

from tqdm import tqdm

from sw.commands.convergence import draw
from sw.commands.photo_options import add_photo_arguments, read_photographs
from sw.errors import BadInput
from sw.pictures.images import image_files
from sw.scores import Validation
from sw.tables.published import FAMILIES
from sw.tables.spec import PADDINGS
from sw.training.run import check_unused

SAVE_SECONDS = 60
"""How often a checkpoint is written, at least."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    option = parser.add_argument
    option("--data", type=Path, required=True, metavar="DIR", help="folder of HR photographs")
    option("--run", type=Path, required=True, dest="folder", metavar="RUN", help="folder to write")
    option("--family", choices=FAMILIES, default="S", help="taps of the window (default: S)")
    option("--scale", type=int, choices=(2, 3, 4), default=4, help="default: %(default)s")
    option("--padding", choices=PADDINGS, default="reflect", help="default: reflect")
    option(
        "--colours",
        choices=("shared", "each"),
        default="shared",
        help="one network for all colours, or one for each of R, G, B (default: shared)",
    )
    option("--width", type=int, default=64, help="features of a layer (default: %(default)s)")
    option("--depth", type=int, default=5, help="hidden layers (default: %(default)s)")
    option("--steps", type=int, default=20000, metavar="N", help="default: %(default)s")
    option("--batch", type=int, default=32, metavar="N", help="crops a step (default: 32)")
    option("--crop", type=int, default=48, metavar="N", help="LR pixels a side (default: 48)")
    option("--rate", type=float, default=1e-3, metavar="X", help="first learning rate, which "
           "falls as a cosine to a hundredth of it (default: %(default)s)")  # fmt: skip
    option(
        "--sampler",
        choices=("uniform", "hard"),
        default="uniform",
        help="how patches are drawn (default: uniform)",
    )
    option("--round", type=int, default=512, metavar="N", help="patches a round (default: 512)")
    option("--val", type=Path, metavar="DIR", help="folder of pictures to validate on")
    option("--val-every", type=int, default=500, metavar="N", help="steps (default: 500)")
    option("--seed", type=int, default=0, metavar="N", help="default: %(default)s")
    option("--device", default="auto", help="auto, cpu, cuda, cuda:1 … (default: auto)")
    option("--resume", action="store_true", help="go on from the checkpoint in RUN")
    add_photo_arguments(parser)


def _check(args: argparse.Namespace) -> None:
    for name in ("width", "depth", "steps", "batch", "crop", "round", "val_every"):
        if getattr(args, name) < 1:
            raise BadInput(f"--{name.replace('_', '-')}: a number from 1 is accepted")
    if args.rate <= 0:
        raise BadInput("--rate: a number above 0 is accepted")
    if args.folder.exists() and not args.folder.is_dir():
        raise BadInput(f"{args.folder}: is a file; a folder is accepted")


def run(args: argparse.Namespace) -> None:
    """Train, keeping checkpoint, log and picture in the run folder."""
    _check(args)
    from sw.training.table_run import Training  # needs the extra

    validation = Validation(args.val, args.scale) if args.val else None
    training = Training(args)
    if args.resume:
        training.load(args.folder)
    else:
        check_unused(args.folder)
    training.use(read_photographs(args, image_files(args.data, recursive=True), args.scale))
    try:
        args.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{args.folder}: cannot be made ({error.strerror})") from error
    saved = time.monotonic()
    with tqdm(total=args.steps, initial=training.step, unit="step", leave=False) as bar:
        while training.step < args.steps:
            loss = training.advance()
            bar.update()
            last = training.step == args.steps
            if validation and (training.step % args.val_every == 0 or last):
                training.validate(validation)
            psnr = training.last_validation
            bar.set_postfix_str(f"loss {loss:.1f}" + (f", {psnr:.3f} dB" if psnr else ""))
            if last or time.monotonic() - saved > SAVE_SECONDS:
                training.save(args.folder)
                saved = time.monotonic()
    draw(args.folder / "loss.png", [args.folder])
    said = f", {training.last_validation:.3f} dB on {args.val}" if validation else ""
    print(f"{args.folder}: {training.step} steps{said}")
