"""Command line: ``python -m hw COMMAND``."""

import sys

from sw.commands.command_line import make_parser, run_command

COMMANDS = ("plan", "verilog")
DESCRIPTION = "The upsampler as hardware."


def main(argv: list[str] | None = None) -> int:
    """Run a command and return its exit status."""
    return run_command(make_parser("hw", COMMANDS, DESCRIPTION), argv)


if __name__ == "__main__":
    sys.exit(main())
