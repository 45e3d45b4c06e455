"""The ``.npy`` layouts in which SR-LUT tables are published (Jo and Kim, CVPR 2021).

Such a file holds one int8 array of shape (entries, r*r) or (entries, 1, r, r) and nothing else: it
does not say which taps and which grid it is for, so these are recognised by the number of entries.
The method is one stage with one table on a uniform grid and reflect padding.
"""

from math import isqrt

import numpy as np

from sw.errors import BadInput
from sw.tables.grid import UniformGrid
from sw.tables.spec import Stage, Table, Taps, Upsampler

FAMILIES: dict[str, Taps] = {
    "S": ((0, 0), (0, 1), (1, 0), (1, 1)),
    "F": ((0, 0), (0, 1), (0, 2)),
    "V": ((0, 0), (0, 1)),
}
"""Taps of the published families of tables."""

# V is published without interpolation only. At other steps it must be asked for by name, because
# 81 entries fit S at step 128 as well as V at step 32.
RECOGNISED_FRAC_BITS = {"S": range(3, 9), "F": range(3, 9), "V": range(1)}


def from_array(entries: np.ndarray, family: str | None = None) -> Upsampler:
    """Make the upsampler of a published array.

    Parameters
    ----------
    entries : ndarray of int8, shape (levels**n, r*r) or (levels**n, 1, r, r)
        The content of the file.
    family : str, optional
        A key of ``FAMILIES``; recognised from the number of entries if left out.

    Raises
    ------
    BadInput
        If dtype or shape is wrong, or no family has so many entries.
    """
    if entries.dtype != np.int8:
        raise BadInput(f"entries are {entries.dtype}; they must be int8")
    rows = entries.shape[0] if entries.ndim else 0
    scale = isqrt(entries.size // rows) if rows else 0
    flat, block = (rows, scale * scale), (rows, 1, scale, scale)
    if not 2 <= scale <= 4 or entries.shape not in (flat, block):
        raise BadInput(
            f"shape {entries.shape} is not a published layout; it must be (entries, r*r) or "
            "(entries, 1, r, r) with r = 2, 3 or 4"
        )
    taps, grid = _recognise(rows, family)
    shape = Table.blank(taps, grid, scale).entries.shape
    table = Table(taps, grid, entries.reshape(shape))
    return Upsampler((Stage(scale, "reflect", (table,)),))


def _recognise(rows: int, family: str | None) -> tuple[Taps, UniformGrid]:
    choices = {family: range(9)} if family else RECOGNISED_FRAC_BITS
    for name, frac_bits in choices.items():
        for bits in frac_bits:
            grid = UniformGrid(bits)
            if grid.levels ** len(FAMILIES[name]) == rows:
                return FAMILIES[name], grid
    if family:
        counts = [UniformGrid(bits).levels ** len(FAMILIES[family]) for bits in reversed(range(9))]
        raise BadInput(
            f"a table of family {family} has {rows} entries; it must have "
            f"{', '.join(map(str, counts[:-1]))} or {counts[-1]}"
        )
    raise BadInput(
        f"{rows} entries fit no published table; S and F at steps 8 to 256 and V at step 1 are "
        "recognised (S at step 16 has 83521 entries), and --family names the family of others"
    )


def is_published_layout(upsampler: Upsampler) -> bool:
    """Whether an ``.npy`` can hold ``upsampler``: one table of a family, reflect padding."""
    stage = upsampler.stages[0]
    table = stage.tables[0]
    return (
        len(upsampler.stages) == len(stage.tables) == 1
        and isinstance(table.grid, UniformGrid)
        and table.taps in FAMILIES.values()
        and stage.padding == "reflect"
    )


def to_array(upsampler: Upsampler) -> np.ndarray:
    """The published array of ``upsampler``, which has such a layout: int8, (entries, r*r)."""
    table = upsampler.stages[0].tables[0]
    return table.entries.reshape(table.rows, -1)
