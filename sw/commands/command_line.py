"""The command line of a package: ``python -m PACKAGE COMMAND``.

A command is a module of ``PACKAGE.commands``, with ``_`` where the command has ``-``. The module's
docstring is the help text; its first line is the help in the list of commands. The module has two
functions: ``add_arguments(parser)``, and ``run(args)``, which returns the exit status, or None for
0.
"""

import argparse
import importlib
import os
import signal
import sys
from types import ModuleType

from sw.errors import BadInput


def make_parser(
    package: str, commands: tuple[str, ...], description: str
) -> argparse.ArgumentParser:
    """Make the parser of ``python -m PACKAGE`` from its commands' modules."""
    top = argparse.ArgumentParser(
        prog=f"python -m {package}",
        description=description,
        epilog=f"'python -m {package} COMMAND --help' explains a command, with examples.",
    )
    choices = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in commands:
        add_command(
            choices, name, importlib.import_module(f"{package}.commands.{name.replace('-', '_')}")
        )
    return top


def add_command(
    choices: argparse._SubParsersAction, name: str, module: ModuleType, **defaults: object
) -> None:
    """Add ``module`` as the command ``name``; its ``run`` finds ``defaults`` in ``args``."""
    command = choices.add_parser(
        name,
        help=module.__doc__.partition("\n")[0],
        description=module.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(command)
    command.set_defaults(run=module.run, **defaults)


def run_command(parser: argparse.ArgumentParser, argv: list[str] | None) -> int:
    """Run the command in ``argv`` and return its exit status.

    The status is 2 after bad input, 130 after Ctrl-C, and 141 if the reader of the output has gone,
    as in ``… | head``. Otherwise it is the command's own.
    """
    args = parser.parse_args(argv)
    # As with Ctrl-C, partial files are removed when the process is asked to end.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        status = args.run(args) or 0
        sys.stdout.flush()
        return status
    except BadInput as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; unfinished files were not written", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Without this, Python would try to write the rest at its exit, and report an error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
