"""How often a bench idles and stalls."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Traffic:
    """Probability in each clock that the source offers nothing (idle) or the sink is not ready."""

    idle: float = 0.0
    stall: float = 0.0
    seed: int = 0
