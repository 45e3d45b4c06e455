"""The axes of a plot: PSNR upwards on a linear scale, the cost rightwards on a logarithmic one."""

import math
from collections.abc import Sequence

STEPS = 0.1, 0.2, 0.5, 1, 2, 5, 10, 1000
"""dB between the lines of the grid: the first that gives at most ``MAX_STEPS`` of them."""

MAX_STEPS = 7


class PsnrAxis:
    """From dB to pixels between ``top`` and ``bottom``, with a margin around ``values``."""

    def __init__(self, values: Sequence[float], top: float, bottom: float) -> None:
        self.top, self.bottom = top, bottom
        low, high = min(values, default=0.0), max(values, default=1.0)
        span = max(high - low, 0.2)
        self.step = next(step for step in STEPS if span / step <= MAX_STEPS)
        self.low, self.high = low - 0.06 * span, high + 0.06 * span

    def __call__(self, value: float) -> float:
        """The y of ``value`` dB."""
        share = (value - self.low) / (self.high - self.low)
        return self.bottom - share * (self.bottom - self.top)

    def ticks(self) -> list[float]:
        """The dB at which the grid has a line."""
        first, last = math.ceil(self.low / self.step), math.floor(self.high / self.step)
        return [i * self.step for i in range(first, last + 1)]


class CostAxis:
    """From costs to pixels between ``left`` and ``right``, over whole decades around ``costs``."""

    def __init__(self, costs: Sequence[float], left: float, right: float) -> None:
        self.left, self.right = left, right
        logs = [math.log10(cost) for cost in costs] or [0.0]
        self.first = math.floor(min(logs))
        self.last = max(math.ceil(max(logs)), self.first + 1)

    def __call__(self, cost: float) -> float:
        """The x of ``cost``, which is positive."""
        share = (math.log10(cost) - self.first) / (self.last - self.first)
        return self.left + share * (self.right - self.left)

    def exponents(self) -> range:
        """The powers of ten at which the grid has a line."""
        return range(self.first, self.last + 1)


def power_of_ten(exponent: int) -> str:
    """The label of 10**``exponent``, such as 0.1, 1, 10, 10²."""
    raised = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{raised}" if abs(exponent) > 1 else f"{10.0**exponent:g}"
