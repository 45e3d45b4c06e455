"""What the entries of a table must add up to so that flat fields keep their grey level.

On a flat field all taps are equal, so a look-up reads few of a table's entries. On a difference
grid it reads the centre alone, where all differences are 0. On a uniform grid it interpolates
between two points of the diagonal. The four rotations add up the entries of a block in groups
(:func:`sw.tables.rotation.orbits`). A stage therefore keeps every level if, in each group of
positions,

- at the centre of a difference grid, four look-ups into all tables of the map add up to 0;
- at each point of the diagonal of a uniform grid, they add up to the grey level of the point.

This is asked of the picture that a stage passes on, and of the result. The other maps of a stage
are free: a table that reads one of them looks at its differences.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from sw.tables.grid import DifferenceGrid
from sw.tables.rotation import ROTATIONS, orbits
from sw.tables.spec import Stage, Upsampler

LOW, HIGH = -128, 127
"""Range of an entry."""


class FlatSum(NamedTuple):
    """Entries of a stage that must add up to ``total``.

    Parameters
    ----------
    total : float
        No integers add up to it if it is not a whole number. Such a stage cannot keep the level.
    members : ndarray of int, shape (entries, 3)
        For each entry: number of the table in the stage, row, and row-major position in the block.
    """

    total: float
    members: np.ndarray


def flat_sums(stage: Stage, *, final: bool) -> list[FlatSum]:
    """What the entries of ``stage`` must add up to so that it keeps flat fields.

    Parameters
    ----------
    stage : Stage
    final : bool
        Whether it is the last stage of its upsampler.

    Returns
    -------
    list of FlatSum
        No entry is in two of them. Empty if the stage passes the picture on unchanged. Empty too
        if a table on a uniform grid reads another map than the picture: the level of that map on a
        flat field depends on the stages before.
    """
    if stage.passes_picture and not final:
        return []
    numbers = [t for t, table in enumerate(stage.tables) if table.target == 0]
    tables = [stage.tables[t] for t in numbers]
    grid = tables[0].grid
    if isinstance(grid, DifferenceGrid):
        points = {0: [table.grid.levels // 2 for table in tables]}
    elif any(table.source for table in tables):
        return []
    else:
        points = {grid.q * point: [point] * len(tables) for point in range(grid.levels)}
    return [
        FlatSum(
            level * len(group) / ROTATIONS,
            np.array(
                [
                    (number, point * sum(table.strides), position)
                    for number, table, point in zip(numbers, tables, points_of, strict=True)
                    for position in group
                ]
            ),
        )
        for level, points_of in points.items()
        for group in orbits(stage.scale)
    ]


class FlatConstraint:
    """Sums of numbers in a vector, which are to be kept.

    Parameters
    ----------
    totals : sequence of float
    members : sequence of ndarray of int
        For each sum, the places of its numbers in the vector. No place is in two of them.
    """

    def __init__(self, totals: Sequence[float], members: Sequence[np.ndarray]) -> None:
        self.pairs = list(zip(totals, members, strict=True))

    @classmethod
    def of_stage(cls, stage: Stage, *, final: bool) -> "FlatConstraint":
        """The constraint for the entries of all tables of ``stage``, row-major, one after another.

        ``final`` is as for :func:`flat_sums`.
        """
        starts = np.cumsum([0, *(table.entries.size for table in stage.tables)])
        sums = flat_sums(stage, final=final)
        members = [
            starts[table] + stage.scale**2 * row + position
            for table, row, position in (members.T for _, members in sums)
        ]
        return cls([total for total, _ in sums], members)

    def project(self, vector: np.ndarray) -> None:
        """Move ``vector``, real numbers, to the nearest one with the right sums; in place."""
        for total, members in self.pairs:
            vector[members] += (total - vector[members].sum(dtype=float)) / len(members)

    def free(self, direction: np.ndarray) -> None:
        """Take from ``direction`` what would change the sums; in place."""
        for _, members in self.pairs:
            direction[members] -= direction[members].mean()

    def rounded(self, vector: np.ndarray) -> np.ndarray:
        """Integers -128…127 near ``vector`` with the right sums, of the dtype of ``vector``.

        All numbers are rounded to the nearest integer. Where a sum is wrong then, the numbers that
        rounding has moved the furthest in that direction are moved back by one.
        """
        vector = vector.copy()
        self.project(vector)
        integers = np.clip(np.rint(vector), LOW, HIGH)
        for total, members in self.pairs:
            missing = round(total - integers[members].sum(dtype=float))
            step = int(np.sign(missing))
            while missing:
                # More than one round is needed only where numbers are clipped.
                movable = members[integers[members] != (HIGH if step > 0 else LOW)]
                lost = step * (vector[movable] - integers[movable])
                moved = movable[np.argsort(-lost, kind="stable")[: abs(missing)]]
                if not moved.size:
                    break
                integers[moved] += step
                missing -= step * moved.size
        return integers

    def held(self, size: int) -> np.ndarray:
        """Which numbers of a vector of ``size`` are in a sum: bool."""
        held = np.zeros(size, bool)
        for _, members in self.pairs:
            held[members] = True
        return held


def flattened(upsampler: Upsampler) -> Upsampler:
    """``upsampler`` with the entries moved that keep it from keeping flat fields, no others."""
    stages, last = [], len(upsampler.stages) - 1
    for number, stage in enumerate(upsampler.stages):
        vector = np.concatenate([table.entries.ravel() for table in stage.tables]).astype(float)
        constraint = FlatConstraint.of_stage(stage, final=number == last)
        integers = constraint.rounded(vector).astype(np.int8)
        parts = np.split(integers, np.cumsum([table.entries.size for table in stage.tables])[:-1])
        tables = [
            replace(table, entries=part.reshape(table.entries.shape))
            for table, part in zip(stage.tables, parts, strict=True)
        ]
        stages.append(replace(stage, tables=tuple(tables)))
    return Upsampler(tuple(stages))
