"""Chains of stages written in a line.

A design is stages with ``;`` between them. A stage is its scale and its maps, with ``|`` between
them; a map is a sum of tables. A table is a window, the map it reads (``@1``; map 0, the picture,
if left out) and the levels of its grid (``:7``; 9 if left out)::

    x2 S2 + S2t ; x2 S + D              two ×2 stages of two tables each
    x1 S+D | S+D ; x2 S2:7 + S@1 + S@2 ; x2 S+D    two feature maps first
"""

import re

from sw.errors import BadInput
from sw.tables.grid import DifferenceGrid
from sw.tables.spec import Stage, Table, Taps, Upsampler

WINDOWS: dict[str, Taps] = {
    "V": ((0, 0), (0, 1)),
    "F": ((0, 0), (0, 1), (0, 2)),
    "S": ((0, 0), (0, 1), (1, 0), (1, 1)),
    "S2": ((0, 0), (0, 1), (1, 0), (1, 1), (0, 2)),
    "S2t": ((0, 0), (1, 0), (0, 1), (1, 1), (2, 0)),
    "D": ((0, 0), (0, 2), (2, 0), (2, 2)),
    "Y": ((0, 0), (1, 1), (1, 2), (2, 1)),
    "T": ((0, 0), (1, 1), (-1, 1), (0, 2)),
}
"""Names of windows: taps as offsets (dy, dx), the centre first."""

BREAKPOINTS = {
    5: (0, 32, 288),
    7: (0, 16, 80, 336),
    9: (0, 16, 48, 112, 368),
    11: (0, 8, 24, 56, 120, 376),
    13: (0, 8, 16, 32, 64, 128, 384),
}
"""Grid points from 0 up, by the levels of a table's axes."""

UNIT_BITS = -1
"""Entries count two grey levels: some would be clipped at 127 of one, and the mean of the rotations
has half-levels all the same."""

FRAC_BITS = 4
"""Fractions of more bits bring 0.01 to 0.04 dB, and products of twice the size."""

_TABLE = re.compile(r"(\w+?)(?:@(\d+))?(?::(\d+))?")


def parse(text: str, padding: str = "reflect", frac_bits: int = FRAC_BITS) -> Upsampler:
    """The upsampler that ``text`` describes, with all entries 0.

    Fractions have ``frac_bits`` bits at most.

    Raises
    ------
    BadInput
        If it is no design, or describes no upsampler.
    """
    stages = []
    for part in text.split(";"):
        match = re.fullmatch(r"\s*x(\d)\s+(.+?)\s*", part)
        if not match:
            raise BadInput(f"{part.strip()!r} is no stage; one like 'x2 S2 + S2t' is accepted")
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
        raise BadInput(f"{name!r} is no table; one like S, S2@1 or D:7 is accepted")
    window, source, levels = match[1], int(match[2] or 0), int(match[3] or 9)
    if window not in WINDOWS:
        raise BadInput(f"{name}: the windows are {', '.join(WINDOWS)}")
    if levels not in BREAKPOINTS:
        listed = ", ".join(map(str, BREAKPOINTS))
        raise BadInput(f"{name}: grids of {listed} levels are accepted")
    taps, grid = WINDOWS[window], DifferenceGrid(BREAKPOINTS[levels], UNIT_BITS, frac_bits)
    return Table.blank(taps, grid, scale, source, target)
