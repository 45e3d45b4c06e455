"""Conjugate gradients that can be stopped and stored after each iteration."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass
class CgState:
    """State of conjugate gradients on H·x = right: where it is, and where it goes next."""

    x: np.ndarray
    residual: np.ndarray
    direction: np.ndarray
    rho: float

    @classmethod
    def start(cls, right: np.ndarray, diagonal: np.ndarray) -> "CgState":
        """At x = 0; ``diagonal`` of H is the preconditioner."""
        direction = right / diagonal
        return cls(np.zeros_like(right), right.copy(), direction, float(np.vdot(right, direction)))

    def advance(self, product: Callable[[np.ndarray], np.ndarray], diagonal: np.ndarray) -> float:
        """One iteration; returns how much xᵀHx - 2·xᵀright fell."""
        image = product(self.direction)
        curvature = np.vdot(self.direction, image)
        # Solved to the last bit.
        if not curvature:
            return 0.0
        step = self.rho / curvature
        gain = step * self.rho
        self.x += step * self.direction
        self.residual -= step * image
        scaled = self.residual / diagonal
        rho = float(np.vdot(self.residual, scaled))
        self.direction = scaled + rho / self.rho * self.direction
        self.rho = rho
        return float(gain)
