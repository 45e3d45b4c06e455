"""The command line of a board: ``python -m boards.ulx3s COMMAND``."""

from sw.commands.program import run_program

COMMANDS = {
    "boards.ulx3s": {"build": "build", "program": "program", "send": "send"},
    "boards.genesys2": {"build": "vendor_build", "synth": "vendor_synth", "send": "send"},
}
"""For each board its commands, and their modules."""


def run_board(board: str, description: str, argv: list[str] | None = None) -> int:
    """Run a command of ``python -m BOARD`` and return its exit status.

    The command finds the name of the board's module in ``args.board``.
    """
    modules = {name: f"boards.commands.{module}" for name, module in COMMANDS[board].items()}
    return run_program(board, modules, description, argv, board=board)
