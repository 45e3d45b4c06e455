"""Output files that appear only when they are complete."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sw.errors import BadInput


def _partial(path: Path) -> Path:
    """File beside ``path`` that is written first, and then renamed to ``path``."""
    return path.with_name(f".{path.name}.{os.getpid()}.partial")


def check_writable(path: Path) -> None:
    """Make sure, before any long work, that ``path`` can be written. Leaves no file behind.

    Raises
    ------
    BadInput
        If ``path`` is a folder, or its folder is missing or read-only.
    """
    if path.is_dir():
        raise BadInput(f"{path}: is a folder; it must be the name of a file to write")
    if not path.parent.is_dir():
        raise BadInput(f"{path}: there is no folder {path.parent}; make it first")
    try:
        _partial(path).open("xb").close()
        _partial(path).unlink()
    except OSError as error:
        reason = error.strerror or error
        raise BadInput(f"{path}: the folder {path.parent} cannot be written ({reason})") from error


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open ``path`` for writing; the file appears, or is replaced, when the block succeeds.

    If the block ends early, by an exception or by Ctrl-C, ``path`` stays as it was.

    Raises
    ------
    BadInput
        If the file cannot be written, or the disk is full.
    """
    partial = _partial(path)
    try:
        with partial.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise BadInput(f"{path}: cannot be written ({error.strerror or error})") from error
    finally:
        partial.unlink(missing_ok=True)
