"""What an upsampler is: a chain of stages, each of them a sum of table look-ups.

These objects are frozen and checked once, when they are made. Every size that the golden model or
the RTL needs (levels, rows, reach, bits of a sum) is derived here and nowhere else.
"""

from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from sw.errors import BadInput
from sw.rotation import ROTATIONS

PADDINGS = ("reflect", "edge")
MAX_REACH = 7
"""Largest tap offset, in pixels; the line memory of the hardware grows with it."""

Taps = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class UniformGrid:
    """Grid points at 0, q, 2q … 256, with q = 2**frac_bits grey levels between them.

    Parameters
    ----------
    frac_bits : int
        Bits of a pixel that interpolate, 0 (a point for every grey level) to 8 (black and white).
    """

    frac_bits: int

    def __post_init__(self) -> None:
        if not isinstance(self.frac_bits, int) or not 0 <= self.frac_bits <= 8:
            raise BadInput(f"frac_bits is {self.frac_bits!r}; an integer from 0 to 8 is accepted")

    @property
    def q(self) -> int:
        """Grey levels between grid points, and the sum of the weights of one look-up."""
        return 1 << self.frac_bits

    @property
    def levels(self) -> int:
        """Grid points on each axis of the table: the last one lies at 256, one past white."""
        return (256 >> self.frac_bits) + 1


@dataclass(frozen=True, eq=False)
class Table:
    """A table of r×r blocks over an n-dimensional grid.

    Parameters
    ----------
    taps : tuple of (int, int)
        Window offsets (dy, dx) in LR pixels, 2 to 4 of them; the first is the centre, (0, 0).
    grid : UniformGrid
        How a tap's value becomes an index and a fraction.
    entries : ndarray of int8, shape (levels,) * n + (r, r)
        The blocks, row-major in tap order, in grey levels: the look-ups of the four rotations
        add up to the pixel, each about a quarter of it. Copied and made read-only.
    """

    taps: Taps
    grid: UniformGrid
    entries: np.ndarray

    def __post_init__(self) -> None:
        taps = tuple((int(dy), int(dx)) for dy, dx in self.taps)
        object.__setattr__(self, "taps", taps)
        if not 2 <= len(taps) <= 4:
            raise BadInput(f"a table has {len(taps)} taps; 2 to 4 are accepted")
        if taps[0] != (0, 0) or len(set(taps)) != len(taps):
            raise BadInput(f"taps are {taps}; distinct ones are accepted, (0, 0) first")
        if max(abs(d) for tap in taps for d in tap) > MAX_REACH:
            raise BadInput(
                f"taps are {taps}; offsets from -{MAX_REACH} to {MAX_REACH} are accepted"
            )
        if self.entries.dtype != np.int8:
            raise BadInput(f"entries are {self.entries.dtype}; int8 is accepted")
        shape, axes = self.entries.shape, (self.grid.levels,) * len(taps)
        if shape[:-2] != axes or len(shape) < 2 or shape[-1] != shape[-2]:
            raise BadInput(f"entries have shape {shape}; {axes} + (r, r) is accepted")
        entries = self.entries.copy()
        entries.flags.writeable = False
        object.__setattr__(self, "entries", entries)

    @property
    def scale(self) -> int:
        """HR pixels per LR pixel on each axis, r."""
        return self.entries.shape[-1]

    @property
    def rows(self) -> int:
        """Entries (blocks of r×r) in the table."""
        return self.grid.levels ** len(self.taps)

    @property
    def strides(self) -> tuple[int, ...]:
        """What one step along each tap's axis adds to the row number."""
        return tuple(self.grid.levels**j for j in reversed(range(len(self.taps))))

    @property
    def reach(self) -> int:
        """Pixels that the four rotations of the taps reach beyond the centre, on every side."""
        return max(abs(d) for tap in self.taps for d in tap)


@dataclass(frozen=True, eq=False)
class Stage:
    """Tables whose look-ups add up to a picture r times as wide and high.

    Parameters
    ----------
    scale : int
        HR pixels per LR pixel on each axis, r, 1 to 4.
    padding : str
        What lies outside the picture: ``"reflect"`` (no edge repeat) or ``"edge"``.
    tables : tuple of Table
        One or more, of this scale, all with the same ``frac_bits``.
    """

    scale: int
    padding: str
    tables: tuple[Table, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", tuple(self.tables))
        if not isinstance(self.scale, int) or not 1 <= self.scale <= 4:
            raise BadInput(f"a stage's scale is {self.scale!r}; 1, 2, 3 or 4 is accepted")
        if self.padding not in PADDINGS:
            raise BadInput(f"padding is {self.padding!r}; {' or '.join(PADDINGS)} is accepted")
        if not self.tables:
            raise BadInput("a stage has no table; one or more are accepted")
        if any(table.scale != self.scale for table in self.tables):
            scales = [table.scale for table in self.tables]
            raise BadInput(f"a stage of scale {self.scale} has tables of scale {scales}")
        if len({table.grid.frac_bits for table in self.tables}) > 1:
            raise BadInput("the tables of a stage have different frac_bits; one value is accepted")

    @property
    def frac_bits(self) -> int:
        """Fraction bits of the sum of all look-ups."""
        return self.tables[0].grid.frac_bits

    @property
    def reach(self) -> int:
        """Pixels of padding on every side."""
        return max(table.reach for table in self.tables)

    @property
    def sum_bits(self) -> int:
        """Bits of the signed sum of all look-ups, with room for the half that rounding adds."""
        q = 1 << self.frac_bits
        return (ROTATIONS * len(self.tables) * 128 * q + q // 2).bit_length() + 1


@dataclass(frozen=True, eq=False)
class Upsampler:
    """A chain of stages; each reads the picture that the one before it makes.

    Parameters
    ----------
    stages : tuple of Stage
        One or more, in order.
    """

    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "stages", tuple(self.stages))
        if not self.stages:
            raise BadInput("an upsampler has no stage; one or more are accepted")

    @cached_property
    def scale(self) -> int:
        """HR pixels per LR pixel on each axis, over the whole chain."""
        return prod(stage.scale for stage in self.stages)

    @property
    def table_bytes(self) -> int:
        """Bytes of all entries."""
        return sum(table.entries.nbytes for stage in self.stages for table in stage.tables)
