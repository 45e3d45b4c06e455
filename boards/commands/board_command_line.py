"""The command line of a board: ``python -m boards.ulx3s COMMAND``."""

import argparse
from types import ModuleType

from boards import common
from sw.commands.command_line import add_command, run_command


def run_board(
    package: str,
    description: str,
    commands: dict[str, ModuleType],
    argv: list[str] | None,
    **defaults: object,
) -> int:
    """Run a command of ``python -m PACKAGE`` and return its exit status.

    ``commands`` maps names to modules, see :mod:`sw.commands.command_line`. The arguments of a
    command also have ``limits``, which is :data:`boards.common.LIMITS`, and the ``defaults``.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m {package}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in commands.items():
        add_command(choices, name, module, limits=common.LIMITS, **defaults)
    return run_command(parser, argv)
