"""A command line of several commands, one module of the same name for each, ``_`` for ``-``.

A command's module has a docstring, which is its help, ``add_arguments(parser)`` and
``run(args)``, which returns the exit status or None for 0.
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
    """Parser of ``python -m PACKAGE COMMAND``."""
    top = argparse.ArgumentParser(prog=f"python -m {package}", description=description)
    choices = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in commands:
        add_command(
            choices, name, importlib.import_module(f"{package}.commands.{name.replace('-', '_')}")
        )
    return top


def add_command(
    choices: argparse._SubParsersAction, name: str, module: ModuleType, **defaults: object
) -> None:
    """Add the command ``name`` of ``module``; it finds ``defaults`` in its arguments."""
    command = choices.add_parser(
        name,
        help=module.__doc__.partition("\n")[0],
        description=module.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(command)
    command.set_defaults(run=module.run, **defaults)


def run_command(parser: argparse.ArgumentParser, argv: list[str] | None) -> int:
    """Run what ``argv`` asks for and return its exit status.

    2 on bad input, 130 on Ctrl-C, 141 if what reads the output has gone (as ``head`` does),
    otherwise the command's.
    """
    args = parser.parse_args(argv)
    # A process that is asked to end leaves no partial files behind, as with Ctrl-C.
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
        # Or Python would try to write the rest while it ends, and say so.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
