"""How a table lies in memory banks so that one clock reads a whole look-up.

The n+1 vertices of a look-up lie on a path on which each step adds 1 to one coordinate, so their
coordinate sums are n+1 numbers in a row. With ``bank = sum mod (n+1)`` they lie in n+1 different
banks, whatever the path: no conflict, no second copy.

Within a bank the other coordinates and the last one divided by n+1 tell the entries apart. In a
plain layout these are fields of the row's number, and an adder joins the last two. That leaves rows
unused, which costs nothing where a block RAM has them anyway, and saves logic.

In a tight layout few rows are unused: the last coordinates that are left over where n+1 does not
divide the levels each have a smaller table of the other coordinates behind it, laid out alike.
"""

import numpy as np

from sw.tables.spec import Table

FEW = 32
"""Rows up to which logic holds a bank: two LUT4 a bit; Yosys takes eight for 88 rows."""

BLOCK = 512
"""Rows of a block RAM at its widest."""


def banks(table: Table) -> int:
    """Banks of ``table``, one for each vertex of a look-up."""
    return table.axes + 1


def rows(levels: int, axes: int, count: int) -> int:
    """Rows of each of ``count`` banks for points of so many axes."""
    if axes == 1:
        return -(-levels // count)
    whole, rest = divmod(levels, count)
    return levels ** (axes - 1) * whole + rest * rows(levels, axes - 1, count)


def plain(table: Table) -> bool:
    """Whether the layout is plain: for more rows than logic holds, within those of a block RAM."""
    tight = rows(table.grid.levels, table.axes, banks(table))
    return table.axes > 1 and tight > FEW and _plain_depth(table) <= BLOCK


def strides(table: Table) -> list[int]:
    """What the coordinates but the last one count in a row's number of a plain layout."""
    levels = table.grid.levels
    last = -(-levels // banks(table))
    low, one = (levels * last - 1).bit_length(), (levels - 1).bit_length()
    fields = [1 << (low + one * n) for n in reversed(range(table.axes - 2))]
    return [*fields, last][: table.axes - 1]


def depth(table: Table) -> int:
    """Rows of each bank of ``table``."""
    if plain(table):
        return _plain_depth(table)
    return rows(table.grid.levels, table.axes, banks(table))


def _plain_depth(table: Table) -> int:
    top = table.grid.levels - 1
    return top * sum(strides(table)) + top // banks(table) + 1


def locate(table: Table, coordinates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bank and row of grid points, ``coordinates`` being of shape (n, …)."""
    count = banks(table)
    bank = coordinates.sum(axis=0) % count
    if plain(table):
        *others, last = coordinates
        row = sum(s * each for s, each in zip(strides(table), others, strict=True)) + last // count
        return bank, row
    return bank, _row(coordinates, table.grid.levels, count)


def _row(coordinates: np.ndarray, levels: int, count: int) -> np.ndarray:
    *others, last = coordinates
    if not others:
        return last // count
    whole = levels // count
    number = np.zeros_like(last)
    for coordinate in others:
        number = number * levels + coordinate
    over = last - whole * count
    behind = levels ** len(others) * whole + over * rows(levels, len(others), count)
    return np.where(
        over < 0, number * whole + last // count, behind + _row(coordinates[:-1], levels, count)
    )


def contents(table: Table) -> np.ndarray:
    """Entries by bank and row: int8, shape (banks, depth, r*r); unused rows are 0."""
    n = table.axes
    points = np.indices((table.grid.levels,) * n).reshape(n, -1)
    out = np.zeros((banks(table), depth(table), table.scale**2), np.int8)
    out[locate(table, points)] = table.entries.reshape(table.rows, -1)
    return out
