"""Train a network of the literature on photographs, to compare tables with.

NAME is one of srcnn, srcnn-955, fsrcnn-s, fsrcnn, espcn, vdsr, srresnet and btsrn. DIR is a folder
of HR photographs, as for `fit`; each is taken in several --sizes. The run folder RUN gets a
checkpoint, the weights (weights.npz, with a manifest), a log and a picture of loss and PSNR-Y
(loss.png). Crops grow over the run, while their number falls. An interrupted run goes on with
--resume and ends with the same network as one that was not (with --minutes, which no two runs
spend alike, with a like one).

  python -m sw baseline fsrcnn --data photos/ --run runs/fsrcnn --val set5/ --score set5/ set14/
  python -m sw baseline fsrcnn --data photos/ --run runs/fsrcnn --val set5/ --resume
  python -m sw baseline fsrcnn --data photos/ --run runs/x2 --scale 2 --freeze-convolutions
                               --init runs/fsrcnn/weights.npz
  python -m sw show-filters runs/fsrcnn --out filters.png

Needs the extra `train` (pip install -e '.[train]').
"""

import argparse
import shlex
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from statistics import fmean

import numpy as np
from tqdm import tqdm

from sw.commands.convergence import draw
from sw.commands.photo_options import add_photo_arguments, read_photographs
from sw.errors import BadInput
from sw.networks.published import NETWORKS
from sw.networks.weights import DTYPES
from sw.pictures.bicubic import crop_to_multiple, resize
from sw.pictures.images import colours, image_files, read_picture
from sw.pictures.interpolation import bicubic
from sw.pictures.metrics import SSIM_WINDOW, psnr_ssim_y
from sw.tables import manifest
from sw.training.run import check_unused

SAVE_SECONDS = 60
"""How often a checkpoint is written, at least."""

SIZES = tuple(Fraction(tenths, 10) for tenths in (9, 8, 7, 6))
"""Sizes in which a photograph is taken (Dong et al., ECCV 2016, section 4.1)."""

