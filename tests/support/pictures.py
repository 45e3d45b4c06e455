"""Pictures made from a seed, and exact comparison of pictures."""

import numpy as np
from PIL import Image

from sw.places import BUILD
from sw.tables.samples import sample_dtype, white

FAILURES = BUILD / "failures"


def assert_same(expected, got, name):
    """Assert that two pictures, uint8 or uint16, are equal.

    If they differ, save both and their difference as ``build/failures/NAME.*.png``.
    """
    assert got.dtype == expected.dtype
    assert got.shape == expected.shape
    if np.array_equal(expected, got):
        return
    FAILURES.mkdir(parents=True, exist_ok=True)
    difference = np.abs(expected.astype(int) - got)
    shown = 256 if got.dtype == np.uint8 else 4096
    for suffix, pixels in (("expected", expected), ("got", got), ("difference", difference)):
        grey_levels = (pixels.astype(int) * 256 // shown).astype(np.uint8)
        Image.fromarray(grey_levels.squeeze()).save(FAILURES / f"{name}.{suffix}.png")
    first = tuple(int(i) for i in np.argwhere(difference)[0])
    raise AssertionError(
        f"{name}: {np.count_nonzero(difference)} of {difference.size} samples differ, first at "
        f"{first}: expected {expected[first]}, got {got[first]}; pictures in {FAILURES}"
    )


def photo_like(height, width, channels=3, seed=0, bits=8):
    """A seeded picture with smooth areas, edges and noise: samples (height, width, channels)."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    planes = []
    for _ in range(channels):
        a, b, c = rng.uniform(-1, 1, 3)
        plane = 128 + 60 * np.sin(a * y / 5 + b * x / 7) + 60 * np.sign(np.sin(c * (x + y) / 4))
        planes.append(plane + rng.normal(0, 3, plane.shape))
    levels = np.stack(planes, axis=2) * (1 << (bits - 8))
    return np.clip(levels, 0, white(bits)).astype(sample_dtype(bits))
