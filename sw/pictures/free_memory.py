"""How much memory a process can still take, as far as the system says."""

from collections.abc import Iterator
from pathlib import Path

try:
    import resource
except ImportError:  # Windows has no limits for a process
    resource = None

PROC, CGROUP = Path("/proc"), Path("/sys/fs/cgroup")


def free_memory() -> int | None:
    """Bytes that the machine, or the container of this process, has free; None if not known."""
    return min([*_machine(), *_container()], default=None)


def free_addresses() -> int | None:
    """Bytes that this process may still map before it reaches its limit (``ulimit -v``)."""
    in_use = _statm(0)
    if resource is None or in_use is None:
        return None
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if limit == resource.RLIM_INFINITY else max(0, limit - in_use)


def resident_memory() -> int:
    """Bytes of memory that this process has already; 0 if not known."""
    return _statm(1) or 0


def _statm(field: int) -> int | None:
    """A field of the sizes of this process, in bytes."""
    try:
        pages = int((PROC / "self/statm").read_text().split()[field])
    except (OSError, ValueError, IndexError):
        return None
    return pages * resource.getpagesize() if resource else None


def _machine() -> Iterator[int]:
    for line in _lines(PROC / "meminfo"):
        if line.startswith("MemAvailable:"):
            yield int(line.split()[1]) << 10


def _container() -> Iterator[int]:
    """Free bytes in each control group that holds this process, of version 2 or 1."""
    for line in _lines(PROC / "self/cgroup"):
        _, controllers, name = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        root = CGROUP / "memory" if controllers else CGROUP
        names = ("limit_in_bytes", "usage_in_bytes") if controllers else ("max", "current")
        folder = root / name.lstrip("/")
        for group in (folder, *folder.parents):
            yield from _group(group, *names)
            if group == root:
                break


def _group(group: Path, limit_name: str, usage_name: str) -> Iterator[int]:
    limit = _lines(group / f"memory.{limit_name}")
    usage = _lines(group / f"memory.{usage_name}")
    if limit and usage and limit[0] != "max":
        # What is cached from files can be given up.
        stat = dict(line.split() for line in _lines(group / "memory.stat"))
        cached = int(stat.get("inactive_file", 0))
        yield max(0, int(limit[0]) - int(usage[0]) + cached)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []
