"""Files that are written together, on a disk that is full."""

import errno
import os
from pathlib import Path

import pytest

from hw.file_set import write_together
from sw.errors import BadInput

OLD = {"a": b"old a", "b": b"old b"}
NEW = {"a": b"new a", "b": b"new b", "c": b"new c"}


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def folder(tmp_path):
    """A folder in which two of the three files are there already."""
    for name, text in OLD.items():
        (tmp_path / name).write_bytes(text)
    return tmp_path


def fail_at(monkeypatch, owner, name, number, error):
    """Let call ``number``, from 0, of a function raise ``error``; return a list of the calls."""
    real, calls = getattr(owner, name), []

    def replacement(*args):
        calls.append(args)
        if len(calls) == number + 1:
            raise error
        return real(*args)

    monkeypatch.setattr(owner, name, replacement)
    return calls


def write(folder):
    write_together({folder / name: text for name, text in NEW.items()})


def test_writes_all_files(folder):
    (folder / "a").chmod(0o640)
    write(folder)
    assert contents(folder) == NEW
    assert (folder / "a").stat().st_mode & 0o777 == 0o640


def test_writes_the_file_that_a_link_points_to(folder):
    (folder / "c").symlink_to("b")
    write_together({folder / "c": b"new"})
    assert (folder / "c").is_symlink()
    assert contents(folder) == {"a": b"old a", "b": b"new", "c": b"new"}


def test_a_fifo_is_refused_and_no_file_is_changed(folder):
    os.mkfifo(folder / "c")
    with pytest.raises(BadInput, match="c: is a FIFO; it must be a regular file"):
        write(folder)
    (folder / "c").unlink()
    assert contents(folder) == OLD


# Contents of three files; two files that are put aside and three that are put in place.
POINTS = [(os, "fsync", number) for number in range(3)]
POINTS += [(Path, "rename", number) for number in range(6)]


@pytest.mark.parametrize(("owner", "name", "number"), POINTS)
@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), KeyboardInterrupt()]
)
def test_writes_nothing_if_a_step_fails(folder, monkeypatch, owner, name, number, error):
    fail_at(monkeypatch, owner, name, number, error)
    expected = BadInput if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected) as caught:
        write(folder)
    if expected is BadInput:
        assert "cannot be written (No space left on device); no file was changed" in str(
            caught.value
        )
    assert contents(folder) == OLD


def test_names_the_old_files_that_could_not_be_restored(folder, monkeypatch):
    error = OSError(errno.EIO, os.strerror(errno.EIO))
    fail_at(monkeypatch, Path, "rename", 5, error)  # the third file is not put in place
    fail_at(monkeypatch, Path, "replace", 0, error)  # the second one is not restored
    with pytest.raises(BadInput) as caught:
        write(folder)
    found = contents(folder)
    (aside,) = set(found) - set(OLD)
    assert found == {"a": b"old a", "b": b"new b", aside: b"old b"}
    message = f"{folder / 'c'}: cannot be written (Input/output error); old files are now "
    assert str(caught.value) == f"{message}{folder / aside} instead of {folder / 'b'}"
