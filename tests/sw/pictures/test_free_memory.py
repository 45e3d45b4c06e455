"""What the system says of free memory, from files as Linux writes them."""

import pytest

from sw.pictures import free_memory as module
from sw.pictures.free_memory import free_memory


@pytest.fixture
def system(tmp_path, monkeypatch):
    """A function that writes the files of a system: names and contents."""
    monkeypatch.setattr(module, "PROC", tmp_path / "proc")
    monkeypatch.setattr(module, "CGROUP", tmp_path / "cgroup")

    def write(**files):
        for name, content in files.items():
            path = tmp_path / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)

    return write


MACHINE = "MemTotal:  9000 kB\nMemFree:  10 kB\nMemAvailable:    4000 kB\n"


def test_nothing_is_known(system):
    assert free_memory() is None
    assert module.free_addresses() is None
    assert module.resident_memory() == 0


def test_machine(system):
    system(proc__meminfo=MACHINE)
    assert free_memory() == 4000 * 1024


def test_the_smallest_of_the_groups_counts(system, tmp_path):
    system(proc__meminfo=MACHINE, proc__self__cgroup="0::/jobs/one\n")
    outer, inner = tmp_path / "cgroup/jobs", tmp_path / "cgroup/jobs/one"
    inner.mkdir(parents=True)
    (inner / "memory.max").write_text("max\n")
    (inner / "memory.current").write_text("100\n")
    assert free_memory() == 4000 * 1024
    (outer / "memory.max").write_text("5000\n")
    (outer / "memory.current").write_text("3000\n")
    assert free_memory() == 2000
    (outer / "memory.stat").write_text("anon 2900\ninactive_file 70\n")
    assert free_memory() == 2070
    (inner / "memory.max").write_text("150\n")
    assert free_memory() == 50
    (inner / "memory.current").write_text("160\n")
    assert free_memory() == 0


def test_groups_of_the_first_version(system, tmp_path):
    system(proc__meminfo=MACHINE, proc__self__cgroup="9:cpu:/x\n4:memory:/jobs\n0::/\n")
    group = tmp_path / "cgroup/memory/jobs"
    group.mkdir(parents=True)
    (group / "memory.limit_in_bytes").write_text("5000\n")
    (group / "memory.usage_in_bytes").write_text("4000\n")
    assert free_memory() == 1000
