"""Place the banks of the frame buffer on an ECP5-85F, away from the core."""

import re

BLOCK_RAM = "DP16KD"

COLUMNS = (4, 13, 22, 31, 40, 49, 58, 69, 78, 87, 96, 105, 114)
"""First column of each group of four block RAMs, two columns apart, in nextpnr's coordinates."""

NEAR, FAR = 46, (70, 82)
"""Rows of block RAMs that the banks use; row 22 is left to the core."""


def bank_sites() -> list[str]:
    """Block RAM sites in an order in which neighbours are at most 42 tiles apart.

    The order is a loop: from the middle of row ``NEAR`` to the left, to the right through both rows
    of ``FAR``, and back. The core is between the two ends.
    """
    middle = len(COLUMNS) // 2
    left, right = COLUMNS[:middle], COLUMNS[middle + 1 :]
    fours = [(NEAR, column) for column in reversed(left)]
    for n, column in enumerate(COLUMNS):
        fours += [(row, column) for row in (FAR if n % 2 == 0 else reversed(FAR))]
    fours += [(NEAR, column) for column in reversed(right)]
    return [f"X{column + 2 * n}/Y{row}/EBR{n}" for row, column in fours for n in range(4)]


def put_banks(module: dict, prefix: str) -> int:
    """Place the banks of a netlist in Yosys's JSON on :func:`bank_sites`, in their order.

    Banks are the block RAMs named ``prefix``, number of the bank, dot, anything. Returns how many
    there are; those beyond the last site are not placed.

    Raises
    ------
    KeyError
        If there is no such block RAM.
    """
    name = re.compile(re.escape(prefix) + r"(\d+)\.")
    banks = [
        (int(match[1]), cell)
        for cell_name, cell in module["cells"].items()
        if cell["type"] == BLOCK_RAM and (match := name.match(cell_name))
    ]
    if not banks:
        raise KeyError(prefix)
    in_order = [cell for _, cell in sorted(banks, key=lambda bank: bank[0])]
    for cell, site in zip(in_order, bank_sites(), strict=False):
        cell["attributes"]["BEL"] = site
    return len(banks)
