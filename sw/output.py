"""Output files that are either whole or not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sw.errors import BadInput


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.partial")


def check_writable(path: Path) -> None:
    """Make sure, before any long work, that ``path`` can be written; leaves nothing behind.

    Raises
    ------
    BadInput
        If ``path`` is a folder, or its folder is missing or read-only.
    """
    if path.is_dir():
        raise BadInput(f"{path}: is a folder; the name of a file to write is accepted")
    if not path.parent.is_dir():
        raise BadInput(f"{path}: there is no folder {path.parent}; make it first")
    try:
        _beside(path).open("xb").close()
        _beside(path).unlink()
    except OSError as error:
        reason = error.strerror or error
        raise BadInput(f"{path}: the folder {path.parent} cannot be written ({reason})") from error


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open ``path`` for writing; it appears, or is replaced, only when the block has succeeded.

    Whatever ends the block early, Ctrl-C included, leaves ``path`` as it was.

    Raises
    ------
    BadInput
        If the file cannot be written, or the disk is full.
    """
    beside = _beside(path)
    try:
        with beside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise BadInput(f"{path}: cannot be written ({error.strerror or error})") from error
    finally:
        beside.unlink(missing_ok=True)
