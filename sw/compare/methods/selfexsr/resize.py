"""Bicubic resizing of pictures of floats to any size, as MATLAB's ``imresize`` has it."""

from fractions import Fraction
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_array

from sw.pictures.bicubic import phase_weights


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


def resize_to(picture: np.ndarray, height: int, width: int) -> np.ndarray:
    """``picture`` (height, width, …) of floats in another size, not clipped.

    Keys' cubic with antialiasing and a mirrored border, the kernel of :mod:`sw.pictures.bicubic`.
    """
    for after in (height, width):
        lines = weight_matrix(len(picture), after) @ picture.reshape(len(picture), -1)
        picture = lines.reshape(after, *picture.shape[1:]).swapaxes(0, 1)
    return np.ascontiguousarray(picture)
