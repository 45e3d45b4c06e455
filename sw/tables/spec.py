"""What an upsampler is: a chain of stages, each of which adds up table look-ups.

The objects are frozen, and their constructors check them and raise ``BadInput`` if a part does not
fit. Every size that the golden model or the RTL needs (levels, rows, reach, bits of a sum) is
derived here and nowhere else.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from math import prod

import numpy as np

from sw.errors import BadInput
from sw.tables.archive import MAX_BYTES
from sw.tables.grid import DifferenceGrid, Grid, is_integer
from sw.tables.rotation import ROTATIONS, Taps
from sw.tables.samples import white

PADDINGS = ("reflect", "edge")

MAX_AXES = 4
"""Most axes of a table. A look-up reads one vertex more than the table has axes."""

MAX_REACH = 7
"""Largest offset of a tap, in pixels. The line buffers of the hardware grow with it."""


@dataclass(frozen=True, eq=False)
class Table:
    """A table of r×r blocks over a grid with one to four axes.

    Parameters
    ----------
    taps : tuple of (int, int)
        Window offsets (dy, dx) in LR pixels, 2 or more; the first is the centre, (0, 0).
    grid : UniformGrid or DifferenceGrid
        How the value of a tap becomes an index and a fraction; the same for every axis.
    entries : ndarray of int8, shape (levels,) * axes + (r, r)
        The blocks; the axes are in the order of the taps. On a uniform grid the entries are in
        grey levels, and the pixel is the sum of the look-ups of the four rotations. On a difference
        grid the mean of the four look-ups is added to the centre pixel. The table keeps a read-only
        copy.
    source : int
        Number of the map, among the stage's input maps, that the taps are read from.
    target : int
        Number of the map, among the stage's own maps, that the blocks are added to.
    """

    taps: Taps
    grid: Grid
    entries: np.ndarray
    source: int = 0
    target: int = 0

    def __post_init__(self) -> None:
        taps = tuple(map(tuple, self.taps))
        object.__setattr__(self, "taps", taps)
        if not 1 <= self.axes <= MAX_AXES or len(taps) < 2:
            most = MAX_AXES + len(taps) - self.axes
            raise BadInput(f"a table has {len(taps)} taps; it must have 2 to {most}")
        if not all(len(tap) == 2 and all(map(is_integer, tap)) for tap in taps):
            raise BadInput(f"taps are {taps}; each must be two integers, dy and dx")
        if taps[0] != (0, 0) or len(set(taps)) != len(taps):
            raise BadInput(f"taps are {taps}; they must be distinct, with (0, 0) first")
        if max(abs(offset) for tap in taps for offset in tap) > MAX_REACH:
            raise BadInput(
                f"taps are {taps}; their offsets must be from -{MAX_REACH} to {MAX_REACH}"
            )
        if self.entries.dtype != np.int8:
            raise BadInput(f"entries are {self.entries.dtype}; they must be int8")
        for name, number in (("source", self.source), ("target", self.target)):
            if not is_integer(number) or number < 0:
                raise BadInput(f"a table's {name} is {number!r}; it must be an integer from 0")
        shape, axes = self.entries.shape, (self.grid.levels,) * self.axes
        if shape[:-2] != axes or len(shape) < 2 or shape[-1] != shape[-2]:
            raise BadInput(f"entries have shape {shape}; it must be {axes} + (r, r)")
        entries = self.entries.copy()
        entries.flags.writeable = False
        object.__setattr__(self, "entries", entries)

    @classmethod
    def blank(cls, taps: Taps, grid: Grid, scale: int, source: int = 0, target: int = 0) -> "Table":
        """Make a table whose entries are all 0.

        Raises
        ------
        BadInput
            If it would have more bytes than a file may have, or does not fit together.
        """
        shape = (grid.levels,) * grid.axes(len(taps)) + (scale, scale)
        if prod(shape) > MAX_BYTES:
            raise BadInput(
                f"a table of {len(taps)} taps with {grid.levels} levels has {prod(shape)} bytes; "
                f"it must have at most {MAX_BYTES} (1 GiB)"
            )
        return cls(taps, grid, np.zeros(shape, np.int8), source, target)

    @property
    def scale(self) -> int:
        """HR pixels per LR pixel on each axis, r."""
        return self.entries.shape[-1]

    @property
    def axes(self) -> int:
        """Axes of the table."""
        return self.grid.axes(len(self.taps))

    @property
    def rows(self) -> int:
        """Entries (blocks of r×r) in the table."""
        return self.grid.levels**self.axes

    @property
    def strides(self) -> tuple[int, ...]:
        """For each axis, what one step along it adds to the row number."""
        return tuple(self.grid.levels**j for j in reversed(range(self.axes)))

    @property
    def reach(self) -> int:
        """Pixels around the centre, on every side, that the taps read in any of the rotations."""
        return max(abs(offset) for tap in self.taps for offset in tap)


@dataclass(frozen=True, eq=False)
class Stage:
    """Tables whose look-ups add up to one or more maps, r times as wide and high as the input.

    A map is a picture. Map 0 of the input is the picture itself. A ×1 stage passes
    the picture on as its map 0, followed by the maps that it computes, its own maps.

    Parameters
    ----------
    scale : int
        HR pixels per LR pixel on each axis, r, 1 to 4.
    padding : str
        How pixels outside the picture are filled: ``"reflect"`` (mirrored, the edge pixel not
        repeated) or ``"edge"`` (the edge pixel repeated).
    tables : tuple of Table
        One or more for each own map, all of this scale. The tables of one map have the same kind of
        grid and the same ``frac_bits``.
    """

    scale: int
    padding: str
    tables: tuple[Table, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", tuple(self.tables))
        if not is_integer(self.scale) or not 1 <= self.scale <= 4:
            raise BadInput(f"a stage's scale is {self.scale!r}; it must be 1, 2, 3 or 4")
        if self.padding not in PADDINGS:
            raise BadInput(f"padding is {self.padding!r}; it must be {' or '.join(PADDINGS)}")
        if not self.tables:
            raise BadInput("a stage has no table; it must have at least one")
        if any(table.scale != self.scale for table in self.tables):
            scales = [table.scale for table in self.tables]
            raise BadInput(
                f"a stage of scale {self.scale} has tables of scale {scales}; they must be the same"
            )
        targets = {table.target for table in self.tables}
        if targets != set(range(len(targets))):
            raise BadInput(
                f"the tables of a stage have targets {sorted(targets)}; they must be 0, 1 … "
                "without a gap"
            )
        for tables in self.maps:
            for name, values in (
                ("kinds of grid", {type(table.grid) for table in tables}),
                ("frac_bits", {table.grid.frac_bits for table in tables}),
                ("unit_bits", {table.grid.sum_frac_bits for table in tables}),
            ):
                if len(values) > 1:
                    raise BadInput(
                        f"the tables of a map have different {name}; they must have the same"
                    )

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
        """The tables, grouped by source, taps and grid: one look-up serves a whole group."""
        groups: dict[tuple, list[Table]] = {}
        for table in self.tables:
            groups.setdefault((table.source, table.taps, table.grid), []).append(table)
        return tuple(map(tuple, groups.values()))

    @property
    def sample_bits(self) -> int:
        """Bits of a sample, in all maps."""
        return self.tables[0].grid.sample_bits

    @property
    def passes_picture(self) -> bool:
        """Whether map 0 of the stage's output is the picture itself."""
        return self.scale == 1

    @property
    def maps_out(self) -> int:
        """Number of maps in the stage's output, the picture included if it is passed on."""
        return len(self.maps) + self.passes_picture

    @property
    def reach(self) -> int:
        """Pixels of padding on every side."""
        return max(table.reach for table in self.tables)

    @property
    def sum_bits(self) -> int:
        """Bits of a signed sum of any map's look-ups, with room for the half that rounding adds."""
        return max(_sum_bits(tables) for tables in self.maps)


