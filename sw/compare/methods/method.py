"""What a comparison knows of a method that enlarges pictures."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Method:
    """A method that enlarges pictures, and what it costs.

    Parameters
    ----------
    name : str
        The name for ``--methods``.
    kind : str
        ``"interpolation"``, ``"self-similarity"``, ``"network"``, ``"table"``,
        ``"luma"`` (a table for luma alone) or ``"rtl"``.
    enlarge : callable
        Takes uint8 pixels (height, width, 1 or 3), in the order R, G, B, and the scale. Returns
        uint8 pixels ``scale`` times as high and wide. Raises ``BadInput`` if it cannot.
    size : int, optional
        Bytes of its tables, or of its weights as float32; None if it has neither.
    parameters : int, optional
        Number of weights of a network.
    macs : float, optional
        Multiplications of a network for each HR pixel of one plane.
    lookups : float, optional
        Look-ups for each HR pixel and colour; the mean of the colours where they differ.
    """

    name: str
    kind: str
    enlarge: Callable[[np.ndarray, int], np.ndarray]
    size: int | None = None
    parameters: int | None = None
    macs: float | None = None
    lookups: float | None = None


@dataclass(frozen=True)
class Skipped:
    """A method that cannot run here; ``reason`` says why, in a sentence for the user."""

    name: str
    kind: str
    reason: str
