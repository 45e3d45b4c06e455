"""The command line ``python -m sw COMMAND``."""

import sys

from sw.commands.command_line import make_parser, run_command

COMMANDS = (
    "upscale",
    "score",
    "compare",
    "fit",
    "tune",
    "train",
    "export",
    "baseline",
    "show-filters",
    "rank",
    "convergence",
    "info",
    "plot",
    "demo",
    "bench",
)
DESCRIPTION = "Look-up-table super-resolution: fit or train tables, score them, enlarge pictures."


def main(argv: list[str] | None = None) -> int:
    """Run a command and return its exit status."""
    return run_command(make_parser("sw", COMMANDS, DESCRIPTION), argv)


if __name__ == "__main__":
    sys.exit(main())
