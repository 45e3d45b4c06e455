"""What a comparison knows about a way to enlarge pictures."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Method:
    """A way to enlarge pictures, and what it costs.

    Parameters
    ----------
    name : str
        As ``--methods`` takes it.
    kind : str
        ``"interpolation"``, ``"self-similarity"``, ``"network"``, ``"table"`` or ``"rtl"``.
    enlarge : callable
        From uint8 pixels (height, width, 1 or 3), in the order R, G, B, and the scale to uint8
        pixels scale times as high and wide. Raises ``BadInput`` for a scale that it has not.
    size : int, optional
        Bytes of its tables, or of its weights as float32; None if it has none.
    parameters : int, optional
        Weights of a network.
    macs : float, optional
        Multiplications for each HR pixel of one plane that the network enlarges.
    lookups : float, optional
        Look-ups for each HR pixel and colour.
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
    """A method that cannot run here, and why, in a sentence for the user."""

    name: str
    kind: str
    reason: str
