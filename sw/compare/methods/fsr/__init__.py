"""AMD FidelityFX FSR 1.0: EASU alone, and EASU with RCAS.

AMD means EASU for up to ×2, so even scales are made of passes of ×2, between which nothing is
rounded. On Set5 at ×4 this is better than ``easu(picture, 4)``: 28.64 against 28.52 dB PSNR-Y, and
28.66 against 28.44 with RCAS behind it (``python -m sw compare DIR --methods fsr-easu,fsr``, with
:func:`in_passes` as it is and with one pass in its place).
"""

import numpy as np

from sw.compare.methods.fsr.easu import easu
from sw.compare.methods.fsr.rcas import rcas
from sw.compare.methods.method import Method

STOPS = 0.25
"""Sharpness of RCAS, in stops below the most; AMD's sample starts with it."""


def in_passes(pixels: np.ndarray, scale: int) -> np.ndarray:
    """EASU of uint8 pixels (height, width, 1 or 3) in passes of ×2 and one odd: floats of 0…1."""
    picture = pixels / 255
    while scale % 2 == 0:
        picture, scale = easu(picture, 2), scale // 2
    return easu(picture, scale) if scale > 1 else picture


def to_bytes(picture: np.ndarray) -> np.ndarray:
    """uint8 of a picture of 0…1, rounded."""
    return np.clip(np.rint(255 * picture), 0, 255).astype(np.uint8)


def fsr_easu(pixels: np.ndarray, scale: int) -> np.ndarray:
    """EASU: uint8 (height, width, 1 or 3) → ``scale`` times as high and wide."""
    return to_bytes(in_passes(pixels, scale))


def fsr(pixels: np.ndarray, scale: int) -> np.ndarray:
    """EASU, then RCAS with ``STOPS`` once, as :func:`fsr_easu` otherwise."""
    return to_bytes(rcas(in_passes(pixels, scale), STOPS))


METHODS = (
    Method("fsr-easu", "interpolation", fsr_easu),
    Method("fsr", "interpolation", fsr),
)
"""Without and with sharpening."""
