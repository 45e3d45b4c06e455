"""Time the golden model on one CPU core, with a random 960×540 RGB frame.

A row is printed for each kind of table. Random pixels are the slowest case, because each look-up
reads another part of the table and caches help little.

  python -m sw bench
"""

import argparse
import os
import platform
import resource
import time
from dataclasses import replace

import numpy as np

from sw import golden
from sw.tables.files import load, table_path
from sw.tables.grid import UniformGrid
from sw.tables.published import FAMILIES
from sw.tables.spec import Stage, Table, Upsampler

FRAME = (540, 960, 3)
REPEATS = 3

CASES = (("S", 4, 4), ("S", 4, 3), ("S", 4, 2), ("F", 4, 4), ("V", 0, 4))
"""Family, fraction bits and scale of single random tables."""

CHAINS = "nano", "tiny", "compact", "wide", "large"


def random_table(family: str, frac_bits: int, scale: int) -> Upsampler:
    """An upsampler of one table with seeded random entries."""
    rng = np.random.default_rng(0)
    taps, grid = FAMILIES[family], UniformGrid(frac_bits)
    blank = Table.blank(taps, grid, scale)
    entries = rng.integers(-128, 128, blank.entries.shape, dtype=np.int8)
    return Upsampler((Stage(scale, "reflect", (replace(blank, entries=entries),)),))


def cases() -> list[tuple[str, Upsampler]]:
    """Names and upsamplers: published layouts with random entries, and chains of ``luts``."""
    random = [
        (f"{family}, step {1 << frac_bits}", random_table(family, frac_bits, scale))
        for family, frac_bits, scale in CASES
    ]
    return random + [(name, load(table_path(name))) for name in CHAINS]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments: none."""


def run(args: argparse.Namespace) -> None:
    """Print the table."""
    del args
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    frame = np.random.default_rng(0).integers(0, 256, FRAME, dtype=np.uint8)
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, one core, {_processor()}")
    print("| table | scale | bytes | seconds, best of 3 | HR Mpixel/s | peak memory so far |")
    print("|---|---|---|---|---|---|")
    for name, upsampler in cases():
        seconds = []
        for _ in range(REPEATS):
            started = time.perf_counter()
            enlarged = golden.upscale(frame, upsampler)
            seconds.append(time.perf_counter() - started)
        rate = enlarged.shape[0] * enlarged.shape[1] / min(seconds) / 1e6
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"| {name} | ×{upsampler.scale} | {upsampler.table_bytes} | {min(seconds):.2f} | "
            f"{rate:.1f} | {peak:.0f} MiB |"
        )


def _processor() -> str:
    with open("/proc/cpuinfo") as file:
        names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    return names[0] if names else platform.machine()
