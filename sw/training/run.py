"""The folder of a training run: whether one was begun in it, and its log."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from sw.errors import BadInput
from sw.output import whole_file


def check_unused(folder: Path) -> None:
    """Refuse ``folder`` if a run was begun in it.

    Raises
    ------
    BadInput
        If it holds a checkpoint.
    """
    if (folder / "checkpoint.pt").exists():
        raise BadInput(f"{folder}: holds a run already; --resume goes on with it, or name another")


def write_log(folder: Path, fields: Sequence[str], rows: Sequence[dict]) -> None:
    """Write ``log.csv``, a row for each step, with a head of ``fields``."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fields)
    writer.writeheader()
    writer.writerows(rows)
    with whole_file(folder / "log.csv") as file:
        file.write(text.getvalue().encode())
