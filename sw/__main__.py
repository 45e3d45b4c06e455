"""The command line ``srlut COMMAND``, also ``python -m sw COMMAND``."""

import sys

from sw.commands.program import modules, run_program

COMMANDS = (
    "upscale",
    "score",
    "compare",
    "fit",
    "tune",
    "train",
    "export",
    "pack",
    "flatten",
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
    return run_program("sw", modules("sw", COMMANDS), DESCRIPTION, argv)


if __name__ == "__main__":
    sys.exit(main())
