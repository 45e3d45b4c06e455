"""How a table lies in memory banks so that one clock reads a whole look-up.

The n+1 vertices of a look-up lie on a path on which each step adds 1 to one coordinate, so their
coordinate sums are n+1 numbers in a row. With ``bank = sum mod (n+1)`` they lie in n+1 different
banks, whatever the path: no conflict, no second copy. Within a bank the other coordinates and the
last one divided by n+1 tell the entries apart.
"""

import numpy as np

from sw.spec import Table


def banks(table: Table) -> int:
    """Banks of ``table``, one for each vertex of a look-up."""
    return table.axes + 1


def last_levels(table: Table) -> int:
    """Rows of a bank for each choice of all coordinates but the last."""
    return -(-table.grid.levels // banks(table))


def depth(table: Table) -> int:
    """Rows of each bank; a few at the end of each run of the last coordinate stay unused."""
    return table.grid.levels ** (table.axes - 1) * last_levels(table)


def locate(table: Table, coordinates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bank and row of grid points, ``coordinates`` being of shape (n, …)."""
    bank = coordinates.sum(axis=0) % banks(table)
    row = np.zeros_like(coordinates[0])
    for coordinate in coordinates[:-1]:
        row = row * table.grid.levels + coordinate
    return bank, row * last_levels(table) + coordinates[-1] // banks(table)


def contents(table: Table) -> np.ndarray:
    """Entries by bank and row: int8, shape (banks, depth, r*r); unused rows are 0."""
    n = table.axes
    points = np.indices((table.grid.levels,) * n).reshape(n, -1)
    out = np.zeros((banks(table), depth(table), table.scale**2), np.int8)
    out[locate(table, points)] = table.entries.reshape(table.rows, -1)
    return out
