"""Progress bars on a terminal; now and then a plain line where the output goes to a file."""

import sys
import time

from tqdm import tqdm

LINE_SECONDS = 60
"""How often progress is reported where the error output is no terminal."""


class ProgressLines(tqdm):
    """Progress as plain lines without escape codes, one every ``LINE_SECONDS``, the first then."""

    def __init__(self, *args: object, **options: object) -> None:
        self._next_line = time.monotonic() + LINE_SECONDS
        super().__init__(*args, **{**options, "leave": False})

    def display(self, msg: str | None = None, pos: int | None = None) -> bool:
        """Print a line if it is time for one. tqdm calls this to draw a bar, and to wipe it."""
        if msg is None and time.monotonic() >= self._next_line:
            self._next_line = time.monotonic() + LINE_SECONDS
            self.fp.write(f"{self.line()}\n")
            self.fp.flush()
        return False

    def line(self) -> str:
        """What is done, of how much, and the time since the start."""
        state = self.format_dict
        number = tqdm.format_sizeof if state["unit_scale"] else str
        parts = []
        if state["prefix"]:
            parts.append(f"{state['prefix'].removesuffix(': ')}:")
        if state["n"] or state["total"] is not None:
            total = f" of {number(state['total'])}" if state["total"] is not None else ""
            parts.append(f"{state['unit']} {number(state['n'])}{total} after")
        parts.append(tqdm.format_interval(state["elapsed"]))
        return " ".join(parts) + (f", {state['postfix']}" if state["postfix"] else "")

    def clear(self, nolock: bool = False) -> None:
        """Leave the lines where they are."""


def progress_bar(*args: object, leave: bool = False, **options: object) -> tqdm:
    """A bar of tqdm with its ``args`` and ``options``; it disappears at the end without ``leave``.

    Where the error output is no terminal, it prints plain lines instead.
    """
    kind = tqdm if sys.stderr.isatty() else ProgressLines
    return kind(*args, leave=leave, **options)
