"""Plot loss and PSNR-Y over the steps of runs of `train` or `baseline`, for comparison.

The loss is a running mean over a twentieth of the steps, in grey levels². PSNR-Y is that of --val.

  python -m sw convergence runs/uniform runs/hard --out convergence.png

Needs the extra `plot` (pip install 'srlut[plot]').
"""

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sw.commands.figures import pyplot
from sw.errors import BadInput
from sw.output import check_writable, whole_file

NEEDS = ("matplotlib",)


def read_log(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Losses of the run in ``folder``, shape (steps,), and its scores, rows of (step, dB).

    Raises
    ------
    BadInput
        If there is no log, or it is damaged or empty.
    """
    path = folder / "log.csv"
    try:
        rows = list(csv.DictReader(path.read_text().splitlines()))
        losses = np.array([float(row["loss"]) for row in rows])
        scores = [(float(row["step"]), float(row["psnr_y"])) for row in rows if row["psnr_y"]]
    except OSError as error:
        raise BadInput(f"{path}: cannot read the log of a run ({error.strerror})") from error
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(f"{path}: is damaged, or is no log of `train` or `baseline`") from error
    if not rows:
        raise BadInput(f"{path}: is empty; the run must have taken a step")
    return losses, np.array(scores).reshape(-1, 2)


def draw(path: Path, folders: Sequence[Path]) -> None:
    """Plot the runs in ``folders``, and write the plot to ``path`` as a PNG.

    Raises
    ------
    BadInput
        If a log cannot be read, or the file cannot be written.
    """
    logs = {folder.name: read_log(folder) for folder in folders}
    plt = pyplot()
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for name, (losses, scores) in logs.items():
        window = max(1, len(losses) // 20)
        means = np.convolve(losses, np.full(window, 1 / window), "valid")
        left.plot(np.arange(window, len(losses) + 1), means, label=f"{name}, mean of {window}")
        right.plot(*scores.T, marker=".", label=name)
    left.set(xlabel="step", ylabel="loss (grey levels²)", yscale="log")
    right.set(xlabel="step", ylabel="PSNR-Y (dB)")
    left.legend()
    with whole_file(path) as file:
        figure.savefig(file, format="png", dpi=100)
    plt.close(figure)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("folders", type=Path, nargs="+", metavar="RUN", help="folders of runs")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="PNG to write")


def run(args: argparse.Namespace) -> None:
    """Plot the runs."""
    if args.out.suffix != ".png":
        raise BadInput(f"{args.out}: the name of the plot must end in .png")
    check_writable(args.out)
    draw(args.out, args.folders)
