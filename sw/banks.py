"""How a table lies in memory banks so that one clock reads a whole look-up.

The n+1 vertices of a look-up lie on a path on which each step adds 1 to one coordinate, so their
coordinate sums are n+1 numbers in a row. With ``bank = sum mod (n+1)`` they lie in n+1 different
banks, whatever the path: no conflict, no second copy.

Within a bank the other coordinates and the last one divided by n+1 tell the entries apart. That
would leave rows unused where n+1 does not divide the levels; so the last coordinates that are left
over each have a smaller table of the other coordinates behind it, laid out alike.
"""

import numpy as np

from sw.spec import Table


def banks(table: Table) -> int:
    """Banks of ``table``, one for each vertex of a look-up."""
    return table.axes + 1


def rows(levels: int, axes: int, count: int) -> int:
    """Rows of each of ``count`` banks for points of so many axes."""
    if axes == 1:
        return -(-levels // count)
    whole, rest = divmod(levels, count)
    return levels ** (axes - 1) * whole + rest * rows(levels, axes - 1, count)


def depth(table: Table) -> int:
    """Rows of each bank of ``table``; few of them stay unused."""
    return rows(table.grid.levels, table.axes, banks(table))


def locate(table: Table, coordinates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bank and row of grid points, ``coordinates`` being of shape (n, …)."""
    bank = coordinates.sum(axis=0) % banks(table)
    return bank, _row(coordinates, table.grid.levels, banks(table))


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
