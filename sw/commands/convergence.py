"""Draw how runs of `train` or `baseline` converged, side by side: loss, and PSNR-Y.

  python -m sw convergence runs/uniform runs/hard --out convergence.png

Needs the extra `train` (pip install -e '.[train]').
"""

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sw.commands.figures import pyplot
from sw.errors import BadInput
from sw.output import check_writable, whole_file


def read_log(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Losses of a run's steps, shape (steps,), and its validations, (step, dB) in each row.

    Raises
    ------
    BadInput
        If there is no log, or it is damaged.
    """
    path = folder / "log.csv"
    try:
        rows = list(csv.DictReader(path.read_text().splitlines()))
        losses = np.array([float(row["loss"]) for row in rows])
        seen = [(float(row["step"]), float(row["psnr_y"])) for row in rows if row["psnr_y"]]
    except OSError as error:
        raise BadInput(f"{path}: no log of a run here ({error.strerror})") from error
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(f"{path}: damaged; the log that `train` writes is accepted") from error
    if not rows:
        raise BadInput(f"{path}: holds no step yet")
    return losses, np.array(seen).reshape(-1, 2)


def draw(path: Path, folders: Sequence[Path]) -> None:
    """Draw the runs in ``folders`` into ``path``, a PNG; names the missing extra if it is."""
    logs = {folder.name: read_log(folder) for folder in folders}
    plt = pyplot()
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for name, (losses, seen) in logs.items():
        window = max(1, len(losses) // 20)
        means = np.convolve(losses, np.full(window, 1 / window), "valid")
        left.plot(np.arange(window, len(losses) + 1), means, label=f"{name}, mean of {window}")
        right.plot(*seen.T, marker=".", label=name)
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
    """Draw."""
    if args.out.suffix != ".png":
        raise BadInput(f"{args.out}: a name that ends in .png is accepted")
    check_writable(args.out)
    draw(args.out, args.folders)
