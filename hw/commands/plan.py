"""Choose the lanes of each stage for a frame rate, and print the resources that they need.

Each stage gets the fewest lanes that reach the frame rate at the given clock. The table shows, for
each stage, its clocks per frame, copies of its tables, block RAMs and products. Resources are an
estimate from the description of the table; nothing is synthesised. Because a few lines at the start
of a frame take time without giving output, rates up to 0.5 % below --fps are accepted.

  python -m hw plan --table compact --clock-mhz 124.4
  python -m hw plan --table nano --clock-mhz 124.4 --colour luma --part ecp5-45f
"""

from __future__ import annotations

import argparse

from hw.commands.core_options import add_size_arguments, option_names
from sw.commands.option_types import real
from sw.commands.table_options import add_table_choice, chosen_table
from sw.errors import BadInput
from sw.extras import optional
from sw.pictures.colour_formats import TABLE_CHANNELS
from sw.tables import cost
from sw.tables.spec import Upsampler

with optional():
    from hw.core_cost import chroma_cost, stage_costs
    from hw.core_params import CoreParams
    from hw.core_timing import clocks_of_stage, clocks_per_frame
    from hw.params import usable_lanes

NEEDS = ("amaranth",)

SLACK = 0.995
"""Fraction of the frame rate that must be reached."""


def plan(
    upsampler: Upsampler, *, clock_mhz: float, fps: float, width: int, height: int, colour: str
) -> CoreParams:
    """Core with the fewest lanes that reaches ``fps`` frames of ``width`` × ``height`` per second.

    Raises
    ------
    BadInput
        If no number of lanes reaches it; the message has the rate at this clock, and the clock
        that is needed.
    """
    budget = goal = clock_mhz * 1e6 / fps / SLACK
    while True:
        params, slowest = fewest_lanes(upsampler, goal, width, height, colour)
        clocks = clocks_per_frame(params, width, height)
        if clocks <= budget:
            return params
        if slowest > goal:
            raise BadInput(
                f"--clock-mhz is {clock_mhz:g}, which allows {clock_mhz * 1e6 / clocks:.1f} frames "
                f"of {width}×{height} per second; for {fps:g} it must be at least "
                f"{clocks * fps * SLACK / 1e6:.1f}"
            )
        goal = slowest - 1  # the stages together take longer than the slowest alone


def fewest_lanes(
    upsampler: Upsampler, goal: float, width: int, height: int, colour: str
) -> tuple[CoreParams, int]:
    """Core whose stages take at most ``goal`` clocks each, and the clocks of the slowest one.

    A stage that takes longer with any number of lanes gets the largest number.
    """
    lanes, input_scale, slowest = [], 1, 0
    for number, stage in enumerate(upsampler.stages):
        for count in usable_lanes(TABLE_CHANNELS[colour], input_scale):
            params = core(upsampler, (*lanes, count), width, height, colour)
            clocks = clocks_of_stage(params, number, width, height)
            if clocks <= goal:
                break
        lanes.append(count)
        slowest = max(slowest, clocks)
        input_scale *= stage.scale
    return core(upsampler, tuple(lanes), width, height, colour), slowest


def core(
    upsampler: Upsampler, lanes: tuple[int, ...], width: int, height: int, colour: str
) -> CoreParams:
    """Core with ``lanes`` in the first stages and one lane in each of the others."""
    lanes += (1,) * (len(upsampler.stages) - len(lanes))
    with option_names():
        return CoreParams.for_upsampler(
            upsampler, colour=colour, lanes=lanes, max_width=width, max_height=height
        )


def as_lines(params: CoreParams) -> list[str]:
    """The plan as a Markdown table."""
    lines = [
        "| stage | maps in, out | tables × lanes | pixels at a time | clocks per frame | "
        "copies of the tables | block RAMs: tables, lines | LUT4 of tables | products |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for n, (stage, needs) in enumerate(zip(params.stages, stage_costs(params), strict=True)):
        clocks = clocks_of_stage(params, n, params.max_width, params.max_height)
        copies = {
            group.lanes if cost.in_luts(group.table) else group.copies for group in stage.groups
        }
        lines.append(
            f"| {n + 1}: ×{stage.scale} | {stage.maps_in}, {stage.maps_out} | "
            f"{needs.groups} × {needs.lanes} | {stage.columns} | {clocks} | "
            f"{' or '.join(map(str, sorted(copies)))} | "
            f"{needs.table_block_rams}, {needs.line_block_rams} | {needs.table_luts} | "
            f"{needs.products} |"
        )
    if params.has_chroma:
        chroma = chroma_cost(params)
        cells = f"chroma: ×{params.chroma.scale}", "", "", f"{params.chroma.columns}", "", ""
        lines.append(f"| {' | '.join(cells)} | 0, {chroma.block_rams} | {chroma.luts} | 0 |")
    return lines


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    option = parser.add_argument
    add_table_choice(parser)
    option("--clock-mhz", type=real(above=0), required=True, metavar="F", help="clock of the core")
    option(
        "--fps", type=real(above=0), default=60, metavar="N", help="frames per second (default: 60)"
    )
    add_size_arguments(parser, "LR width", "LR height")
    option("--part", choices=cost.PARTS, help="fail if the core does not fit this part")


def run(args: argparse.Namespace) -> None:
    """Print the plan."""
    params = plan(
        chosen_table(args).at_bits(args.sample_bits),
        clock_mhz=args.clock_mhz,
        fps=args.fps,
        width=args.width,
        height=args.height,
        colour=args.colour,
    )
    part = cost.PARTS[args.part or cost.DEFAULT_PART]
    needs = stage_costs(params), part, chroma_cost(params)
    used = cost.shares(*needs)
    if args.part and max(used.values()) > 1:
        excess = ", ".join(
            f"{share:.0%} of the {name}" for name, share in used.items() if share > 1
        )
        raise BadInput(
            f"{args.table} needs {excess} of {part.name}; choose a smaller table, a lower frame "
            "rate or a larger part"
        )
    print("\n".join(as_lines(params)))
    clocks = clocks_per_frame(params, args.width, args.height)
    print(
        f"{args.clock_mhz * 1e6 / clocks:.2f} frames a second, {clocks} clocks each; "
        f"--lanes {','.join(map(str, params.lanes))} --beat {params.pixels_per_beat}"
    )
    print(f"estimated, {cost.share_line(*needs)}")
