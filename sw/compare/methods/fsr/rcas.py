"""Robust contrast-adaptive sharpening (RCAS), the second pass of AMD FidelityFX FSR 1.0.

After AMD's reference ffx_fsr1.h, in its later form, whose limits depend on the pixel itself too. A
pixel e and its four neighbours are mixed with the weights 1 and w < 0:

        b
      d e f        e' = (e + w (b + d + f + h)) / (1 + 4 w)
        h

w is the most negative weight with which no colour leaves 0…1, down to a limit. The reference has an
option that does not sharpen noise. It is off by default, and left out here.
"""

import numpy as np

LIMIT = 1 / 4 - 1 / 16
"""Largest −w; beyond it the result looks unnatural."""


def quotient(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """The quotient, or 0 where the denominator is 0.

    The denominator is 0 if all neighbours are black, or all white; then nothing is sharpened.
    """
    zero = denominator == 0
    return np.where(zero, 0, numerator) / np.where(zero, 1, denominator)


def rcas(picture: np.ndarray, stops: float) -> np.ndarray:
    """Sharpen ``picture``: floats of 0…1, shape (height, width, 1 or 3).

    Parameters
    ----------
    picture : ndarray of float
    stops : float
        0 sharpens most; every stop halves w.

    Returns
    -------
    ndarray of float
        Within 0…1, up to rounding errors. Border pixels are repeated outwards.
    """
    padded = np.pad(picture, ((1, 1), (1, 1), (0, 0)), mode="edge")
    ring = padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]
    least, most = np.minimum.reduce(ring), np.maximum.reduce(ring)
    # The weights at which the darkest pixel reaches 0 and the brightest reaches 1, both negative.
    to_black = -quotient(np.minimum(least, picture), 4 * most)
    to_white = quotient(1 - np.maximum(most, picture), 4 * least - 4)
    # All colours take the weakest of their weights, so that the hue is kept.
    weight = np.maximum(to_black, to_white).max(axis=2, keepdims=True)
    weight = np.clip(weight, -LIMIT, 0) * 2.0**-stops
    return (picture + weight * sum(ring)) / (1 + 4 * weight)
