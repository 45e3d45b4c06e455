"""The command line ``srlut-boards COMMAND``, also ``python -m boards COMMAND``.

A board has its own: ``python -m boards.ulx3s COMMAND``.
"""

import sys

from sw.commands.program import modules, run_program

COMMANDS = ("synth",)
DESCRIPTION = (
    "Synthesise the core for FPGAs. Boards have commands of their own:\n"
    "python -m boards.ulx3s --help, python -m boards.genesys2 --help"
)


def main(argv: list[str] | None = None) -> int:
    """Run a command and return its exit status."""
    return run_program("boards", modules("boards", COMMANDS), DESCRIPTION, argv)


if __name__ == "__main__":
    sys.exit(main())
