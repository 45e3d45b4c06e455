"""The command line ``srlut-hw COMMAND``, also ``python -m hw COMMAND``."""

import sys

from sw.commands.program import modules, run_program

COMMANDS = ("package", "plan", "verilog")
DESCRIPTION = "The upsampler as hardware."


def main(argv: list[str] | None = None) -> int:
    """Run a command and return its exit status."""
    return run_program("hw", modules("hw", COMMANDS), DESCRIPTION, argv)


if __name__ == "__main__":
    sys.exit(main())
