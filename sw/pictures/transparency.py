"""Arithmetic of transparency: colours multiplied by alpha, and divided again.

Alpha is the last channel; 255 is opaque.
"""

import numpy as np

ROWS = 64
"""Rows that are converted at once, which bounds the memory for 16-bit numbers."""


def premultiply(pixels: np.ndarray) -> np.ndarray:
    """Multiply the colours by alpha: ⌊(c·a + 127) / 255⌋, uint8, in a new array."""
    result = np.empty_like(pixels)
    for y in range(0, len(pixels), ROWS):
        rows = pixels[y : y + ROWS]
        alpha = rows[:, :, -1:].astype(np.uint16)
        result[y : y + ROWS, :, :-1] = (rows[:, :, :-1] * alpha + 127) // 255
        result[y : y + ROWS, :, -1:] = alpha
    return result


def divide(pixels: np.ndarray) -> None:
    """Divide the colours by alpha in place: min(255, ⌊(255·c + ⌊a/2⌋) / a⌋), or 0 if a is 0."""
    for y in range(0, len(pixels), ROWS):
        rows = pixels[y : y + ROWS]
        alpha = rows[:, :, -1:].astype(np.uint16)
        colours = (rows[:, :, :-1] * np.uint16(255) + alpha // 2) // np.maximum(alpha, 1)
        rows[:, :, :-1] = np.where(alpha, np.minimum(colours, 255), 0)