Pairs = list[tuple[np.ndarray, np.ndarray]]
"""HR and LR pixels of pictures."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    option = parser.add_argument
    option("network", choices=NETWORKS, metavar="NAME", help="network to train")
    option("--data", type=Path, required=True, metavar="DIR", help="folder of HR photographs")
    option("--run", type=Path, required=True, dest="folder", metavar="RUN", help="folder to write")
    option("--scale", type=int, choices=(2, 3, 4), default=4, help="default: %(default)s")
    option("--steps", type=int, default=20000, metavar="N", help="default: %(default)s")
    option("--minutes", type=float, metavar="X", help="end after so many, if steps are left")
    option("--crops", type=int, nargs="+", default=[128, 256, 512], metavar="N", help="HR pixels "
           "a side, for equal parts of the run (default: 128 256 512)")  # fmt: skip
    option("--batch", type=int, default=16, metavar="N", help="crops a step at first, fewer as "
           "they grow (default: %(default)s)")  # fmt: skip
    option("--optimiser", choices=("adam", "sgd"), default="adam", help="default: adam")
    option("--rate", type=float, metavar="X", help="first learning rate, which falls as a cosine "
           "to a hundredth of it (default: 0.001, with sgd 0.1)")  # fmt: skip
    option("--init", type=Path, metavar="FILE", help="weights to start from; of another scale, "
           "all but those that enlarge are taken")  # fmt: skip
    option("--freeze-convolutions", action="store_true", help="train only the layers that "
           "enlarge, like FSRCNN's deconvolution")  # fmt: skip
    option("--bfloat16", action="store_true", help="convolutions of 16 bits while training: up to "
           "four times as quick on processors with AMX and on GPUs")  # fmt: skip
    option("--val", type=Path, metavar="DIR", help="folder of pictures to validate on")
    option("--val-every", type=int, default=500, metavar="N", help="steps (default: 500)")
    option("--patience", type=int, metavar="N", help="stop after so many validations without a "
           "better one, and keep the best weights")  # fmt: skip
    option("--score", type=Path, nargs="+", default=(), metavar="DIR", help="folders to score on")
    option("--dtype", choices=DTYPES, default="float32", help="of the weights' file")
    option("--seed", type=int, default=0, metavar="N", help="default: %(default)s")
    option("--device", default="auto", help="auto, cpu, cuda, cuda:1 … (default: auto)")
    option("--resume", action="store_true", help="go on from the checkpoint in RUN")
    add_photo_arguments(parser, SIZES)


def _check(args: argparse.Namespace) -> None:
    for name in ("steps", "batch", "val_every", "patience"):
        if getattr(args, name) is not None and getattr(args, name) < 1:
            raise BadInput(f"--{name.replace('_', '-')}: a number from 1 is accepted")
    for name in ("rate", "minutes"):
        if getattr(args, name) is not None and getattr(args, name) <= 0:
            raise BadInput(f"--{name}: a number above 0 is accepted")
    for size in args.crops:
        if size % args.scale or size < 8 * args.scale:
            raise BadInput(
                f"--crops: {size} is not accepted; multiples of the scale from {8 * args.scale} are"
            )
    if args.patience and not args.val:
        raise BadInput("--patience: needs pictures to validate on; --val DIR names them")
    if args.folder.exists() and not args.folder.is_dir():
        raise BadInput(f"{args.folder}: is a file; a folder is accepted")


def read_pairs(folder: Path, scale: int) -> Pairs:
    """HR and LR pixels of the pictures in ``folder``, these by bicubic reduction.

    Raises
    ------
    BadInput
        If one cannot be read, or is too small to score.
    """
    pairs, least = [], SSIM_WINDOW + 2 * scale
    for path in image_files(folder):
        original = crop_to_multiple(colours(read_picture(path)), scale)
        if min(original.shape[:2]) < least:
            raise BadInput(f"{path}: is too small to score; {least}×{least} or more is accepted")
        pairs.append((original, resize(original, Fraction(1, scale))))
    return pairs


def scores_of(
    enlarge: Callable[[np.ndarray, int], np.ndarray], pairs: Pairs, scale: int
) -> dict[str, dict[str, float]]:
    """Mean ``psnr_y`` and ``ssim`` of a network that enlarges as ``enlarge``, and of bicubic."""
    means = {}
    for name, method in {"network": enlarge, "bicubic": bicubic}.items():
        each = [psnr_ssim_y(original, method(low, scale), scale) for original, low in pairs]
        means[name] = {key: fmean(scores[key] for scores in each) for key in ("psnr_y", "ssim")}
    return means


def run(args: argparse.Namespace) -> None:
    """Train, keeping checkpoint, weights, log and picture in the run folder."""
    _check(args)
    from sw.networks.enlarge import enlarge  # these need the extra
    from sw.networks.state import load_network
    from sw.training.baseline_run import Training

    pairs = read_pairs(args.val, args.scale) if args.val else None
    tests = {str(folder): read_pairs(folder, args.scale) for folder in args.score}
    training = Training(args)
    if args.resume:
        training.load(args.folder)
    else:
        check_unused(args.folder)
    files = image_files(args.data, recursive=True)
    training.use(read_photographs(args, files, args.scale))
    try:
        args.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{args.folder}: cannot be made ({error.strerror})") from error
    saved = time.monotonic()
    with tqdm(total=args.steps, initial=training.step, unit="step", leave=False) as bar:
        while not training.done:
            loss = training.advance()
            bar.update()
            if pairs and (training.step % args.val_every == 0 or training.progress >= 1):
                training.validate(pairs)
            seen = f", {training.seen[-1]:.3f} dB" if training.seen else ""
            bar.set_postfix_str(f"loss {loss:.1f}{seen}")
            if time.monotonic() - saved > SAVE_SECONDS:
                training.save(args.folder, args.dtype)
                saved = time.monotonic()
    training.save(args.folder, args.dtype)
    draw(args.folder / "loss.png", [args.folder])
    said = f", {training.seen[-1]:.3f} dB on {args.val}" if training.seen else ""
    print(f"{args.folder}: {training.step} steps in {training.seconds:.0f} s{said}")
    network = load_network(args.folder / "weights.npz", args.network, args.scale)
    scores = {
        folder: scores_of(partial(enlarge, network), pairs, args.scale)
        for folder, pairs in tests.items()
    }
    content = {
        "command": shlex.join(["python", "-m", "sw", *sys.argv[1:]]),
        "data": manifest.data_entry(args.data, files),
        "seconds": round(training.seconds),
        "versions": manifest.versions("torch"),
        "scores": scores,
    }
    manifest.write(args.folder / "weights.npz", content)
    for folder, mean in scores.items():
        print(f"{folder}: " + ", ".join(f"{n} {s['psnr_y']:.3f} dB" for n, s in mean.items()))
