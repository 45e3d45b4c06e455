"""AMD FidelityFX FSR 1.0: EASU alone, and EASU with RCAS.

AMD designed EASU for up to ×2. Even scales are therefore done in passes of ×2, without rounding in
between. On Set5 at ×4 two passes give 28.64 dB PSNR-Y, and ``easu(picture, 4)`` gives 28.52; with
RCAS it is 28.66 against 28.44 (``python -m sw compare DIR --methods fsr-easu,fsr``, with
:func:`in_passes` and with a single pass in its place).
"""

import numpy as np

from sw.compare.methods.fsr.easu import easu
from sw.compare.methods.fsr.rcas import rcas
from sw.compare.methods.method import Method

STOPS = 0.25
"""Sharpness of RCAS, in stops below the maximum: the default of AMD's sample."""


def in_passes(pixels: np.ndarray, scale: int) -> np.ndarray:
    """EASU in passes of ×2, and one pass of the odd factor that remains.

    uint8 pixels (height, width, 1 or 3) → floats of 0…1, ``scale`` times as high and wide.
    """
    picture = pixels / 255
    while scale % 2 == 0:
        picture, scale = easu(picture, 2), scale // 2
    return easu(picture, scale) if scale > 1 else picture


def to_bytes(picture: np.ndarray) -> np.ndarray:
    """Round a picture of 0…1 to uint8."""
    return np.clip(np.rint(255 * picture), 0, 255).astype(np.uint8)


def fsr_easu(pixels: np.ndarray, scale: int) -> np.ndarray:
    """EASU: uint8 (height, width, 1 or 3) → ``scale`` times as high and wide."""
    return to_bytes(in_passes(pixels, scale))


def fsr(pixels: np.ndarray, scale: int) -> np.ndarray:
    """EASU, then RCAS with ``STOPS``: uint8 as for :func:`fsr_easu`."""
    return to_bytes(rcas(in_passes(pixels, scale), STOPS))


METHODS = (
    Method("fsr-easu", "interpolation", fsr_easu),
    Method("fsr", "interpolation", fsr),
)
"""FSR without and with sharpening."""
