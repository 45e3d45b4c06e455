"""Files that belong together: all of them are written, or none."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sw.errors import BadInput
from sw.output import check_is_file, hidden_beside, new_file, target_of


@dataclass(frozen=True)
class _Move:
    """A new file ``partial`` that goes to ``target``, whose file goes to ``old`` before.

    ``target`` is the file that ``path`` names or points to.
    """

    path: Path
    target: Path
    partial: Path
    old: Path

    @classmethod
    def to(cls, path: Path) -> "_Move":
        target = target_of(path)
        return cls(path, target, hidden_beside(target, "partial"), hidden_beside(target, "old"))

    def write(self, contents: bytes) -> None:
        with new_file(self.partial, check_is_file(self.path)) as file:
            file.write(contents)

    def do(self) -> None:
        with suppress(FileNotFoundError):
            self.target.rename(self.old)
        self.partial.rename(self.target)

    def undo(self) -> None:
        """Restore ``target``, however far ``do`` has come."""
        if self.old.exists():
            self.old.replace(self.target)
        elif not self.partial.exists():
            self.target.unlink()


def write_together(files: dict[Path, bytes]) -> None:
    """Write ``files``, contents by path: all of them, or none.

    The contents are on the disk before the first file appears. If a file cannot be moved to its
    place, or after Ctrl-C, the files before it are removed, and those that they replaced are
    restored. A file that is replaced keeps its permissions. If a path is a link, the file that it
    points to is written.

    Raises
    ------
    BadInput
        If a path is no file, a file cannot be written, or the disk is full.
    """
    moves, begun = [_Move.to(path) for path in files], []
    try:
        for move in moves:
            move.write(files[move.path])
        for move in moves:
            begun.append(move)
            move.do()
    except BaseException as error:
        lost = _undo(begun)
        if not isinstance(error, OSError):
            raise
        outcome = f"old files are now {', '.join(lost)}" if lost else "no file was changed"
        raise BadInput(
            f"{move.path}: cannot be written ({error.strerror or error}); {outcome}"
        ) from error
    finally:
        for move in moves:
            with suppress(OSError):
                move.partial.unlink()
    for move in begun:
        with suppress(OSError):
            move.old.unlink()


def _undo(begun: list[_Move]) -> list[str]:
    """Undo moves; return the files that could not be moved back, and where they belong."""
    lost = []
    for move in reversed(begun):
        try:
            move.undo()
        except OSError:
            lost.append(f"{move.old} instead of {move.target}")
    return lost
