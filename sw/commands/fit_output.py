"""What a fit ends with: table, manifest, scores."""

import argparse
import shlex
import sys
from pathlib import Path

from sw.output import check_writable
from sw.pictures.images import image_files
from sw.scores import score_folder
from sw.tables import manifest
from sw.tables.files import check_layout, save
from sw.tables.spec import Upsampler


def add_finish_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``--data``, ``--out``, ``--val`` and ``--score``."""
    option = parser.add_argument
    option("--data", type=Path, required=True, metavar="DIR", help="folder of HR photographs")
    option("--out", type=Path, required=True, metavar="FILE", help="table to write, .npz or .npy")
    option("--val", type=Path, metavar="DIR", help="folder of pictures to show the progress on")
    option("--score", type=Path, nargs="+", default=(), metavar="DIR", help="folders to score on")


def state_path(out: Path) -> Path:
    """Where the state of the fit that writes ``out`` is kept until it is done."""
    return out.with_name(f"{out.name}.unfinished")


def check_finish_arguments(args: argparse.Namespace, upsampler: Upsampler) -> None:
    """Find out before any long work what would keep it from ending well.

    Raises
    ------
    BadInput
        If ``upsampler`` could not be written, or there are no pictures to score on.
    """
    check_layout(args.out, upsampler)
    check_writable(args.out)
    for folder in args.score:
        image_files(folder)


def finish(
    args: argparse.Namespace, upsampler: Upsampler, files: list[Path], seconds: float
) -> None:
    """Write the table and its manifest, scores in it; print them.

    The state of the fit goes only when the table is there: a full disk costs no work.
    """
    save(args.out, upsampler)
    state_path(args.out).unlink(missing_ok=True)
    scores = {str(folder): score_folder(folder, (upsampler,))["mean"] for folder in args.score}
    content = {
        "command": shlex.join(["python", "-m", "sw", *sys.argv[1:]]),
        "data": manifest.data_entry(args.data, files),
        "seconds": round(seconds),
        "versions": manifest.versions("numba"),
        "scores": scores,
    }
    manifest.write(args.out, content)
    print(f"{args.out}: {upsampler.table_bytes} bytes of entries, fitted in {seconds:.0f} s")
    for folder, mean in scores.items():
        values = ", ".join(f"{name} {each['psnr_y']:.3f} dB" for name, each in mean.items())
        print(f"{folder}: {values}")
