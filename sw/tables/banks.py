"""Layout of a table in memory banks, so that one clock reads all vertices of a look-up.

The n+1 vertices of a look-up lie on a path, and each step of the path adds 1 to one coordinate.
Their coordinate sums are therefore n+1 consecutive numbers. With ``bank = sum mod (n+1)`` the
vertices lie in n+1 different banks, whatever the path: there is never a conflict, and the table is
stored only once.

Within a bank, an entry is identified by its coordinates, the last one divided by n+1. There are two
ways to number the rows:

- The plain layout gives each coordinate a bit field of the row's number. An adder joins the last
  two. It needs little logic and leaves rows unused; in a block RAM, which has them anyway, that
  costs nothing.
- The tight layout leaves few rows unused. Where n+1 does not divide the levels, it stores the
  remaining values of the last coordinate behind the others, as a smaller table over the other
  coordinates, laid out in the same way.
"""

from collections.abc import Sequence

import numpy as np

from sw.tables.spec import Table

MAX_LOGIC_ROWS = 32
"""Most rows of a bank in logic: two LUT4 a bit (for 88 rows Yosys needs eight)."""

BLOCK_RAM_ROWS = 512
"""Rows of a block RAM in its widest shape."""


def count(table: Table) -> int:
    """Number of banks of ``table``: one for each vertex of a look-up."""
    return table.axes + 1


def tight_depth(levels: int, axes: int, banks: int) -> int:
    """Rows of each bank in the tight layout, for a table of ``axes`` axes of ``levels`` levels."""
    if axes == 1:
        return -(-levels // banks)
    whole, rest = divmod(levels, banks)
    return levels ** (axes - 1) * whole + rest * tight_depth(levels, axes - 1, banks)


def is_plain(table: Table) -> bool:
    """Whether ``table`` has the plain layout: too large for logic, small enough for a block RAM."""
    tight = tight_depth(table.grid.levels, table.axes, count(table))
    return table.axes > 1 and tight > MAX_LOGIC_ROWS and _plain_depth(table) <= BLOCK_RAM_ROWS


def plain_strides(table: Table) -> list[int]:
    """What each coordinate but the last one adds to the row's number in the plain layout."""
    levels = table.grid.levels
    stride = -(-levels // count(table))
    low_bits, field_bits = (levels * stride - 1).bit_length(), (levels - 1).bit_length()
    fields = [1 << (low_bits + field_bits * n) for n in reversed(range(table.axes - 2))]
    return [*fields, stride][: table.axes - 1]


def depth(table: Table) -> int:
    """Rows of each bank of ``table``."""
    if is_plain(table):
        return _plain_depth(table)
    return tight_depth(table.grid.levels, table.axes, count(table))


def _plain_depth(table: Table) -> int:
    top = table.grid.levels - 1
    return top * sum(plain_strides(table)) + top // count(table) + 1


def row_fields(table: Table) -> list[tuple[int, int]]:
    """Fields of the numbers of rows that have entries, the lowest first: pairs of count and shift.

    A row has an entry in some bank if it is the sum of value << shift over the fields, with every
    value below the count of its field. In the tight layout there is one field.
    """
    if not is_plain(table):
        return [(depth(table), 0)]
    *upper, stride = plain_strides(table)
    levels, top = table.grid.levels, table.grid.levels - 1
    lowest = (top * stride + top // count(table) + 1, 0)
    return [lowest, *((levels, field.bit_length() - 1) for field in reversed(upper))]


def locate(table: Table, coordinates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bank and row of grid points.

    Parameters
    ----------
    table : Table
        Any table of n axes.
    coordinates : ndarray of int, shape (n, …)
        The points.

    Returns
    -------
    bank, row : ndarray of int, shape (…)
    """
    banks = count(table)
    bank = coordinates.sum(axis=0) % banks
    if is_plain(table):
        *others, last = coordinates
        strides = plain_strides(table)
        row = sum(s * other for s, other in zip(strides, others, strict=True)) + last // banks
        return bank, row
    return bank, _tight_row(coordinates, table.grid.levels, banks)


def _tight_row(coordinates: np.ndarray, levels: int, banks: int) -> np.ndarray:
    *others, last = coordinates
    if not others:
        return last // banks
    whole = levels // banks
    number = np.zeros_like(last)
    for coordinate in others:
        number = number * levels + coordinate
    # Values of the last coordinate from whole * banks on are in the smaller tables behind.
    over = last - whole * banks
    behind = levels ** len(others) * whole + over * tight_depth(levels, len(others), banks)
    return np.where(
        over < 0,
        number * whole + last // banks,
        behind + _tight_row(coordinates[:-1], levels, banks),
    )


def contents(table: Table) -> np.ndarray:
    """Entries by bank and row: int8, shape (banks, depth, r*r). Unused rows are 0."""
    n = table.axes
    points = np.indices((table.grid.levels,) * n).reshape(n, -1)
    out = np.zeros((count(table), depth(table), table.scale**2), np.int8)
    out[locate(table, points)] = table.entries.reshape(table.rows, -1)
    return out


def group_contents(tables: Sequence[Table]) -> np.ndarray:
    """Entries of tables that share their look-ups, side by side: int8, (banks, depth, numbers)."""
    return np.concatenate([contents(table) for table in tables], axis=2)
