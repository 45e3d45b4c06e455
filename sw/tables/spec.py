"""What an upsampler is: a chain of stages, each of them a sum of table look-ups.

These objects are frozen and checked once, when they are made. Every size that the golden model or
the RTL needs (levels, rows, reach, bits of a sum) is derived here and nowhere else.
"""

from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from sw.errors import BadInput
from sw.tables.grid import DifferenceGrid, Grid
from sw.tables.rotation import ROTATIONS

PADDINGS = ("reflect", "edge")
MAX_AXES = 4
"""Dimensions of a table; a look-up reads one more vertices."""

MAX_REACH = 7
"""Largest tap offset, in pixels; the line memory of the hardware grows with it."""

Taps = tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class Table:
    """A table of r×r blocks over a grid of one to four dimensions.

    Parameters
    ----------
    taps : tuple of (int, int)
        Window offsets (dy, dx) in LR pixels, 2 or more; the first is the centre, (0, 0).
    grid : UniformGrid or DifferenceGrid
        How a tap's value becomes an index and a fraction.
    entries : ndarray of int8, shape (levels,) * axes + (r, r)
        The blocks, row-major in tap order. On a uniform grid they are in grey levels, and the
        look-ups of the four rotations add up to the pixel; on a difference grid their mean is
        added to the centre pixel. Copied and made read-only.
    source : int
        Map that the taps are read from.
    target : int
        Which of the stage's own maps the blocks are added to.
    """

    taps: Taps
    grid: Grid
    entries: np.ndarray
    source: int = 0
    target: int = 0

    def __post_init__(self) -> None:
        taps = tuple((int(dy), int(dx)) for dy, dx in self.taps)
        object.__setattr__(self, "taps", taps)
        if not 1 <= self.axes <= MAX_AXES or len(taps) < 2:
            most = MAX_AXES + len(taps) - self.axes
            raise BadInput(f"a table has {len(taps)} taps; 2 to {most} are accepted")
        if taps[0] != (0, 0) or len(set(taps)) != len(taps):
            raise BadInput(f"taps are {taps}; distinct ones are accepted, (0, 0) first")
        if max(abs(d) for tap in taps for d in tap) > MAX_REACH:
            raise BadInput(
                f"taps are {taps}; offsets from -{MAX_REACH} to {MAX_REACH} are accepted"
            )
        if self.entries.dtype != np.int8:
            raise BadInput(f"entries are {self.entries.dtype}; int8 is accepted")
        for name, number in (("source", self.source), ("target", self.target)):
            if not isinstance(number, int) or number < 0:
                raise BadInput(f"a table's {name} is {number!r}; a number from 0 is accepted")
        shape, axes = self.entries.shape, (self.grid.levels,) * self.axes
        if shape[:-2] != axes or len(shape) < 2 or shape[-1] != shape[-2]:
            raise BadInput(f"entries have shape {shape}; {axes} + (r, r) is accepted")
        entries = self.entries.copy()
        entries.flags.writeable = False
        object.__setattr__(self, "entries", entries)

    @classmethod
    def blank(cls, taps: Taps, grid: Grid, scale: int, source: int = 0, target: int = 0) -> "Table":
        """A table whose entries are all 0."""
        shape = (grid.levels,) * grid.axes(len(taps)) + (scale, scale)
        return cls(taps, grid, np.zeros(shape, np.int8), source, target)

    @property
    def scale(self) -> int:
        """HR pixels per LR pixel on each axis, r."""
        return self.entries.shape[-1]

    @property
    def axes(self) -> int:
        """Dimensions of the table."""
        return self.grid.axes(len(self.taps))

    @property
    def rows(self) -> int:
        """Entries (blocks of r×r) in the table."""
        return self.grid.levels**self.axes

    @property
    def strides(self) -> tuple[int, ...]:
        """What one step along each axis adds to the row number."""
        return tuple(self.grid.levels**j for j in reversed(range(self.axes)))

    @property
    def reach(self) -> int:
        """Pixels that the four rotations of the taps reach beyond the centre, on every side."""
        return max(abs(d) for tap in self.taps for d in tap)


