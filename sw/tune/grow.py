"""A design that starts from the tables of a smaller one."""

import numpy as np

from sw.errors import BadInput
from sw.fit.resample import resample_differences
from sw.tables.grid import DifferenceGrid
from sw.tables.spec import Upsampler
from sw.tune.chain import Chain


def grow(chain: Chain, vector: np.ndarray, known: Upsampler) -> int:
    """Copy the entries of ``known`` into the tables of ``chain`` that it has too.

    Two tables match if stage, own map, source map and taps are equal; their grids may differ.
    If ``known`` has a map, the tables that ``chain`` adds to it become 0, so that the map stays as
    it is in ``known``. Maps that ``known`` does not have are not changed.

    Parameters
    ----------
    chain : Chain
    vector : ndarray of float32
        Entries of ``chain``; changed in place.
    known : Upsampler

    Returns
    -------
    int
        How many tables of ``chain`` have found a match.

    Raises
    ------
    BadInput
        If the scales of the stages differ, or ``known`` has a table on a uniform grid.
    """
    known_scales, scales = (
        " ".join(f"×{stage.scale}" for stage in upsampler.stages)
        for upsampler in (known, chain.upsampler)
    )
    if known_scales != scales:
        raise BadInput(
            f"--init: its stages are {known_scales}; they must be {scales} as in the design"
        )
    found = 0
    for groups, stage in zip(chain.groups, known.stages, strict=True):
        if not all(isinstance(table.grid, DifferenceGrid) for table in stage.tables):
            raise BadInput("--init: with --design, all its tables must have difference grids")
        unmatched = list(stage.tables)
        for group in groups:
            block = vector[group.where].reshape(group.tables[0].rows, len(group.tables), -1)
            for t, table in enumerate(group.tables):
                match = next(
                    (
                        other
                        for other in unmatched
                        if (other.target, other.source, other.taps)
                        == (table.target, table.source, table.taps)
                    ),
                    None,
                )
                if match:
                    unmatched.remove(match)
                    block[:, t] = resample_differences(match, table.grid)
                    found += 1
                elif any(other.target == table.target for other in stage.tables):
                    block[:, t] = 0
    return found
