"""What the core takes in FPGAs, and how fast it runs in an ECP5-85F: a table.

The core alone for frames of 960×540, RGB, ×4: synthesised with Yosys for each family, for ECP5 also
placed and routed with nextpnr, out of context, once for each speed grade and seed. Frames a second
are what the clock allows, the median of the seeds and the best. What was done once is kept in
build/synth, nextpnr's logs with the critical paths too. The table goes to OUT.md, all
of it to OUT.json.

A row is a table and its lanes, as in  python -m hw verilog --help . With the tools from PyPI 240
products took two and a half minutes to synthesise and about a quarter of an hour for a placement.

  python -m boards synth
  python -m boards synth --rows pico:3,12 nano:1 --families ecp5 --speeds 6 8 --seeds 3
  python -m boards synth --rows nano:3 --families ecp5 --speeds 8 --fps 30 --placer static
"""

import argparse
import json
from pathlib import Path
from statistics import median

from tqdm import tqdm

from boards.flow.synthesis import CACHE, LIMIT, PLACERS, SCRIPTS, place, synthesise
from boards.flow.tools import tool_version
from hw.commands.verilog import lane_numbers
from hw.core_params import CoreParams
from hw.yosys import check_yosys
from sw.errors import BadInput
from sw.output import check_writable, whole_file
from sw.tables.files import load, table_path

ROWS = "pico:3", "pico:6,24", "nano:3", "tiny:1", "compact:1", "S:1", "S:2"

WIDTH, HEIGHT, CHANNELS = 960, 540, 3

SYNTHESISED, PLACED = 100, 16
"""Products a minute, about, as seen on one core."""

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
        help=f"default: {' '.join(ROWS)}",
    )
    parser.add_argument(
        "--families",
        nargs="+",
        choices=SCRIPTS,
        default=tuple(SCRIPTS),
        help=f"default: {' '.join(SCRIPTS)}",
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
        "--seeds", type=int, default=1, metavar="N", help="placements of each (default: 1)"
    )
    parser.add_argument(
        "--fps",
        type=float,
        default=62,
        metavar="N",
        help="asked of nextpnr; a dense core may be routed only "
        "if less is asked (default: %(default)s)",
    )
    parser.add_argument(
        "--placer", choices=PLACERS, default="heap", help="nextpnr's; static is for dense cores"
    )
    parser.add_argument(
        "--limit",
        type=float,
        default=LIMIT,
        metavar="N",
        help="minutes after which a placement is given up (default: %(default)s)",
    )
    parser.add_argument(
        "--out", type=Path, default=CACHE / "table", metavar="OUT", help="default: %(default)s"
    )


def run(args: argparse.Namespace) -> None:
    """Make the table."""
    cores = {row: row_params(row) for row in args.rows}
    if args.seeds < 0:
        raise BadInput(f"--seeds is {args.seeds}; 0, for none placed, or more is accepted")
    if not 0 < args.fps <= 1000:
        raise BadInput(f"--fps is {args.fps:g}; above 0 and up to 1000 is accepted")
    if not 0 < args.limit <= 10000:
        raise BadInput(f"--limit is {args.limit:g}; above 0 and up to 10000 is accepted")
    check_yosys()
    CACHE.mkdir(parents=True, exist_ok=True)
    markdown, listed = args.out.with_suffix(".md"), args.out.with_suffix(".json")
    for path in (markdown, listed):
        check_writable(path)
    results, text = [], HEAD
    placing = "ecp5" in args.families and args.seeds > 0
    tools = [tool_version(name) for name in ("yosys", "nextpnr-ecp5")[: 1 + placing]]
    print(f"{', '.join(tools)}; minutes without what is kept: {minutes(cores, args):.0f}")
    print(HEAD, end="")
    with tqdm(total=len(cores) * len(args.families), unit="row", leave=False) as bar:
        for row, params in cores.items():
            for family in args.families:
                bar.set_description(f"{row} {family}")
                speeds = args.speeds if family == "ecp5" and args.seeds else [None]
                for result in measure(row, params, family, speeds, args, bar):
                    results.append(result)
                    text += line(result)
                    tqdm.write(line(result), end="")
                bar.update()
    content = {"tools": tools, "fps_asked": args.fps, "placer": args.placer, "rows": results}
    with whole_file(listed) as file:
        file.write(json.dumps(content, indent=2).encode() + b"\n")
    with whole_file(markdown) as file:
        file.write(text.encode())


def row_params(row: str) -> CoreParams:
    """Core of a row.

    Raises
    ------
    BadInput
        If it is no table and lanes.
    """
    name, _, lanes = row.rpartition(":")
    try:
        numbers = lane_numbers(lanes)
    except ValueError as error:
        raise BadInput(f"row {row}: TABLE:P[,P…], as nano:1 or pico:3,12, is accepted") from error
    return CoreParams.for_upsampler(
        load(table_path(name)),
        channels=CHANNELS,
        lanes=numbers,
        max_width=WIDTH,
        max_height=HEIGHT,
    )


def minutes(cores: dict[str, CoreParams], args: argparse.Namespace) -> float:
    """Minutes that all of it takes, roughly."""
    groups = [
        group for params in cores.values() for stage in params.stages for group in stage.groups
    ]
    products = sum(group.lanes * group.banks * group.numbers for group in groups)
    placed = args.seeds * len(args.speeds) if "ecp5" in args.families else 0
    return products * (len(args.families) / SYNTHESISED + placed / PLACED)


def measure(
    row: str,
    params: CoreParams,
    family: str,
    speeds: list[int | None],
    args: argparse.Namespace,
    bar: tqdm,
) -> list[dict]:
    """Results of a row for one family, one for each speed grade."""
    counts, netlist = synthesise(params, family)
    clocks = params.clocks_per_frame(WIDTH, HEIGHT)
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
            clock = args.fps * clocks / 1e6
            for seed in range(1, args.seeds + 1):
                bar.set_description(f"{row} {family}, speed grade {speed}, seed {seed}")
                try:
                    mhz = place(netlist, speed, seed, clock, args.placer, args.limit)
                    result["mhz"].append(mhz)
                except BadInput as error:
                    tqdm.write(f"{row}, speed grade {speed}, seed {seed}: {error}")
        results.append(result)
    return results


def line(result: dict) -> str:
    """``result`` as a line of the table."""
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
