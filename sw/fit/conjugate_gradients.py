"""Conjugate gradients that can be stopped and stored after each iteration."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass
class CgState:
    """State of preconditioned conjugate gradients on H·x = right.

    Parameters
    ----------
    x : ndarray of float64
        The solution so far.
    residual : ndarray of float64
        right - H·x.
    direction : ndarray of float64
        Direction of the next step.
    rho : float
        residualᵀ·P⁻¹·residual, with the preconditioner P.
    """

    x: np.ndarray
    residual: np.ndarray
    direction: np.ndarray
    rho: float

    @classmethod
    def start(cls, right: np.ndarray, diagonal: np.ndarray) -> "CgState":
        """The state at x = 0; the preconditioner is ``diagonal``, the diagonal of H."""
        direction = right / diagonal
        return cls(np.zeros_like(right), right.copy(), direction, float(np.vdot(right, direction)))

    def advance(self, product: Callable[[np.ndarray], np.ndarray], diagonal: np.ndarray) -> float:
        """Do one iteration and return by how much xᵀHx - 2·xᵀright fell.

        ``product(v)`` must return H·v.
        """
        image = product(self.direction)
        curvature = np.vdot(self.direction, image)
        # The system is solved exactly: there is no direction left.
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
