"""Bicubic resizing of planes of floats to any size, as MATLAB's ``imresize`` has it."""

from fractions import Fraction
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_array

from sw.bicubic import phase_weights


@lru_cache(maxsize=128)
def weight_matrix(before: int, after: int) -> csr_array:
    """Weights that make ``after`` pixels of a line of ``before``: shape (after, before)."""
    ratio = Fraction(after, before)
    phases = [phase_weights(ratio, phase) for phase in range(ratio.numerator)]
    rows, columns, weights = [], [], []
    for row in range(after):
        turn, phase = divmod(row, ratio.numerator)
        first, taps = phases[phase]
        at = (first + turn * ratio.denominator + np.arange(len(taps))) % (2 * before)
        rows.append(np.full(len(taps), row))
        columns.append(np.minimum(at, 2 * before - 1 - at))
        weights.append(np.array([float(tap) for tap in taps], np.float32))
    entries = np.concatenate(rows), np.concatenate(columns)
    return csr_array((np.concatenate(weights), entries), shape=(after, before))


def resize_to(plane: np.ndarray, height: int, width: int) -> np.ndarray:
    """``plane`` (any height and width) in another size: float32, not clipped.

    Keys' cubic with antialiasing and a mirrored border, the kernel of :mod:`sw.bicubic`.
    """
    rows = weight_matrix(plane.shape[0], height) @ plane
    return np.ascontiguousarray((weight_matrix(plane.shape[1], width) @ rows.T).T)
