"""Run a command line: signals, errors and the exit status.

This module imports as little as it can: the signals must be handled before anything large is
imported.
"""

import errno
import os
import signal
import sys
import time

SENTENCE = "interrupted; unfinished files were not written"

REFUSED, INTERRUPTED, READER_GONE = 2, 130, 141
"""Exit status after bad input, after a signal, and after the end of a pipe like ``… | head``."""

PATIENCE_SECONDS = 3
"""How long the clean-up after a signal may take before the next signal ends the process."""

FAULTS = {
    *(errno.EACCES, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EISDIR, errno.ELOOP, errno.EMFILE),
    *(errno.ENAMETOOLONG, errno.ENFILE, errno.ENODEV, errno.ENOENT, errno.ENOMEM, errno.ENOSPC),
    *(errno.ENOTDIR, errno.ENXIO, errno.EPERM, errno.EROFS, errno.ESTALE, errno.ETXTBSY),
}
"""Errors of the operating system that the user can mend; others are mistakes in the program."""


def modules(package: str, names: tuple[str, ...]) -> dict[str, str]:
    """The module of each command of ``package``."""
    return {name: f"{package}.commands.{name.replace('-', '_')}" for name in names}


def run_program(
    name: str,
    commands: dict[str, str],
    description: str,
    argv: list[str] | None = None,
    **defaults: object,
) -> int:
    """Run the command in ``argv`` and return its exit status.

    The status is 2 after bad input or if a file cannot be read or written, 130 after Ctrl-C or
    SIGTERM, and 141 if the reader of the output has gone, as in ``… | head``. Otherwise it is the
    command's own.

    Parameters
    ----------
    name : str
        As in ``python -m NAME``.
    commands : dict of str to str
        The module of each command; :mod:`sw.commands.command_line` describes these modules.
    description : str
        Help text of the program.
    argv : list of str, optional
        The command line, without the program. If left out, it is that of the process, and the
        signals SIGINT and SIGTERM are handled here until the process ends.
    defaults
        More values that a command finds in its ``args``.
    """
    is_process = argv is None
    if is_process:
        # While modules are imported there is nothing to clean up, and an exception could be lost:
        # some modules of C catch it, or print it.
        _handle_signals(_exit_at_once)
        _open_closed_outputs()
        # Names of files and × are printed in every locale, as on the error output.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        try:
            return _run(name, commands, description, argv, defaults)
        finally:
            if is_process:
                _handle_signals(_exit_at_once)
    except KeyboardInterrupt:
        if is_process:
            # At its exit the interpreter would let another signal kill the process.
            _handle_signals(signal.SIG_IGN)
        print(SENTENCE, file=sys.stderr)
        return INTERRUPTED


def _run(
    name: str,
    commands: dict[str, str],
    description: str,
    argv: list[str] | None,
    defaults: dict[str, object],
) -> int:
    from sw.commands.command_line import parse
    from sw.errors import BadInput
    from sw.extras import explain, require

    try:
        try:
            args = parse(name, commands, description, argv, **defaults)
        finally:
            sys.stdout.flush()  # parsing may print a help text and exit
        require(*args.needs)
        if argv is None:
            _handle_signals(_Interrupt())
        status = args.run(args) or 0
        sys.stdout.flush()
        return status
    except BadInput as error:
        return _refuse(str(error))
    except ModuleNotFoundError as error:
        sentence = explain(error.name)
        if not sentence:
            raise
        return _refuse(sentence)
    except BrokenPipeError:
        _discard_output()
        return READER_GONE
    except OSError as error:
        if error.errno not in FAULTS:
            raise
        file = "a file" if error.filename is None else f"{error.filename}:"
        return _refuse(f"{file} cannot be read or written ({error.strerror})")


def _refuse(sentence: str) -> int:
    try:
        sys.stdout.flush()
    except OSError:
        _discard_output()
    print(f"error: {sentence}", file=sys.stderr)
    return REFUSED


def _discard_output() -> None:
    """Discard what could not be written: Python would try again at its exit and report an error."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_closed_outputs() -> None:
    """Discard the output and the errors if the process was started with them closed (``>&-``).

    Otherwise Python has None in their place, and the next file opened would get their descriptor,
    and the text meant for them.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))


def _handle_signals(handler: object) -> None:
    """Let ``handler`` handle SIGINT and SIGTERM, unless the process was started to ignore them."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _exit_at_once(number: int, frame: object) -> None:
    """End the process from a signal handler, without clean-up."""
    try:
        os.write(2, f"{SENTENCE}\n".encode())
    finally:
        os._exit(INTERRUPTED)


class _Interrupt:
    """Signal handler: the first signal raises KeyboardInterrupt, which removes partial files.

    Signals during the clean-up are ignored. After ``PATIENCE_SECONDS`` they end the process.
    """

    def __init__(self) -> None:
        self.first: float | None = None

    def __call__(self, number: int, frame: object) -> None:
        if self.first is None:
            self.first = time.monotonic()
            raise KeyboardInterrupt
        if time.monotonic() - self.first > PATIENCE_SECONDS:
            _exit_at_once(number, frame)
