"""A design that starts from a smaller one's tables."""

import numpy as np

from sw.errors import BadInput
from sw.fit.resample import interpolate
from sw.tables.grid import DifferenceGrid
from sw.tables.spec import Table, Upsampler
from sw.tune.chain import Chain


def grow(chain: Chain, vector: np.ndarray, known: Upsampler) -> int:
    """Give tables of ``chain`` in ``vector`` the entries that ``known`` has for them.

    A table is known by its stage, its map, the map it reads and its taps; its grid may be another.
    Other tables of a map that has a known one become 0, so that what the map was is not disturbed;
    maps without one stay as they are.

    Returns
    -------
    int
        How many tables have found theirs.

    Raises
    ------
    BadInput
        If the stages are not of the same scales, or a table of ``known`` is none of differences.
    """
    scales, asked = ([s.scale for s in each.stages] for each in (known, chain.upsampler))
    if scales != asked:
        shown, wanted = (" ".join(f"×{scale}" for scale in each) for each in (scales, asked))
        raise BadInput(f"--init: its stages are {shown}, those of the design {wanted}")
    found = 0
    for groups, stage in zip(chain.groups, known.stages, strict=True):
        if not all(isinstance(table.grid, DifferenceGrid) for table in stage.tables):
            raise BadInput("--init: with a design, a table of difference grids is accepted")
        waiting = list(stage.tables)
        for group in groups:
            block = vector[group.where].reshape(group.tables[0].rows, len(group.tables), -1)
            for t, table in enumerate(group.tables):
                own = table.target, table.source, table.taps
                same = [e for e in waiting if (e.target, e.source, e.taps) == own]
                if same:
                    waiting = [each for each in waiting if each is not same[0]]
                    block[:, t] = resampled(same[0], table.grid)
                    found += 1
                elif any(each.target == table.target for each in stage.tables):
                    block[:, t] = 0
    return found


def resampled(table: Table, grid: DifferenceGrid) -> np.ndarray:
    """Entries on ``grid`` that mean what those of ``table`` do.

    Exact at its own points, and between them where an axis keeps its points; past its last points
    the table goes on as straight.

    Returns
    -------
    ndarray of float, shape (rows, r*r), in units of ``grid``, within the range of an int8
    """
    old, new = np.array(table.grid.points), np.array(grid.points)
    segment = np.clip(np.searchsorted(old, new, side="right") - 1, 0, len(old) - 2)
    fraction = (new - old[segment]) / np.diff(old)[segment]
    which = np.indices((grid.levels,) * table.axes).reshape(table.axes, -1)
    entries = table.entries.reshape(table.rows, -1).astype(float)
    values = interpolate(entries, table.grid.levels, segment[which], fraction[which])
    return np.clip(values * 2.0 ** (grid.unit_bits - table.grid.unit_bits), -128, 127)
