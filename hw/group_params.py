"""Sizes of a group: the tables of a stage that share their look-ups."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from amaranth.utils import bits_for

from sw.tables import banks, cost
from sw.tables.grid import DifferenceGrid
from sw.tables.spec import Table


@dataclass(frozen=True, eq=False)
class GroupParams:
    """Tables that are read at the same address: their entries lie side by side in one wide word.

    Parameters
    ----------
    tables : tuple of sw.tables.spec.Table
        One or more; all have the same source, window and grid.
    lanes : int
        Look-ups per clock.
    reload : bool
        Whether the entries can be loaded while no frame is in the core.
    """

    tables: tuple[Table, ...]
    lanes: int
    reload: bool = False

    @property
    def table(self) -> Table:
        """Representative table: all tables of the group share its source, window and grid."""
        return self.tables[0]

    @property
    def taps(self) -> int:
        """Taps of a look-up."""
        return len(self.table.taps)

    @property
    def banks(self) -> int:
        """Banks of the table: one for each vertex, so one more than axes."""
        return banks.count(self.table)

    @property
    def axes(self) -> int:
        """Axes of the table: one for each tap, on a difference grid for each but the first."""
        return self.table.axes

    @property
    def is_difference(self) -> bool:
        """Whether the grid is a difference grid: the sum of the look-ups is added to the pixel."""
        return isinstance(self.table.grid, DifferenceGrid)

    @property
    def sample_bits(self) -> int:
        """Bits of a tap value."""
        return self.table.grid.sample_bits

    @property
    def frac_bits(self) -> int:
        """Bits of a fraction."""
        return self.table.grid.frac_bits

    @property
    def index_bits(self) -> int:
        """Bits of an index. It is the lower of two levels, so it is never the last one."""
        return (self.table.grid.levels - 2).bit_length()

    @property
    def weight_bits(self) -> int:
        """Bits of a weight, 0…q."""
        return self.frac_bits + 1

    @property
    def row_bits(self) -> int:
        """Bits of the address of a row within a bank."""
        return bits_for(banks.depth(self.table) - 1)

    @property
    def weighed_bits(self) -> int:
        """Bits of a signed weighed sum: the weights sum to q, so it is at most an entry times q."""
        return 8 + self.frac_bits

    @property
    def numbers(self) -> int:
        """Numbers in an entry of the group: r² for each table."""
        return len(self.tables) * self.table.scale**2

    @property
    def paired(self) -> bool:
        """Whether two numbers of an entry share a product."""
        return cost.paired(self.tables)

    @property
    def products(self) -> int:
        """Products of a look-up."""
        return cost.products(self.tables)

    @property
    def copies(self) -> int:
        """Copies of the tables: each has two ports, which serve two lanes."""
        return -(-self.lanes // 2)

    @cached_property
    def contents(self) -> np.ndarray:
        """Entries of all tables side by side: int8, shape (banks, rows, numbers)."""
        return banks.group_contents(self.tables)