def _sum_bits(tables: tuple[Table, ...]) -> int:
    grid = tables[0].grid
    half = (1 << grid.sum_frac_bits) // 2
    largest = (ROTATIONS * len(tables) * 128 * grid.q << grid.sum_shift) + half
    if isinstance(grid, DifferenceGrid):
        largest += white(grid.sample_bits) << grid.sum_frac_bits
    return largest.bit_length() + 1


@dataclass(frozen=True, eq=False)
class Upsampler:
    """A chain of stages; each reads the output maps of the one before it.

    Parameters
    ----------
    stages : tuple of Stage
        One or more, in order, for samples of the same bits. The first reads one map, the LR
        picture. The last has one own map, the HR picture.
    """

    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "stages", tuple(self.stages))
        if not self.stages:
            raise BadInput("an upsampler has no stage; it must have at least one")
        if len({table.grid.sample_bits for stage in self.stages for table in stage.tables}) > 1:
            raise BadInput("the tables have different sample_bits; they must have the same")
        maps = 1
        for number, stage in enumerate(self.stages, 1):
            highest = max(table.source for table in stage.tables)
            if highest >= maps:
                raise BadInput(
                    f"a table of stage {number} has source {highest}; it must be below {maps}, the "
                    "number of maps that the stage reads"
                )
            maps = stage.maps_out
        if len(self.stages[-1].maps) != 1:
            raise BadInput(
                f"the last stage has {len(self.stages[-1].maps)} maps of its own; it must have 1"
            )

    @property
    def sample_bits(self) -> int:
        """Bits of a sample of LR and HR pictures."""
        return self.stages[0].sample_bits

    def at_bits(self, bits: int) -> "Upsampler":
        """The same tables for samples of ``bits`` bits; BadInput if not from 8 to 12."""
        if bits == self.sample_bits:
            return self
        stages = (
            replace(stage, tables=[replace(t, grid=t.grid.at_bits(bits)) for t in stage.tables])
            for stage in self.stages
        )
        return Upsampler(tuple(stages))

    @cached_property
    def scale(self) -> int:
        """HR pixels per LR pixel on each axis, over the whole chain."""
        return prod(stage.scale for stage in self.stages)

    @cached_property
    def reach(self) -> int:
        """LR pixels on every side that an HR pixel depends on.

        The reach of a stage counts in pixels of the maps that it reads. In LR pixels it is smaller
        by the scale of the stages before.
        """
        pixels = 0
        for stage in reversed(self.stages):
            pixels = stage.reach + -(-pixels // stage.scale)
        return pixels

    @property
    def table_bytes(self) -> int:
        """Bytes of the entries of all tables."""
        return sum(table.entries.nbytes for stage in self.stages for table in stage.tables)
