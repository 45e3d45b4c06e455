"""How a bench behaves."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Traffic:
    """Chance, in each clock, that a bench offers nothing (idle) or takes nothing (stall)."""

    idle: float = 0.0
    stall: float = 0.0
    seed: int = 0
