import os
import re
import resource
import stat
from pathlib import Path

import pytest

from sw.errors import BadInput
from sw.output import check_folder_writable, check_writable, whole_file


def test_file_appears_when_done_and_not_before(tmp_path):
    path = tmp_path / "a.txt"
    with whole_file(path) as file:
        file.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError])
def test_interruption_leaves_the_old_file(tmp_path, stop):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    with pytest.raises(stop), whole_file(path) as file:
        file.write(b"half")
        raise stop
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_full_disk_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
        with pytest.raises(BadInput, match=r"a\.txt: cannot be written"), whole_file(path) as file:
            file.write(b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_check_leaves_nothing(tmp_path):
    check_writable(tmp_path / "a.txt")
    assert not list(tmp_path.iterdir())


def test_check_refuses(tmp_path):
    with pytest.raises(BadInput, match=r"there is no folder .*missing; make it first"):
        check_writable(tmp_path / "missing" / "a.txt")
    with pytest.raises(BadInput, match="is a folder"):
        check_writable(tmp_path)
    # A folder that not even root can write.
    with pytest.raises(BadInput, match=r"the folder /proc/self cannot be written \("):
        check_writable(Path("/proc/self/a.txt"))


def test_folder_is_checked_and_nothing_is_left(tmp_path):
    check_folder_writable(tmp_path)
    check_folder_writable(tmp_path / "new")
    assert not list(tmp_path.iterdir())
    (tmp_path / "file").touch()
    for path, reason in {
        tmp_path / "file": r"file: is a file; it must be a folder",
        tmp_path / "no" / "new": r"there is no folder .*no; make it first",
        # Folders that not even root can write.
        Path("/proc/self"): r"/proc/self: the folder /proc/self cannot be written \(",
        Path("/proc/self/new"): r"/proc/self/new: the folder /proc/self cannot be written \(",
    }.items():
        with pytest.raises(BadInput, match=reason):
            check_folder_writable(path)


def test_name_may_be_as_long_as_the_file_system_allows(tmp_path):
    path = tmp_path / f"{'n' * 251}.png"
    check_writable(path)
    with whole_file(path) as file:
        file.write(b"new")
    assert list(tmp_path.iterdir()) == [path]


def test_name_that_is_too_long_is_refused_for_its_length(tmp_path):
    path = tmp_path / f"{'ü' * 126}.png"
    with pytest.raises(BadInput, match=r"the name is too long \(256 bytes\); most .* to 255 bytes"):
        check_writable(path)
    with pytest.raises(BadInput, match="the name is too long"), whole_file(path):
        pass
    assert not list(tmp_path.iterdir())


def test_replaced_file_keeps_its_permissions(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    path.chmod(0o640)
    with whole_file(path) as file:
        file.write(b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_new_file_has_the_usual_permissions(tmp_path):
    (tmp_path / "usual").touch()
    with whole_file(tmp_path / "a.txt"):
        pass
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("exists", [True, False])
def test_link_stays_and_its_target_is_written(tmp_path, exists):
    folder, link = tmp_path / "folder", tmp_path / "link.txt"
    folder.mkdir()
    if exists:
        (folder / "a.txt").write_bytes(b"old")
    link.symlink_to(Path("folder") / "a.txt")
    check_writable(link)
    with whole_file(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert (folder / "a.txt").read_bytes() == b"new"
    assert list(folder.iterdir()) == [folder / "a.txt"]


def test_link_to_nowhere_is_refused(tmp_path):
    link = tmp_path / "link.txt"
    link.symlink_to(tmp_path / "missing" / "a.txt")
    with pytest.raises(BadInput, match=r"link\.txt: there is no folder .*missing; make it first"):
        check_writable(link)
    link.unlink()
    link.symlink_to(link)
    with pytest.raises(BadInput, match=r"link\.txt: cannot be written \(Too many levels"):
        check_writable(link)


def test_fifo_and_device_are_refused_and_stay(tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path, kind in ((fifo, "FIFO"), (Path("/dev/null"), "device")):
        refusal = rf"{path}: is a {kind}; it must be a regular file, or a new name for one"
        with pytest.raises(BadInput, match=refusal):
            check_writable(path)
        with pytest.raises(BadInput, match=refusal), whole_file(path):
            pass
    assert fifo.is_fifo()
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1"])
def test_standard_output_is_refused(name):
    with pytest.raises(BadInput, match=rf"^{re.escape(name)}: .* not to a pipe; give the name of"):
        check_writable(Path(name))
