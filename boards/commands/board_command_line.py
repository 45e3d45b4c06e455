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

    Parameters
    ----------
    package, description : str
        Name of the package; text of its ``--help``.
    commands : dict of str to module
        The commands by name; :mod:`sw.commands.command_line` describes their modules.
    argv : list of str or None
        The command line; None is that of the process.
    defaults
        Values that every command finds in its ``args``, beside ``limits``, the largest picture.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m {package}",
        description=description,
        epilog=f"'python -m {package} COMMAND --help' explains a command, with examples.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in commands.items():
        add_command(choices, name, module, limits=common.LIMITS, **defaults)
    return run_command(parser, argv)
