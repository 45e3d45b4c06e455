"""Write the files for the vendor's tool: Verilog, tables, constraints, scripts.

The whole board is elaborated, but neither placed nor routed: that needs Vivado, which is not part
of this. In a folder that holds all the files, build_top.sh runs it and makes top.bit.

  python -m boards.genesys2 build
  python -m boards.genesys2 build --table nano --out build/small
"""

import argparse
from pathlib import Path

from boards.flow.tools import NAME
from sw import ROOT
from sw.commands.table_options import add_table_choice, chosen_table
from sw.errors import BadInput
from sw.output import check_writable, whole_file

FOLDER = ROOT / "build" / "genesys2"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_table_choice(parser, default="S")
    parser.add_argument(
        "--out",
        type=Path,
        default=FOLDER,
        metavar="DIR",
        help="folder to write to (default: %(default)s)",
    )


def run(args: argparse.Namespace) -> None:
    """Write the files."""
    upsampler = chosen_table(args)
    try:
        args.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{args.out}: is not a folder and cannot be created") from error
    check_writable(args.out / f"{NAME}.v")
    plan = args.make(upsampler)
    for name, contents in plan.files.items():
        with whole_file(args.out / name) as file:
            file.write(contents.encode() if isinstance(contents, str) else contents)
    print(f"{len(plan.files)} files in {args.out}")
    print(f"place and route them with Vivado, in that folder:  bash build_{NAME}.sh")
