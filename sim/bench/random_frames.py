"""Random LR frames."""

import numpy as np


def random_frame(rng: np.random.Generator, shape: tuple[int, int, int]) -> np.ndarray:
    """Noise, a flat field, black and white, or a ramp: uint8 (height, width, channels)."""
    kind = rng.integers(4)
    if kind == 0:
        return rng.integers(0, 256, shape, np.uint8)
    if kind == 1:
        return np.full(shape, rng.choice((0, 255, 128)), np.uint8)
    if kind == 2:
        return rng.choice(np.array((0, 255), np.uint8), shape)
    ramp = np.add.outer(np.arange(shape[0]) * 3, np.arange(shape[1]) * 5)[:, :, None]
    return (ramp + rng.integers(0, 9, shape)).astype(np.uint8)
