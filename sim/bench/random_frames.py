"""Random LR frames."""

import numpy as np

from sw.tables.samples import sample_dtype, white


def random_frame(
    rng: np.random.Generator, shape: tuple[int, int, int], bits: int = 8
) -> np.ndarray:
    """Noise, a flat field, black and white, or a ramp: samples (height, width, channels)."""
    kind, dtype, most = rng.integers(4), sample_dtype(bits), white(bits)
    if kind == 0:
        return rng.integers(0, most, shape, dtype, endpoint=True)
    if kind == 1:
        return np.full(shape, rng.choice((0, most, 1 << (bits - 1))), dtype)
    if kind == 2:
        return rng.choice(np.array((0, most), dtype), shape)
    ramp = np.add.outer(np.arange(shape[0]) * 3, np.arange(shape[1]) * 5)[:, :, None]
    return (((ramp << bits - 8) + rng.integers(0, 9, shape)) & most).astype(dtype)