@dataclass(frozen=True, eq=False)
class Stage:
    """Tables whose look-ups add up to one or more maps, r times as wide and high as the input.

    A map is a picture of bytes. The input's map 0 is the picture itself; a ×1 stage passes it on
    as its first map and its own maps follow.

    Parameters
    ----------
    scale : int
        HR pixels per LR pixel on each axis, r, 1 to 4.
    padding : str
        What lies outside the picture: ``"reflect"`` (no edge repeat) or ``"edge"``.
    tables : tuple of Table
        One or more for each own map, of this scale. Those of one map have the same kind of grid
        and the same ``frac_bits``.
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
        targets = {table.target for table in self.tables}
        if targets != set(range(len(targets))):
            raise BadInput(f"a stage's tables make maps {sorted(targets)}; 0, 1 … are accepted")
        for tables in self.maps:
            for name, values in (
                ("kinds of grid", {type(table.grid) for table in tables}),
                ("frac_bits", {table.grid.frac_bits for table in tables}),
                ("unit_bits", {table.grid.sum_frac_bits for table in tables}),
            ):
                if len(values) > 1:
                    raise BadInput(f"the tables of a map have different {name}; one is accepted")

    @cached_property
    def maps(self) -> tuple[tuple[Table, ...], ...]:
        """The tables of each of the stage's own maps."""
        count = 1 + max(table.target for table in self.tables)
        return tuple(
            tuple(table for table in self.tables if table.target == target)
            for target in range(count)
        )

    @cached_property
    def groups(self) -> tuple[tuple[Table, ...], ...]:
        """The tables, grouped by source, taps and grid: a group shares its look-ups."""
        groups: dict[tuple, list[Table]] = {}
        for table in self.tables:
            groups.setdefault((table.source, table.taps, table.grid), []).append(table)
        return tuple(map(tuple, groups.values()))

    @property
    def passes_picture(self) -> bool:
        """Whether the picture comes first in the stage's output."""
        return self.scale == 1

    @property
    def maps_out(self) -> int:
        """Maps in the stage's output."""
        return len(self.maps) + self.passes_picture

    @property
    def reach(self) -> int:
        """Pixels of padding on every side."""
        return max(table.reach for table in self.tables)

    @property
    def sum_bits(self) -> int:
        """Bits of the signed sum of any map, with room for the half that rounding adds."""
        return max(_sum_bits(tables) for tables in self.maps)


def _sum_bits(tables: tuple[Table, ...]) -> int:
    grid = tables[0].grid
    largest = ROTATIONS * len(tables) * 128 * grid.q + (1 << grid.sum_frac_bits) // 2
    if isinstance(grid, DifferenceGrid):
        largest += 255 << grid.sum_frac_bits
    return largest.bit_length() + 1


@dataclass(frozen=True, eq=False)
class Upsampler:
    """A chain of stages; each reads the maps that the one before it makes.

    Parameters
    ----------
    stages : tuple of Stage
        One or more, in order. The first reads the picture alone; the last makes one map, which is
        the result.
    """

    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "stages", tuple(self.stages))
        if not self.stages:
            raise BadInput("an upsampler has no stage; one or more are accepted")
        maps = 1
        for number, stage in enumerate(self.stages, 1):
            highest = max(table.source for table in stage.tables)
            if highest >= maps:
                raise BadInput(
                    f"a table of stage {number} reads map {highest}; {maps} come into it"
                )
            maps = stage.maps_out
        if len(self.stages[-1].maps) != 1:
            raise BadInput(f"the last stage makes {len(self.stages[-1].maps)} maps; 1 is accepted")

    @cached_property
    def scale(self) -> int:
        """HR pixels per LR pixel on each axis, over the whole chain."""
        return prod(stage.scale for stage in self.stages)

    @property
    def table_bytes(self) -> int:
        """Bytes of all entries."""
        return sum(table.entries.nbytes for stage in self.stages for table in stage.tables)
