"""What commands that write a table share: its files, the manifest and the scores."""

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from sw.commands.photo_options import add_data_argument
from sw.errors import BadInput
from sw.extras import require
from sw.output import check_writable
from sw.pictures.flat_fields import flat_text
from sw.scores import check_folder, score_folder
from sw.tables import manifest
from sw.tables.files import check_layout, save
from sw.tables.spec import Upsampler

SAVE_SECONDS = 30
"""How often an unfinished fit is saved, and scored on the pictures of --val."""


def add_fit_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``--data``, ``--out``, ``--val``, ``--score`` and ``--resume``."""
    add_data_argument(parser)
    option = parser.add_argument
    option(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="table file to write: .npz, or .npy for the published layout",
    )
    option(
        "--val",
        type=Path,
        metavar="DIR",
        help="folder of other HR pictures; the bar shows their mean PSNR-Y every "
        f"{SAVE_SECONDS} seconds, which costs an enlargement of each",
    )
    add_score_argument(parser)
    option(
        "--resume",
        action="store_true",
        help="continue the interrupted run that was to write the same --out",
    )


def add_score_argument(parser: argparse.ArgumentParser) -> None:
    """Declare ``--score``."""
    parser.add_argument(
        "--score",
        type=Path,
        nargs="+",
        default=(),
        metavar="DIR",
        help="folders of HR pictures; the finished table is scored on them, and the mean scores "
        "go into the manifest",
    )


def state_path(out: Path) -> Path:
    """Where the state of an unfinished fit that is to write ``out`` is kept."""
    return out.with_name(f"{out.name}.unfinished")


def check_table_files(out: Path) -> None:
    """Make sure that the table ``out`` and its manifest can be written.

    Raises
    ------
    BadInput
        If one of them cannot.
    """
    check_writable(out)
    check_writable(manifest.manifest_path(out))


def check_output(out: Path, upsampler: Upsampler, folders: Sequence[Path]) -> None:
    """Find out before any long work whether :func:`finish` could fail.

    Raises
    ------
    BadInput
        If ``out`` or its manifest cannot be written, or ``out`` cannot hold ``upsampler``, or one
        of ``folders`` has no pictures, or a picture that cannot be scored.
    """
    check_layout(out, upsampler)
    check_table_files(out)
    if folders:
        require("skimage")
    for folder in folders:
        check_folder(folder, upsampler.scale)


def finish(
    upsampler: Upsampler,
    out: Path,
    *,
    data: Path,
    files: Sequence[Path],
    folders: Sequence[Path],
    seconds: float,
) -> None:
    """Write the table to ``out``, score it, and write its manifest; print the scores.

    The state of the unfinished fit is deleted only when the table is written, so that a full disk
    costs no work.

    Parameters
    ----------
    upsampler : Upsampler
    out : Path
    data, files : Path, sequence of Path
        Folder of the photographs, and those of its files that are pictures.
    folders : sequence of Path
        Folders of pictures to score on.
    seconds : float
        Duration of the fit.
    """
    save(out, upsampler)
    state_path(out).unlink(missing_ok=True)
    content = {
        "command": this_command(),
        "data": manifest.data_entry(data, files),
        "seconds": round(seconds),
        "versions": manifest.versions("numba"),
    }
    print(f"{out}: {upsampler.table_bytes} bytes of entries, fitted in {seconds:.0f} s")
    print(flat_text(upsampler))
    record(upsampler, out, folders, content)


def this_command() -> str:
    """The command line that runs now, as a line for a shell."""
    return shlex.join(["python", "-m", "sw", *sys.argv[1:]])


def record(upsampler: Upsampler, out: Path, folders: Sequence[Path], content: dict) -> None:
    """Write the manifest of the table in ``out``: ``content``, and its scores on ``folders``.

    Prints the scores.

    Raises
    ------
    BadInput
        If a picture can no longer be scored: its score would be missing in the mean.
    """
    # A first manifest without scores: one of an earlier table must not stay if scoring is ended.
    manifest.write(out, {**content, "scores": {}})
    results = {str(folder): score_folder(folder, (upsampler,)) for folder in folders}
    for result in results.values():
        for sentence in result["skipped"].values():
            raise BadInput(sentence)
    scores = {folder: result["mean"] for folder, result in results.items()}
    manifest.write(out, {**content, "scores": scores})
    for folder, methods in scores.items():
        values = ", ".join(f"{name} {score['psnr_y']:.3f} dB" for name, score in methods.items())
        print(f"{folder}: {values}")
