"""Load a bitstream into the board.

It is lost when the board is switched off, unless --flash writes it to the flash of the board.

  python -m boards.ulx3s program
  python -m boards.ulx3s program --flash
"""

import argparse
import os
import shutil
import subprocess
from pathlib import Path

from boards.commands.build import BITSTREAM
from sw.errors import BadInput


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "bitstream",
        type=Path,
        nargs="?",
        default=BITSTREAM,
        metavar="FILE",
        help="bitstream (default: %(default)s, which `build` writes)",
    )
    parser.add_argument("--flash", action="store_true", help="write to the flash of the board")


def run(args: argparse.Namespace) -> int:
    """Load the bitstream; 0 if openFPGALoader succeeds, 1 if not."""
    if not args.bitstream.is_file():
        raise BadInput(
            f"{args.bitstream}: no such file; build it first: python -m boards.ulx3s build"
        )
    loader = shutil.which(os.environ.get("OPENFPGALOADER", "openFPGALoader"))
    if loader is None:
        raise BadInput(
            "loading needs openFPGALoader; install it: apt-get install openfpgaloader, or see "
            "https://trabucayre.github.io/openFPGALoader"
        )
    command = [loader, "-b", "ulx3s", *(["-f"] if args.flash else []), str(args.bitstream)]
    return 1 if subprocess.run(command, check=False).returncode else 0
