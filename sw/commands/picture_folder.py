"""What `upscale` does with a folder of pictures, and the options for it."""

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import replace
from multiprocessing import active_children, get_context, parent_process
from pathlib import Path
from threading import RLock, Thread
from typing import NamedTuple

from tqdm import tqdm

from sw.commands.enlarger import Enlarger
from sw.commands.option_types import whole
from sw.commands.table_options import grey_note
from sw.errors import BadInput
from sw.output import check_folder_writable, remove_partial_files
from sw.pictures.formats import FORMATS
from sw.pictures.images import image_files
from sw.pictures.picture_sets import distinct_names
from sw.progress import progress_bar

Pairs = dict[Path, Path]
"""For each picture, the file of its result."""


class Outcome(NamedTuple):
    """What became of a picture: ``error`` is None if its result was written.

    ``grey`` is the picture if it was written and is grey.
    """

    error: str | None
    notes: tuple[str, ...] = ()
    grey: Path | None = None


def add_folder_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``--recursive``, ``--skip-existing``, ``--format`` and ``--jobs``."""
    group = parser.add_argument_group("options for a folder")
    group.add_argument(
        "--recursive", action="store_true", help="take the pictures of sub-folders too"
    )
    group.add_argument(
        "--skip-existing",
        action="store_true",
        help="leave out pictures whose result is there already, to go on after an interruption",
    )
    group.add_argument(
        "--format",
        choices=[ending[1:] for ending in FORMATS],
        help="format of the results (default: png)",
    )
    group.add_argument(
        "-j",
        "--jobs",
        type=whole(1),
        metavar="N",
        help="enlarge N pictures at the same time, in N processes (default: 1)",
    )


def upscale_folder(
    source: Path,
    target: Path,
    enlarger: Enlarger,
    *,
    ending: str = ".png",
    recursive: bool = False,
    skip_existing: bool = False,
    jobs: int = 1,
) -> int:
    """Enlarge every picture in the folder ``source`` into the folder ``target``.

    Pictures that cannot be enlarged are named on the error output and skipped. At the end a
    line says how many were written.

    Returns
    -------
    int
        The exit status: 1 if pictures were skipped because of an error.

    Raises
    ------
    BadInput
        If a folder is missing or cannot be used, or no picture can be enlarged.
    """
    _check_target(target, source)
    pairs = find_pairs(source, target, ending, recursive=recursive)
    total = len(pairs)
    if skip_existing:
        pairs = {path: result for path, result in pairs.items() if not os.path.isfile(result)}
    try:
        target.mkdir(exist_ok=True)
    except OSError as error:
        raise BadInput(f"{target}: cannot be created ({error.strerror})") from error
    enlarger = replace(enlarger, processes=max(1, min(jobs, len(pairs))))
    written, grey = 0, []
    with (
        progress_bar(total=len(pairs), desc=source.name, unit="picture") as bar,
        closing(_outcomes(pairs, enlarger)) as outcomes,
    ):
        for outcome in outcomes:
            for note in outcome.notes:
                tqdm.write(f"note: {note}", file=sys.stderr)
            if outcome.error is None:
                written += 1
            else:
                tqdm.write(f"skipped {outcome.error}", file=sys.stderr)
            if outcome.grey:
                grey.append(outcome.grey)
            bar.update()
    if grey and enlarger.colour == "luma":
        print(f"note: {grey_note(sorted(grey))}", file=sys.stderr)
    existing, failed = total - len(pairs), len(pairs) - written
    if failed == total:
        raise BadInput(f"{source}: none of the {total} pictures could be enlarged")
    there = f", {existing} there already" if existing else ""
    print(f"{target}: {written} of {total} pictures written{there}")
    if failed:
        print(f"{failed} of {total} pictures could not be enlarged", file=sys.stderr)
    return 1 if failed else 0


def _check_target(target: Path, source: Path) -> None:
    if target.exists() and target.samefile(source):
        raise BadInput(f"{target}: is the same folder as IN; choose another one for the results")
    check_folder_writable(target)


def find_pairs(source: Path, target: Path, ending: str, *, recursive: bool = False) -> Pairs:
    """The pictures in the folder ``source``, and for each of them its result in ``target``.

    Results have the names of the pictures (:func:`sw.pictures.picture_sets.distinct_names`) and
    lie in the same sub-folders. If ``target`` lies in ``source``, its pictures are left out.

    Raises
    ------
    BadInput
        If ``source`` holds no pictures.
    """
    files = image_files(source, recursive=recursive)
    results = target.resolve()
    if source.resolve() in results.parents:
        files = [path for path in files if results not in path.resolve().parents]
    if not files:
        raise BadInput(f"{source}: holds no image files but those in OUT")
    return {
        path: target / path.relative_to(source).parent / f"{name}{ending}"
        for path, name in distinct_names(files).items()
    }


def _outcomes(pairs: Pairs, enlarger: Enlarger) -> Iterator[Outcome]:
    """Enlarge all pictures and yield what became of each, in the order in which they end."""
    originals = {_identity(path) for path in pairs}
    todo = {}
    for source, target in pairs.items():
        if (identity := _identity(target)) and identity in originals:
            yield Outcome(f"{source}: its result {target} is a picture of IN; move one of them")
        else:
            todo[source] = target
    if enlarger.processes == 1:
        for source, target in todo.items():
            yield _enlarge(enlarger, source, target)
    else:
        yield from _in_processes(enlarger, todo)


def _identity(path: Path) -> tuple[int, int] | None:
    """What all names of one file have in common; None if there is no file."""
    if not os.path.exists(path):
        return None
    status = path.stat()
    return status.st_dev, status.st_ino


def _enlarge(enlarger: Enlarger, source: Path, target: Path) -> Outcome:
    try:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(f"{target.parent}: cannot be created ({error.strerror})") from error
        written = enlarger(source, target, show=False)
    except BadInput as error:
        return Outcome(str(error))
    return Outcome(None, written.notes, source if written.grey else None)


def _in_processes(enlarger: Enlarger, pairs: Pairs) -> Iterator[Outcome]:
    """As :func:`_outcomes`, in ``enlarger.processes`` processes at the same time."""
    executor = ProcessPoolExecutor(enlarger.processes, get_context("spawn"), _prepare, (enlarger,))
    try:
        with _signals_blocked():
            running = [executor.submit(_enlarge_here, *pair) for pair in pairs.items()]
        for future in as_completed(running):
            yield future.result()
    except BrokenProcessPool as error:
        raise BadInput(
            f"--jobs is {enlarger.processes}: a process was ended, perhaps for lack of memory; "
            "go on with --skip-existing and fewer jobs"
        ) from error
    except BaseException:
        for process in active_children():
            process.terminate()
        raise
    finally:
        executor.shutdown(cancel_futures=True)


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """Start processes in the block: they inherit the mask.

    Ctrl-C goes to all processes of a terminal, but only this one reacts to it and ends the others.
    A signal in the block has its effect after it, when all processes are complete.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_enlarger: Enlarger
"""Of a process that enlarges pictures, set by :func:`_prepare`."""


def _prepare(enlarger: Enlarger) -> None:
    """Begin a process that enlarges pictures."""
    global _enlarger
    _enlarger = enlarger
    # tqdm's own lock is for several processes, and is left over when a process is ended.
    tqdm.set_lock(RLock())
    signal.signal(signal.SIGTERM, _end)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process too if the one that started it is killed: no work would come any more."""
    parent_process().join()
    os.kill(os.getpid(), signal.SIGTERM)


def _end(number: int, frame: object) -> None:
    """End the process from a signal handler.

    An exception would be lost in a destructor, or where the executor hands over a result.
    """
    remove_partial_files()
    os._exit(1)


def _enlarge_here(source: Path, target: Path) -> Outcome:
    return _enlarge(_enlarger, source, target)
