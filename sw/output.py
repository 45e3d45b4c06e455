"""Output files that appear only when they are complete."""

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sw.errors import BadInput

STANDARD_STREAMS = "-", "/dev/stdin", "/dev/stdout", "/dev/stderr"
"""Names of pipes. ``/dev/fd/N`` is one too."""

KINDS = {
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
"""What is neither a file nor a folder."""

_partial_files: set[Path] = set()
"""Files that this process has not finished."""


def is_standard_stream(path: Path) -> bool:
    """Whether ``path`` names a standard stream instead of a file."""
    return str(path) in STANDARD_STREAMS or str(path).startswith("/dev/fd/")


def hidden_beside(target: Path, ending: str) -> Path:
    """A new name, short and hidden, in the folder of ``target``."""
    return target.with_name(f".{secrets.token_hex(8)}.{ending}")


def check_is_file(path: Path) -> os.stat_result | None:
    """Status of the file ``path``; None if there is none.

    Raises
    ------
    BadInput
        If ``path`` is no file, or its name is too long.
    """
    if is_standard_stream(path):
        raise BadInput(
            f"{path}: the output is written to a file, not to a pipe; give the name of a file"
        )
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            size = max(len(os.fsencode(part)) for part in path.parts)
            raise BadInput(
                f"{path}: the name is too long ({size} bytes); most file systems hold names of up "
                "to 255 bytes"
            ) from error
        raise BadInput(f"{path}: cannot be written ({error.strerror})") from error
    if stat.S_ISDIR(status.st_mode):
        raise BadInput(f"{path}: is a folder; it must be the name of a file to write")
    if kind := KINDS.get(stat.S_IFMT(status.st_mode)):
        raise BadInput(f"{path}: is {kind}; it must be a regular file, or a new name for one")
    return status


def target_of(path: Path) -> Path:
    """The file to write: a link stays, and the file that it points to is written."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def check_writable(path: Path) -> None:
    """Make sure, before any long work, that ``path`` can be written. Leaves no file behind.

    Raises
    ------
    BadInput
        If ``path`` is a folder, a FIFO, a device or a standard stream, its name is too long, or its
        folder is missing or read-only.
    """
    check_is_file(path)
    target = target_of(path)
    if not target.parent.is_dir():
        raise BadInput(f"{path}: there is no folder {target.parent}; make it first")
    _check_can_create(path, target)


def _check_can_create(path: Path, target: Path) -> None:
    """Make sure that the folder of ``target`` takes new files; ``path`` begins the sentence."""
    try:
        with _partial_file(target) as partial:
            partial.open("xb").close()
    except OSError as error:
        reason = error.strerror or error
        raise BadInput(
            f"{path}: the folder {target.parent} cannot be written ({reason})"
        ) from error


def check_folder_writable(folder: Path) -> None:
    """Make sure, before any long work, that files can be written into ``folder``.

    It may be missing if the folder above it can be written. Leaves nothing behind.

    Raises
    ------
    BadInput
        If ``folder`` is no folder or is read-only, or it is missing and cannot be created.
    """
    if folder.is_dir():
        _check_can_create(folder, folder / "any")
    elif folder.exists():
        raise BadInput(f"{folder}: is a file; it must be a folder, or a new name for one")
    else:
        check_writable(folder)


@contextmanager
def new_file(path: Path, replaced: os.stat_result | None) -> Iterator[BinaryIO]:
    """Create the file ``path``; when the block succeeds, its contents are on the disk.

    It gets the permissions of the file whose status is ``replaced``, if there is one.
    """
    with path.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    if replaced and path.stat().st_mode != replaced.st_mode:
        path.chmod(stat.S_IMODE(replaced.st_mode))


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open ``path`` for writing; the file appears, or is replaced, when the block succeeds.

    If the block ends early, by an exception or by Ctrl-C, ``path`` stays as it was. A file that is
    replaced keeps its permissions. If ``path`` is a link, the file that it points to is written.

    Raises
    ------
    BadInput
        If ``path`` is no file, the file cannot be written, or the disk is full.
    """
    old = check_is_file(path)
    target = target_of(path)
    try:
        with _partial_file(target) as partial:
            with new_file(partial, old) as file:
                yield file
            partial.replace(target)
    except OSError as error:
        raise BadInput(f"{path}: cannot be written ({error.strerror or error})") from error


@contextmanager
def _partial_file(target: Path) -> Iterator[Path]:
    """A new name beside ``target``; if there is a file of this name at the end, it is removed."""
    partial = hidden_beside(target, "partial")
    _partial_files.add(partial)
    try:
        yield partial
    finally:
        with suppress(OSError):
            partial.unlink()
        _partial_files.discard(partial)


def remove_partial_files() -> None:
    """Remove all unfinished files, in a process that ends at once without cleaning up."""
    for path in tuple(_partial_files):
        with suppress(OSError):
            path.unlink()
