"""Command line: ``python -m boards COMMAND``; a board has its own: ``python -m boards.ulx3s``."""

import sys

from sw.commands.command_line import make_parser, run_command

COMMANDS = ("synth",)
DESCRIPTION = (
    "Synthesise the core for FPGAs. Boards have commands of their own: "
    "python -m boards.ulx3s --help, python -m boards.genesys2 --help"
)


def main(argv: list[str] | None = None) -> int:
    """Run a command and return its exit status."""
    return run_command(make_parser("boards", COMMANDS, DESCRIPTION), argv)


if __name__ == "__main__":
    sys.exit(main())
