"""Measure throughput and latency of the RTL for several lane counts, and print a table.

Sends a 960×540 photograph three times in a row, nothing stalling, and compares every sample with
the golden model. The first run builds a simulation for each lane count: some minutes.

  python -m sim throughput
"""

import argparse

from hw.core import CoreParams
from hw.params import natural_beat
from sim.compare import compare
from sim.frame import photograph
from sim.run import clocks_per_frame, simulate
from sim.traffic import Traffic
from sim.verilated import Simulation
from sw.golden import upscale
from sw.table_option import add_table_arguments, chosen_table

LANES = (1, 2, 4, 12)
FRAMES = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_table_arguments(parser, default="S")


def run(args: argparse.Namespace) -> int:
    """Print the table; 1 if any sample differs."""
    upsampler = chosen_table(args)
    frame = photograph()
    height, width, channels = frame.shape
    golden = [upscale(frame, upsampler)] * FRAMES
    print(
        "| lanes | HR pixels per beat | clocks per frame | over W·H·12/P | first output after | "
        "MHz for 60 fps | samples different |"
    )
    print("|---|---|---|---|---|---|---|")
    different = 0
    for lanes in LANES:
        beat = natural_beat(upsampler.scale, channels, lanes)
        p = CoreParams(upsampler=upsampler, lanes=(lanes,), beat=beat)
        rtl, result = simulate(Simulation(p), [frame] * FRAMES, Traffic())
        verdict = compare(golden, rtl)
        different += verdict.different
        clocks = clocks_per_frame(result, FRAMES)
        ideal = width * height * 12 / lanes
        print(
            f"| {lanes} | {beat} | {clocks:.0f} | {100 * (clocks / ideal - 1):.2f} % | "
            f"{result.clock[0]} clocks | {clocks * 60 / 1e6:.1f} | "
            f"{verdict.different} of {verdict.samples} |",
            flush=True,
        )
    return 1 if different else 0
