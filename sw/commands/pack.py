"""Pack a table for a core that loads tables by its registers: python -m hw verilog --reload.

The file is a sequence of words of 32 bits, which a program writes one by one to the register
TABLE_DATA (docs/registers.md). A core takes tables of the design that it was built with, whatever
their entries: it compares the shape of the file with its register TABLE_SHAPE.

  python -m sw pack compact -o compact.bin
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sw.commands.table_options import add_family_choice, add_force, load_checked
from sw.output import check_writable, whole_file
from sw.tables.pack import packed, shape_digest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "table", metavar="TABLE", help="a table in luts/ by its name, or the path of a table file"
    )
    add_family_choice(parser)
    add_force(parser)
    parser.add_argument(
        "-o", "--out", type=Path, required=True, metavar="FILE", help="file to write, .bin"
    )


def run(args: argparse.Namespace) -> None:
    """Write the file."""
    check_writable(args.out)
    upsampler = load_checked(args.table, args.family, force=args.force)
    data = packed(upsampler)
    with whole_file(args.out) as file:
        file.write(data)
    checksum = int.from_bytes(data[-4:], "little")
    print(
        f"{args.out}: {len(data) // 4} words, shape 0x{shape_digest(upsampler):08x}, "
        f"checksum 0x{checksum:08x}"
    )
