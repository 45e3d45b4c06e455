"""The parser of a command line: ``srlut COMMAND``, or ``python -m sw COMMAND``.

A command is a module of ``PACKAGE.commands``, with ``_`` where the command has ``-``. The module's
docstring is the help text; its first line is the help in the list of commands. The module has two
functions: ``add_arguments(parser)``, and ``run(args)``, which returns the exit status, or None for
0. If the command needs modules of extras, the tuple ``NEEDS`` has their names; the module itself
must be importable without them (see :func:`sw.extras.optional`).

Only the module of the command that is run is imported, because some take a second.
"""

import argparse
import os
import re
import sys
from importlib import import_module
from importlib.util import find_spec

from sw import __version__


def script(package: str) -> str:
    """The program that an installation has for ``python -m PACKAGE``."""
    return "srlut" if package == "sw" else f"srlut-{package}"


def parse(
    name: str,
    commands: dict[str, str],
    description: str,
    argv: list[str] | None = None,
    **defaults: object,
) -> argparse.Namespace:
    """Parse a command line: :func:`sw.commands.program.run_program` has the parameters.

    Returns
    -------
    argparse.Namespace
        With ``run``, the function of the command, and ``needs``, the modules that it needs.
    """
    words = sys.argv[1:] if argv is None else argv
    by_script = os.path.basename(sys.argv[0]).removesuffix(".exe") == script(name)
    program = script(name) if by_script else f"python -m {name}"
    top = argparse.ArgumentParser(
        prog=program,
        description=description,
        epilog=f"'{program} COMMAND --help' explains a command, with examples.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"srlut {__version__}")
    choices = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chosen = next((word for word in words if not word.startswith("-")), None)
    for command, module in commands.items():
        if command == chosen:
            _add_command(choices, command, module, by_script).set_defaults(**defaults)
        else:
            choices.add_parser(command, help=_summary(module))
    return top.parse_args(words)


def _add_command(
    choices: argparse._SubParsersAction, command: str, name: str, by_script: bool
) -> argparse.ArgumentParser:
    module = import_module(name)
    text = module.__doc__
    if by_script:
        text = re.sub(r"python -m (sw|hw|sim|boards)(?= )", lambda m: script(m[1]), text)
    parser = choices.add_parser(
        command,
        help=_summary(name),
        description=text,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(parser)
    parser.set_defaults(run=module.run, needs=getattr(module, "NEEDS", ()))
    return parser


def _summary(module: str) -> str:
    """First line of the docstring of ``module``, which is not imported."""
    with open(find_spec(module).origin, encoding="utf-8") as file:
        return file.readline().lstrip("r").strip('"\n')
