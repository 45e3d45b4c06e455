"""Write the files for the vendor's tool: Verilog, tables, constraints, scripts.

The table must have scale 4. Placing and routing need Vivado, which is not part of this project: in
the folder of the files, build_top.sh runs Vivado, which writes the bitstream top.bit.

  python -m boards.genesys2 build
  python -m boards.genesys2 build --table nano --out build/small
"""

import argparse
from importlib import import_module
from pathlib import Path

from boards.flow.tools import NAME
from sw.commands.table_options import add_table_choice, chosen_table
from sw.errors import BadInput
from sw.output import check_writable, whole_file
from sw.places import BUILD

NEEDS = ("amaranth_boards", "amaranth")

FOLDER = BUILD / "genesys2"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_table_choice(parser, default="S")
    parser.add_argument(
        "--out",
        type=Path,
        default=FOLDER,
        metavar="DIR",
        help="folder for the files (default: %(default)s)",
    )


def run(args: argparse.Namespace) -> None:
    """Write the files."""
    upsampler = chosen_table(args)
    try:
        args.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"--out {args.out}: it cannot be created; choose another folder") from error
    check_writable(args.out / f"{NAME}.v")
    plan = import_module(args.board).make(upsampler)
    for name, contents in plan.files.items():
        with whole_file(args.out / name) as file:
            file.write(contents.encode() if isinstance(contents, str) else contents)
    print(f"{len(plan.files)} files in {args.out}")
    print(f"to place and route with Vivado, run in that folder:  bash build_{NAME}.sh")
