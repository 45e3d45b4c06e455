"""Tcl of other tools, run with procedures that record how they are called."""

import pytest


class Recorder:
    """A Tcl interpreter in which some commands are recorded: any other command is an error.

    Attributes
    ----------
    calls : list of tuple of str
        Each command and its arguments, in order.
    """

    def __init__(self, answers):
        """``answers`` has the commands, each with a function of its arguments, or None."""
        tkinter = pytest.importorskip("tkinter", reason="Python has no Tcl")
        self.tcl, self.calls = tkinter.Tcl(), []
        for name, answer in answers.items():
            if "::" in name:
                self.tcl.eval(f"namespace eval {name.partition('::')[0]} {{}}")
            self.tcl.createcommand(name, self._command(name, answer))

    def _command(self, name, answer):
        def run(*arguments):
            self.calls.append((name, *arguments))
            return answer(*arguments) if answer else ""

        return run

    def source(self, path):
        self.tcl.call("source", str(path))

    def arguments(self, name):
        """The arguments of each call of the command ``name``."""
        return [call[1:] for call in self.calls if call[0] == name]

    def split(self, text):
        """A list of Tcl as a tuple."""
        return self.tcl.splitlist(text)
