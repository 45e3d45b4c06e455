"""Every size of a group of tables that are looked up together, derived once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from amaranth.utils import bits_for

from sw.tables import banks, cost
from sw.tables.grid import DifferenceGrid
from sw.tables.spec import Table


@dataclass(frozen=True, eq=False)
class GroupParams:
    """Tables of a stage that are looked up at the same place: one address, one wide entry.

    Parameters
    ----------
    tables : tuple of sw.tables.spec.Table
        One or more, of one source, one window and one grid.
    lanes : int
        Look-ups per clock.
    """

    tables: tuple[Table, ...]
    lanes: int

    @property
    def table(self) -> Table:
        """The first, whose window and grid are everybody's."""
        return self.tables[0]

    @property
    def taps(self) -> int:
        """Taps of a look-up."""
        return len(self.table.taps)

    @property
    def banks(self) -> int:
        """Banks of the table, one more than axes."""
        return banks.banks(self.table)

    @property
    def axes(self) -> int:
        """Axes of the table: one for each tap, or for each but the first."""
        return self.table.axes

    @property
    def differences(self) -> bool:
        """Whether the table is indexed by differences, and what it holds added to the pixel."""
        return isinstance(self.table.grid, DifferenceGrid)

    @property
    def frac_bits(self) -> int:
        """Fraction bits of an axis."""
        return self.table.grid.frac_bits

    @property
    def index_bits(self) -> int:
        """Index bits of an axis: the last grid point is never the lower one."""
        return (self.table.grid.levels - 2).bit_length()

    @property
    def weight_bits(self) -> int:
        """Bits of a weight, 0…q."""
        return self.frac_bits + 1

    @property
    def row_bits(self) -> int:
        """Bits of a row's number within a bank."""
        return bits_for(banks.depth(self.table) - 1)

    @property
    def weighed_bits(self) -> int:
        """Bits of a weighed sum, signed: the weights sum to q, so it is an entry times q."""
        return 8 + self.frac_bits

    @property
    def numbers(self) -> int:
        """Numbers of an entry: r² of each table."""
        return len(self.tables) * self.table.scale**2

    @property
    def paired(self) -> bool:
        """Whether two numbers share a product."""
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
        """Entries by bank and row, those of all tables side by side: int8."""
        return np.concatenate([banks.contents(table) for table in self.tables], axis=2)
