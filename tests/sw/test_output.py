import resource
from pathlib import Path

import pytest

from sw.errors import BadInput
from sw.output import check_writable, whole_file


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
