r"""Train a network of the literature on photographs, to compare tables with.

NAME is srcnn, srcnn-955, fsrcnn-s, fsrcnn, espcn, vdsr, srresnet or btsrn. `compare` uses weights
of these networks from luts/baselines.

--data is a folder of HR photographs. Each is taken in several sizes and reduced by bicubic, which
gives the LR pictures. The folder RUN gets the weights (weights.npz), a manifest that records how
they were trained (weights.json), a checkpoint, a log (log.csv: step, loss, and PSNR-Y on --val) and
a plot of both (loss.png).

  python -m sw baseline fsrcnn --data photos/ --run runs/fsrcnn --val set5/ --score set5/ set14/
  python -m sw baseline fsrcnn --data photos/ --run runs/fsrcnn --val set5/ --resume
  python -m sw baseline fsrcnn --data photos/ --run runs/x2 --scale 2 --freeze-convolutions \
    --init runs/fsrcnn/weights.npz
  python -m sw show-filters runs/fsrcnn --out filters.png

A run is saved every minute. When it is interrupted, --resume continues it, and it ends with the
same network as a run without a break; with --minutes only with a similar one, because the number
of steps then depends on the machine.

Needs the extra `train` (pip install 'srlut[train]').
"""

import argparse
import shlex
import sys
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from statistics import fmean

import numpy as np

from sw.commands.option_types import real, whole
from sw.commands.run_options import add_run_arguments, carry_out, check_folder, last_score
from sw.errors import BadInput
from sw.networks.published import NETWORKS
from sw.networks.weights import DTYPES
from sw.pictures.images import image_files
from sw.pictures.interpolation import bicubic
from sw.pictures.metrics import psnr_ssim_y
from sw.scores import Scores, Validation
from sw.tables import manifest

NEEDS = ("torch", "matplotlib", "skimage")

SIZES = tuple(Fraction(tenths, 10) for tenths in (9, 8, 7, 6))
"""Sizes in which a photograph is taken (Dong et al., ECCV 2016, section 4.1)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("network", choices=NETWORKS, metavar="NAME", help="network to train")
    add_run_arguments(parser, SIZES)
    parser.add_argument(
        "--score",
        type=Path,
        nargs="+",
        default=(),
        metavar="DIR",
        help="folders of HR pictures; the finished network and bicubic are scored on them, and "
        "the mean scores go into the manifest",
    )
    parser.add_argument(
        "--dtype",
        choices=DTYPES,
        default="float32",
        help="type of the numbers in weights.npz (default: %(default)s)",
    )
    option = parser.add_argument_group("the training").add_argument
    option(
        "--minutes",
        type=real(above=0),
        metavar="X",
        help="time limit: the run ends after so many minutes or after --steps, whichever is first",
    )
    option(
        "--patience",
        type=whole(1),
        metavar="N",
        help="with --val: end the run after N scores in a row without a new best one, and keep "
        "the weights of the best",
    )
    option(
        "--batch",
        type=whole(1),
        default=16,
        metavar="N",
        help="crops in a batch at the start; larger crops later in the run are fewer "
        "(default: %(default)s)",
    )
    option(
        "--crops",
        type=whole(1),
        nargs="+",
        default=[128, 256, 512],
        metavar="N",
        help="HR pixels on each side of a crop, for equal parts of the run, multiples of the scale "
        "(default: 128 256 512)",
    )
    option(
        "--optimiser",
        choices=("adam", "sgd"),
        default="adam",
        help="Adam, or stochastic gradient descent with momentum (default: %(default)s)",
    )
    option(
        "--rate",
        type=real(above=0),
        metavar="X",
        help="learning rate at the start; it falls along a cosine to a hundredth (default: 0.001, "
        "with sgd 0.1)",
    )
    option(
        "--init",
        type=Path,
        metavar="FILE",
        help="weights of the same network to start from; if they are of another scale, the layers "
        "that enlarge start anew",
    )
    option(
        "--freeze-convolutions",
        action="store_true",
        help="train only the layers that enlarge, like fsrcnn's deconvolution",
    )
    option(
        "--bfloat16",
        action="store_true",
        help="compute convolutions in 16 bits during the training: up to four times as fast on "
        "GPUs and on processors with AMX",
    )


def _check_options(args: argparse.Namespace) -> None:
    check_folder(args.folder)
    for size in args.crops:
        if size % args.scale or size < 8 * args.scale:
            raise BadInput(
                f"--crops: {size} must be a multiple of {args.scale}, the scale, and "
                f"{8 * args.scale} or more"
            )
    if args.patience and not args.val:
        raise BadInput("--patience: needs --val, the pictures to score on")


def mean_scores(enlarge: Callable[[np.ndarray, int], np.ndarray], validation: Validation) -> Scores:
    """Mean scores of ``network``, which enlarges by ``enlarge(lr, scale)``, and of ``bicubic``."""
    means, scale = {}, validation.scale
    for name, method in {"network": enlarge, "bicubic": bicubic}.items():
        scores = [psnr_ssim_y(hr, method(lr, scale), scale) for hr, lr in validation.pairs]
        means[name] = {key: fmean(score[key] for score in scores) for key in ("psnr_y", "ssim")}
    return means


def run(args: argparse.Namespace) -> None:
    """Train, score, and write weights, manifest, checkpoint, log and plot into the run folder."""
    _check_options(args)
    from sw.networks.enlarge import enlarge  # these need the extra
    from sw.networks.state import load_network
    from sw.training.baseline_run import OPTIONS, BaselineRun

    validation = Validation(args.val, args.scale) if args.val else None
    tests = {str(folder): Validation(folder, args.scale) for folder in args.score}
    training = BaselineRun(
        {name: getattr(args, name) for name in OPTIONS},
        steps=args.steps,
        minutes=args.minutes,
        patience=args.patience,
        init=args.init,
        dtype=args.dtype,
        device=args.device,
    )
    files = image_files(args.data, recursive=True)
    carry_out(args, training, files, validation)
    score = last_score(args, training)
    print(f"{args.folder}: {training.step} steps in {training.seconds:.0f} s{score}")
    network = load_network(args.folder / "weights.npz", args.network, args.scale)
    scores = {
        folder: mean_scores(partial(enlarge, network), test) for folder, test in tests.items()
    }
    content = {
        "command": shlex.join(["python", "-m", "sw", *sys.argv[1:]]),
        "data": manifest.data_entry(args.data, files),
        "seconds": round(training.seconds),
        "versions": manifest.versions("torch"),
        "scores": scores,
    }
    manifest.write(args.folder / "weights.npz", content)
    for folder, means in scores.items():
        values = ", ".join(f"{name} {score['psnr_y']:.3f} dB" for name, score in means.items())
        print(f"{folder}: {values}")
