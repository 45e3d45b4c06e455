"""Choose the lanes of each stage for a frame rate, and print what they take.

For every stage the fewest lanes that hold the rate at the clock, with its clocks per frame, copies
of its tables, block RAMs and products. What it takes is an estimate from the table's description;
nothing is synthesised. Rates up to half a per cent below what is asked count as held: lines that
pass at a frame's start take a little.

  python -m hw plan --table compact --clock-mhz 124.4
  python -m hw plan --table nano --clock-mhz 62.2 --fps 60 --part ecp5-45f
"""

import argparse

from hw.core_params import CoreParams
from hw.params import usable_lanes
from sw.commands.table_options import add_table_choice, chosen_table
from sw.errors import BadInput
from sw.tables import cost
from sw.tables.spec import Upsampler

SLACK = 0.995
"""Share of the asked rate that counts as held."""


def plan(
    upsampler: Upsampler, *, clock_mhz: float, fps: float, width: int, height: int, channels: int
) -> CoreParams:
    """A core with the fewest lanes that holds ``fps`` frames of ``width`` × ``height`` a second.

    Raises
    ------
    BadInput
        If no lanes hold it: says which rate they hold at this clock, and which clock would do.
    """
    budget = clock_mhz * 1e6 / fps / SLACK
    lanes, enlarged, slowest = [], 1, 0
    for number, stage in enumerate(upsampler.stages):
        for count in usable_lanes(channels, enlarged):
            params = core(upsampler, (*lanes, count), width, height, channels)
            clocks = params.clocks_of_stage(number, width, height)
            if clocks <= budget:
                break
        lanes.append(count)
        slowest = max(slowest, clocks)
        enlarged *= stage.scale
    if slowest > budget:
        raise BadInput(
            f"{clock_mhz:g} MHz holds {clock_mhz * 1e6 / slowest:.1f} frames of {width}×{height} a "
            f"second at most; {fps:g} take {slowest * fps * SLACK / 1e6:.1f} MHz"
        )
    return core(upsampler, tuple(lanes), width, height, channels)


def core(
    upsampler: Upsampler, lanes: tuple[int, ...], width: int, height: int, channels: int
) -> CoreParams:
    """A core of ``lanes`` for the first stages, one lane for those that are missing."""
    lanes += (1,) * (len(upsampler.stages) - len(lanes))
    return CoreParams.for_upsampler(
        upsampler, channels=channels, lanes=lanes, max_width=width, max_height=height
    )


def costs(params: CoreParams) -> list[cost.StageCost]:
    """Of each stage."""
    return [
        cost.stage_cost(s.stage, s.maps_in, s.lanes, s.max_width, params.channels)
        for s in params.stages
    ]


def as_lines(params: CoreParams) -> list[str]:
    """The plan as a Markdown table."""
    lines = [
        "| stage | maps in, out | tables × lanes | pixels at a time | clocks per frame | "
        "copies of the tables | block RAMs: tables, lines | LUT4 of tables | products |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for n, (s, of) in enumerate(zip(params.stages, costs(params), strict=True)):
        copies = {group.lanes if cost.in_luts(group.table) else group.copies for group in s.groups}
        lines.append(
            f"| {n + 1}: ×{s.scale} | {s.maps_in}, {s.maps_out} | {of.groups} × {of.lanes} | "
            f"{s.columns} | {params.clocks_of_stage(n, params.max_width, params.max_height)} | "
            f"{' or '.join(map(str, sorted(copies)))} | "
            f"{of.table_block_rams}, {of.line_block_rams} | {of.table_luts} | {of.products} |"
        )
    return lines


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    option = parser.add_argument
    add_table_choice(parser)
    option("--clock-mhz", type=float, required=True, metavar="F", help="clock of the core")
    option("--fps", type=float, default=60, metavar="N", help="frames a second (default: 60)")
    option("--width", type=int, default=960, metavar="N", help="LR width (default: 960)")
    option("--height", type=int, default=540, metavar="N", help="LR height (default: 540)")
    option("--channels", type=int, default=3, metavar="C", help="1 or 3 (default: 3)")
    option("--part", choices=cost.PARTS, help="refuse what does not fit this part")


def run(args: argparse.Namespace) -> None:
    """Print the plan."""
    if args.clock_mhz <= 0 or args.fps <= 0:
        raise BadInput("--clock-mhz and --fps: numbers above 0 are accepted")
    params = plan(
        chosen_table(args),
        clock_mhz=args.clock_mhz,
        fps=args.fps,
        width=args.width,
        height=args.height,
        channels=args.channels,
    )
    part = cost.PARTS[args.part or cost.DEFAULT_PART]
    used = cost.shares(costs(params), part)
    if args.part and max(used.values()) > 1:
        over = ", ".join(f"{share:.0%} of the {name}" for name, share in used.items() if share > 1)
        raise BadInput(
            f"{args.table} takes {over} of {part.name}: a smaller table, a slower rate or a larger "
            "part would do"
        )
    print("\n".join(as_lines(params)))
    clocks = params.clocks_per_frame(args.width, args.height)
    print(
        f"{args.clock_mhz * 1e6 / clocks:.2f} frames a second, {clocks} clocks each; "
        f"--lanes {','.join(map(str, params.lanes))} --beat {params.pixels_per_beat}"
    )
    print(f"estimated, {cost.share_line(costs(params), part)}")
