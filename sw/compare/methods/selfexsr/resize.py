"""Bicubic resizing of pictures of floats to any size, in MATLAB's convention."""

from fractions import Fraction
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_array

from sw.pictures.bicubic import phase_weights


@lru_cache(maxsize=128)
def weight_matrix(before: int, after: int) -> csr_array:
    """Weights by which ``before`` pixels of a line become ``after``: shape (after, before)."""
    ratio = Fraction(after, before)
    phases = [phase_weights(ratio, phase) for phase in range(ratio.numerator)]
    rows, columns, weights = [], [], []
    for row in range(after):
        period, phase = divmod(row, ratio.numerator)
        first, taps = phases[phase]
        # Beyond the border the line is mirrored.
        mirrored = (first + period * ratio.denominator + np.arange(len(taps))) % (2 * before)
        rows.append(np.full(len(taps), row))
        columns.append(np.minimum(mirrored, 2 * before - 1 - mirrored))
        weights.append(np.array([float(tap) for tap in taps], np.float32))
    entries = np.concatenate(rows), np.concatenate(columns)
    return csr_array((np.concatenate(weights), entries), shape=(after, before))


def resize_to(picture: np.ndarray, height: int, width: int) -> np.ndarray:
    """Resize ``picture``, floats of shape (height, width, …), without clipping.

    The kernel is Keys' cubic with antialiasing and a mirrored border, as in
    :mod:`sw.pictures.bicubic`.
    """
    for after in (height, width):
        lines = weight_matrix(len(picture), after) @ picture.reshape(len(picture), -1)
        picture = lines.reshape(after, *picture.shape[1:]).swapaxes(0, 1)
    return np.ascontiguousarray(picture)
