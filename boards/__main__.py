"""Command line: ``python -m boards COMMAND``; a board has one of its own, see there."""

import sys

from sw.commands.command_line import make_parser, run_command

COMMANDS = ("synth",)
DESCRIPTION = "The core in FPGAs. For a board: python -m boards.ulx3s --help (or boards.genesys2)"


def main(argv: list[str] | None = None) -> int:
    """Run a command and return its exit status."""
    return run_command(make_parser("boards", COMMANDS, DESCRIPTION), argv)


if __name__ == "__main__":
    sys.exit(main())
