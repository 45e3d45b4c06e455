"""Where the frame buffer's banks lie on an ECP5-85F, so that the core has a place of its own."""

import re

BLOCK_RAM = "DP16KD"

COLUMNS = (4, 13, 22, 31, 40, 49, 58, 69, 78, 87, 96, 105, 114)
"""Where four block RAMs side by side begin, as nextpnr counts; two columns from one to the next."""

NEAR, FAR = 46, (70, 82)
"""Rows of block RAMs below row 22, which is left to the core."""


def way() -> list[str]:
    """Block RAMs, each within 42 tiles of the one before it, and the last one of the first.

    From the middle of row ``NEAR`` to the left, then to the right through both rows of ``FAR``, and
    back. The core's middle lies between the ends.
    """
    middle = len(COLUMNS) // 2
    left, right = COLUMNS[:middle], COLUMNS[middle + 1 :]
    fours = [(NEAR, column) for column in reversed(left)]
    for n, column in enumerate(COLUMNS):
        fours += [(row, column) for row in (FAR if n % 2 == 0 else reversed(FAR))]
    fours += [(NEAR, column) for column in reversed(right)]
    return [f"X{column + 2 * n}/Y{row}/EBR{n}" for row, column in fours for n in range(4)]


def put_banks(module: dict, prefix: str) -> int:
    """Place block RAMs of a netlist in Yosys's JSON along the ``way``, in the order of their banks.

    Those whose names are ``prefix``, the bank's number, and more after a dot. Returns how many
    these are; what the way has no place for stays free.

    Raises
    ------
    KeyError
        If there is none.
    """
    name = re.compile(re.escape(prefix) + r"(\d+)\.")
    banks = [
        (int(found[1]), cell)
        for each, cell in module["cells"].items()
        if cell["type"] == BLOCK_RAM and (found := name.match(each))
    ]
    if not banks:
        raise KeyError(prefix)
    in_order = [cell for _, cell in sorted(banks, key=lambda bank: bank[0])]
    for cell, place in zip(in_order, way(), strict=False):
        cell["attributes"]["BEL"] = place
    return len(banks)
