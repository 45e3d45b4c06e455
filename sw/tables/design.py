"""Designs: upsamplers written in one line.

A design is a list of stages with ``;`` between them. A stage is its scale, then its maps with ``|``
between them. A map is a sum of tables. A table is the name of a window, then the map that it reads
(``@1``; the default is map 0, the picture), then the levels of its grid (``:7``; the default is
9)::

    x2 S2 + S2t ; x2 S + D                         two ×2 stages of two tables each
    x1 S+D | S+D ; x2 S2:7 + S@1 + S@2 ; x2 S+D    a ×1 stage first, which computes two maps

All tables are on difference grids.
"""

import re

from sw.errors import BadInput
from sw.tables.grid import DifferenceGrid
from sw.tables.published import FAMILIES
from sw.tables.spec import Stage, Table, Taps, Upsampler

WINDOWS: dict[str, Taps] = {
    **FAMILIES,
    "S2": ((0, 0), (0, 1), (1, 0), (1, 1), (0, 2)),
    "S2t": ((0, 0), (1, 0), (0, 1), (1, 1), (2, 0)),
    "D": ((0, 0), (0, 2), (2, 0), (2, 2)),
    "Y": ((0, 0), (1, 1), (1, 2), (2, 1)),
    "T": ((0, 0), (1, 1), (-1, 1), (0, 2)),
}
"""Taps of each window by its name, the centre first."""

BREAKPOINTS = {
    5: (0, 32, 288),
    7: (0, 16, 80, 336),
    9: (0, 16, 48, 112, 368),
    11: (0, 8, 24, 56, 120, 376),
    13: (0, 8, 16, 32, 64, 128, 384),
}
"""Grid points from 0 up, by the number of levels."""

UNIT_BITS = -1
"""An entry of 1 is worth two grey levels. With one grey level some entries would be clipped at 127;
the mean of the four rotations still resolves half grey levels."""

FRAC_BITS = 4
"""More fraction bits gain 0.01 to 0.04 dB and need multipliers of twice the size."""

_TABLE = re.compile(r"(\w+?)(?:@(\d+))?(?::(\d+))?")


def parse(text: str, padding: str = "reflect", frac_bits: int = FRAC_BITS) -> Upsampler:
    """Make the upsampler that ``text`` describes, with all entries 0.

    Parameters
    ----------
    text : str
        A design.
    padding : str
        Padding of every stage.
    frac_bits : int
        Most bits that a fraction may have.

    Raises
    ------
    BadInput
        If ``text`` is not a design, or its stages do not make an upsampler.
    """
    stages = []
    for part in text.split(";"):
        match = re.fullmatch(r"\s*x(\d)\s+(.+?)\s*", part)
        if not match:
            raise BadInput(f"{part.strip()!r} is not a stage; write it like 'x2 S2 + S2t'")
        scale, maps = int(match[1]), match[2].split("|")
        tables = [
            _table(name.strip(), scale, target, frac_bits)
            for target, names in enumerate(maps)
            for name in names.split("+")
        ]
        stages.append(Stage(scale, padding, tables))
    return Upsampler(stages)


def _table(name: str, scale: int, target: int, frac_bits: int) -> Table:
    match = _TABLE.fullmatch(name)
    if not match:
        raise BadInput(f"{name!r} is not a table; write it like S, S2@1 or D:7")
    window, source, levels = match[1], int(match[2] or 0), int(match[3] or 9)
    if window not in WINDOWS:
        raise BadInput(f"{name}: the window is {window}; it must be one of {', '.join(WINDOWS)}")
    if levels not in BREAKPOINTS:
        choices = ", ".join(map(str, BREAKPOINTS))
        raise BadInput(f"{name}: the grid has {levels} levels; it must have one of {choices}")
    taps, grid = WINDOWS[window], DifferenceGrid(BREAKPOINTS[levels], UNIT_BITS, frac_bits)
    return Table.blank(taps, grid, scale, source, target)
