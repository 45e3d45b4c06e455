"""How many block RAMs of an ECP5 a memory takes."""

from collections.abc import Iterable
from math import ceil

DUAL_PORT_SHAPES = (8192, 2), (4096, 4), (2048, 9), (1024, 18)
"""Words and bits of a block RAM with two read ports."""

SINGLE_PORT_SHAPE = 512, 36
"""Words and bits of a block RAM with one read port."""


def block_rams(words: int, bits: int, shapes: Iterable[tuple[int, int]]) -> int:
    """Block RAMs of a memory of ``words`` of ``bits``, in the best of ``shapes``."""
    return min(ceil(words / deep) * ceil(bits / wide) for deep, wide in shapes)
