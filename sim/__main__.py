"""The command line ``srlut-sim COMMAND``, also ``python -m sim COMMAND``."""

import sys

from sw.commands.program import modules, run_program

COMMANDS = (
    "run",
    "throughput",
    "board",
    "soak",
    "coverage",
    "formal",
    "frame",
    "mutants",
    "cocotb",
)
DESCRIPTION = "Simulate the RTL and compare it with the golden model."


def main(argv: list[str] | None = None) -> int:
    """Run a command and return its exit status."""
    return run_program("sim", modules("sim", COMMANDS), DESCRIPTION, argv)


if __name__ == "__main__":
    sys.exit(main())
