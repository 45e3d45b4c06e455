"""Types of options that are numbers; argparse prints the sentence of a refusal, with the option."""

import argparse
from collections.abc import Callable
from math import inf, nan


def real(low: float = -inf, high: float = inf, *, above: float = -inf) -> Callable[[str], float]:
    """Type of an option that is a number from ``low`` to ``high``, and above ``above``.

    NaN and infinite numbers are refused: every comparison with NaN is false, so that it would pass
    the checks that come later.
    """
    return _number(float, "a number", low, high, above)


def whole(low: int, high: float = inf) -> Callable[[str], int]:
    """Type of an option that is a whole number from ``low`` to ``high``."""
    return _number(int, "a whole number", low, high)


def _number(
    convert: Callable[[str], float], kind: str, low: float, high: float, above: float = -inf
) -> Callable[[str], float]:
    wanted = kind + _range(low, high, above)

    def parse(text: str) -> float:
        try:
            value = convert(text)
        except ValueError:
            value = nan
        if not (low <= value <= high and above < value < inf):
            raise argparse.ArgumentTypeError(f"is {text!r}; it must be {wanted}")
        return value

    return parse


def _range(low: float, high: float, above: float) -> str:
    if above > -inf:
        return f" above {above:g}" + (f", at most {high:g}" if high < inf else "")
    return f" from {low} to {high}" if high < inf else f", {low} or more"


seed_number = whole(0, 2**32 - 1)
"""Type of an option that is the seed of random numbers."""
