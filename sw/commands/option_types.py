"""Types of options that are numbers; argparse prints the sentence of a refusal, with the option."""

import argparse
from collections.abc import Callable
from math import inf, isfinite


def real(low: float = -inf, high: float = inf, *, above: float = -inf) -> Callable[[str], float]:
    """Type of an option that is a number from ``low`` to ``high``, and above ``above``.

    NaN and infinite numbers are refused: every comparison with NaN is false, so that it would pass
    the checks that come later.
    """
    wanted = f"a number{_range(low, high, above)}"

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = inf
        if not isfinite(value) or not low <= value <= high or value <= above:
            raise argparse.ArgumentTypeError(f"is {text!r}; it must be {wanted}")
        return value

    return parse


def whole(low: int, high: float = inf) -> Callable[[str], int]:
    """Type of an option that is a whole number from ``low`` to ``high``."""
    wanted = f"a whole number{_range(low, high)}"

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = None
        if value is None or not low <= value <= high:
            raise argparse.ArgumentTypeError(f"is {text!r}; it must be {wanted}")
        return value

    return parse


def _range(low: float, high: float, above: float = -inf) -> str:
    if above > -inf:
        return f" above {above:g}" + (f", at most {high:g}" if high < inf else "")
    return f" from {low} to {high}" if high < inf else f", {low} or more"


seed_number = whole(0, 2**32 - 1)
"""Type of an option that is the seed of random numbers."""
