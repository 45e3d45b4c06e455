"""Command line: ``python -m sw COMMAND``, one module of the same name for each command."""

import argparse
import importlib
import signal
import sys

from sw.errors import BadInput

COMMANDS = ("upscale", "score", "fit", "info", "demo", "bench")


def parser() -> argparse.ArgumentParser:
    """All commands; a command's help is its module's docstring."""
    top = argparse.ArgumentParser(
        prog="python -m sw",
        description="Look-up-table super-resolution: fit tables, score them, upscale pictures.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        module = importlib.import_module(f"sw.{name}")
        summary = module.__doc__.partition("\n")[0]
        command = commands.add_parser(
            name,
            help=summary,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return top


def main(argv: list[str] | None = None) -> int:
    """Run the command; 0 on success, 2 on bad input, 130 on Ctrl-C."""
    args = parser().parse_args(argv)
    # A process that is asked to end leaves no partial files behind, as with Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        args.run(args)
    except BadInput as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; unfinished files were not written", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
