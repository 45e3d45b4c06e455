"""How the step of a gradient method falls over a run; shared by training and tuning."""

from math import cos, pi


def cosine_rate(first: float, last_share: float, progress: float) -> float:
    """Learning rate that falls along half a cosine from ``first`` to ``last_share * first``.

    Parameters
    ----------
    first : float
        Rate at the start.
    last_share : float
        Rate at the end, as a share of the first.
    progress : float
        How much of the run is done, from 0 to 1. Beyond 1 the rate stays at its last value.
    """
    fall = (1 + cos(pi * min(1.0, progress))) / 2
    return first * (last_share + (1 - last_share) * fall)
