"""Robust contrast-adaptive sharpening (RCAS), the second pass of AMD FidelityFX FSR 1.0.

As AMD describes it (reference ffx_fsr1.h, in its later form, whose limits look at the pixel itself
too). A pixel e and the four beside it are mixed with weights 1 and w < 0:

        b
      d e f        e' = (e + w (b + d + f + h)) / (1 + 4 w)
        h

where w is the most negative one with which no colour can leave 0…1, up to a limit. The option that
keeps noise from being sharpened, off in the reference unless asked for, is left out.
"""

import numpy as np

LIMIT = 1 / 4 - 1 / 16
"""Most that a neighbour is subtracted; more looks unnatural."""


def quotient(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """The quotient, 0 where the denominator is: a ring all black or all white stops sharpening."""
    zero = denominator == 0
    return np.where(zero, 0, numerator) / np.where(zero, 1, denominator)


def rcas(picture: np.ndarray, stops: float) -> np.ndarray:
    """Sharpen ``picture``: floats of 0…1, shape (height, width, 1 or 3).

    Parameters
    ----------
    picture : ndarray of float
    stops : float
        0 sharpens most; each stop halves the weight.

    Returns
    -------
    ndarray of float
        In 0…1 but for rounding; outside the picture its border is repeated.
    """
    padded = np.pad(picture, ((1, 1), (1, 1), (0, 0)), mode="edge")
    ring = padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]
    least, most = np.minimum.reduce(ring), np.maximum.reduce(ring)
    # Weights at which the darkest could reach 0, and the brightest 1, both negative.
    to_black = -quotient(np.minimum(least, picture), 4 * most)
    to_white = quotient(1 - np.maximum(most, picture), 4 * least - 4)
    # One weight for all colours, the weakest of theirs, so that the hue stays.
    weight = np.maximum(to_black, to_white).max(axis=2, keepdims=True)
    weight = np.clip(weight, -LIMIT, 0) * 2.0**-stops
    return (picture + weight * sum(ring)) / (1 + 4 * weight)
