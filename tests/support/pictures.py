"""Pictures made from a seed, and exact comparison of pictures."""

import numpy as np
from PIL import Image

from sw.places import BUILD

FAILURES = BUILD / "failures"


def assert_same(expected, got, name):
    """Assert that two uint8 pictures are equal.

    If they differ, save both and their difference as ``build/failures/NAME.*.png``.
    """
    assert got.dtype == expected.dtype
    assert got.shape == expected.shape
    if np.array_equal(expected, got):
        return
    FAILURES.mkdir(parents=True, exist_ok=True)
    difference = np.abs(expected.astype(int) - got).astype(np.uint8)
    for suffix, pixels in (("expected", expected), ("got", got), ("difference", difference)):
        Image.fromarray(pixels.squeeze()).save(FAILURES / f"{name}.{suffix}.png")
    first = tuple(int(i) for i in np.argwhere(difference)[0])
    raise AssertionError(
        f"{name}: {np.count_nonzero(difference)} of {difference.size} samples differ, first at "
        f"{first}: expected {expected[first]}, got {got[first]}; pictures in {FAILURES}"
    )


def photo_like(height, width, channels=3, seed=0):
    """A seeded picture with smooth areas, edges and noise: uint8 (height, width, channels)."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    planes = []
    for _ in range(channels):
        a, b, c = rng.uniform(-1, 1, 3)
        plane = 128 + 60 * np.sin(a * y / 5 + b * x / 7) + 60 * np.sign(np.sin(c * (x + y) / 4))
        planes.append(plane + rng.normal(0, 3, plane.shape))
    return np.clip(np.stack(planes, axis=2), 0, 255).astype(np.uint8)
