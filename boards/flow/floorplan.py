"""Place the banks of the frame buffer on an ECP5-85F, away from the core."""

import re

BLOCK_RAM = "DP16KD"

COLUMNS = (4, 13, 22, 31, 40, 49, 58, 69, 78, 87, 96, 105, 114)
"""First column of each group of four block RAMs, two columns apart, in nextpnr's coordinates."""

NEAR, FAR = 46, (70, 82)
"""Rows of block RAMs for the banks; row 22 is left to the core."""


def bank_sites() -> list[str]:
    """Block RAM sites in an order in which neighbours are at most 42 tiles apart.

    The order is a loop: from the middle of row ``NEAR`` to the left, to the right through both rows
    of ``FAR``, and back to the middle. So the first and the last site are neighbours too, and the
    middle of the core lies between them.
    """
    middle = len(COLUMNS) // 2
    left, right = COLUMNS[:middle], COLUMNS[middle + 1 :]
    groups = [(NEAR, column) for column in reversed(left)]
    for n, column in enumerate(COLUMNS):
        groups += [(row, column) for row in (FAR if n % 2 == 0 else reversed(FAR))]
    groups += [(NEAR, column) for column in reversed(right)]
    return [f"X{column + 2 * n}/Y{row}/EBR{n}" for row, column in groups for n in range(4)]


def put_banks(module: dict, prefix: str) -> int:
    """Place the block RAMs of the banks on :func:`bank_sites`, in the order of the banks.

    Parameters
    ----------
    module : dict
        The top module of a netlist in Yosys's JSON; changed in place.
    prefix : str
        The block RAMs of bank 3 have names that start with ``prefix``, "3" and a dot.

    Returns
    -------
    int
        Number of block RAMs. Those beyond the last site are not placed.

    Raises
    ------
    KeyError
        If there is no such block RAM.
    """
    name = re.compile(re.escape(prefix) + r"(\d+)\.")
    numbered = [
        (int(match[1]), cell)
        for cell_name, cell in module["cells"].items()
        if cell["type"] == BLOCK_RAM and (match := name.match(cell_name))
    ]
    if not numbered:
        raise KeyError(prefix)
    cells = [cell for _, cell in sorted(numbered, key=lambda pair: pair[0])]
    for cell, site in zip(cells, bank_sites(), strict=False):
        cell["attributes"]["BEL"] = site
    return len(cells)
