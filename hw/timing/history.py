"""Clocks of events: arrays of them, and the last events of a kind."""

import numpy as np

LONG_AGO = -(1 << 50)
"""The clock of an event that has not happened, so that it delays no other."""


def paced(earliest: np.ndarray, start: int, step: int = 1) -> np.ndarray:
    """Clocks of consecutive events, at least ``step`` clocks apart.

    No event happens before its ``earliest``, and the first one not before ``start``.
    """
    ramp = step * np.arange(len(earliest))
    return np.maximum(np.maximum.accumulate(earliest - ramp), start) + ramp


class History:
    """Clocks of the last ``length`` events of a kind, the latest at the end."""

    def __init__(self, length: int = 1) -> None:
        self.clocks = np.full(length, LONG_AGO)

    @property
    def last(self) -> int:
        """Clock of the last event."""
        return int(self.clocks[-1])

    def add(self, clocks: np.ndarray) -> None:
        """Append the clocks of the next events."""
        self.clocks = np.concatenate((self.clocks, clocks))[-len(self.clocks) :]

    def before(self, distance: int, count: int) -> np.ndarray:
        """For each of the next ``count`` events, the clock of the one ``distance`` earlier.

        ``LONG_AGO`` if that is one of the next events too.
        """
        known = self.clocks[len(self.clocks) - distance :][:count]
        return np.concatenate((known, np.full(count - len(known), LONG_AGO)))

    def shifted(self, distance: int, clocks: np.ndarray) -> np.ndarray:
        """For each of the next events, at ``clocks``, the clock of the one ``distance`` earlier."""
        known = self.clocks[len(self.clocks) - distance :]
        return np.concatenate((known, clocks))[: len(clocks)]
