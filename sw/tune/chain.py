"""A chain of stages with real entries: what it makes of a picture, and the gradient of an error.

Between stages the maps are rounded and clipped as in the golden model; the gradient passes through
the rounding, and stops where clipping moved a sample.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from sw.fit import chain_passes
from sw.fit.lookups import LookupPlan, lookup_plan
from sw.golden import pad
from sw.tables.grid import DifferenceGrid
from sw.tables.spec import Stage, Table, Upsampler


class Group(NamedTuple):
    """Tables of a stage that are looked up at the same place.

    Parameters
    ----------
    tables : list of Table
    place : LookupPlan
    where : slice
        Of the vector of all entries: shape (rows, tables * r*r), row-major.
    """

    tables: list[Table]
    place: LookupPlan
    where: slice


class Trace(NamedTuple):
    """What a stage read and made, for the way back: padded maps, sums before rounding."""

    padded: list[np.ndarray]
    sums: np.ndarray


class Chain:
    """Stages of ``upsampler``; its entries are one vector, which the caller keeps.

    Parameters
    ----------
    upsampler : Upsampler
    """

    def __init__(self, upsampler: Upsampler) -> None:
        self.upsampler = upsampler
        self.groups: list[list[Group]] = []
        end = 0
        for stage in upsampler.stages:
            groups = []
            for tables in stage.groups:
                start, end = end, end + sum(table.entries.size for table in tables)
                groups.append(Group(tables, lookup_plan(tables), slice(start, end)))
            self.groups.append(groups)
        self.size = end

    def vector(self) -> np.ndarray:
        """Entries of the upsampler as a float32 vector."""
        out = np.empty(self.size, np.float32)
        for group in (group for groups in self.groups for group in groups):
            columns = [table.entries.reshape(table.rows, -1) for table in group.tables]
            out[group.where] = np.hstack(columns).ravel()
        return out

    def rounded(self, vector: np.ndarray) -> Upsampler:
        """The upsampler with the entries of ``vector``, rounded and clipped to int8."""
        whole = np.clip(np.rint(vector), -128, 127).astype(np.int8)
        made = {}
        for group in (group for groups in self.groups for group in groups):
            entries = whole[group.where].reshape(group.tables[0].rows, len(group.tables), -1)
            for t, table in enumerate(group.tables):
                made[id(table)] = replace(table, entries=entries[:, t].reshape(table.entries.shape))
        return Upsampler(
            tuple(
                replace(stage, tables=tuple(made[id(table)] for table in stage.tables))
                for stage in self.upsampler.stages
            )
        )

    def forward(self, lr: np.ndarray, vector: np.ndarray) -> tuple[np.ndarray, list[Trace]]:
        """The result for one colour ``lr``, uint8 (height, width), and a trace of each stage."""
        maps, traces = [lr], []
        for number in range(len(self.groups)):
            maps, trace = self.forward_stage(number, maps, vector)
            traces.append(trace)
        return maps[-1], traces

    def backward(
        self, gradient: np.ndarray, vector: np.ndarray, traces: Sequence[Trace]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Gradients of the entries and of the picture for ``gradient`` of the result: float32."""
        total, maps = np.zeros(self.size, np.float32), [gradient]
        for number, trace in reversed(list(enumerate(traces))):
            maps = self.backward_stage(number, maps, vector, trace, total)
        return total, maps[0]

    def forward_stage(
        self, number: int, maps: Sequence[np.ndarray], vector: np.ndarray
    ) -> tuple[list[np.ndarray], Trace]:
        """The maps that stage ``number`` (from 0) makes of ``maps``, and a trace."""
        stage = self.upsampler.stages[number]
        r, reach = stage.scale, stage.reach
        padded = [pad(each, reach, stage.padding) for each in maps]
        height, width = maps[0].shape
        sums = np.zeros((len(stage.maps), r * height, r * width), np.float32)
        for group in self.groups[number]:
            table = group.tables[0]
            entries = vector[group.where].reshape(table.rows, -1)
            chain_passes.forward(padded[table.source], reach, group.place, entries, r, sums)
        sums *= gains(stage)
        for own, tables in zip(sums, stage.maps, strict=True):
            if isinstance(tables[0].grid, DifferenceGrid):
                own += maps[0].repeat(r, axis=0).repeat(r, axis=1)
        made = list(np.clip(np.rint(sums), 0, 255).astype(np.uint8))
        return [maps[0], *made] if stage.passes_picture else made, Trace(padded, sums)

    def backward_stage(
        self,
        number: int,
        gradients: Sequence[np.ndarray],
        vector: np.ndarray,
        trace: Trace,
        total: np.ndarray,
    ) -> list[np.ndarray]:
        """Gradients of the maps that come into a stage, for ``gradients`` of those it makes.

        The entries' are added to ``total``.
        """
        stage = self.upsampler.stages[number]
        r, reach = stage.scale, stage.reach
        own = np.stack(gradients[-len(stage.maps) :])
        own[((trace.sums < 0) & (own > 0)) | ((trace.sums > 255) & (own < 0))] = 0
        into = [np.zeros(each.shape, np.float32) for each in trace.padded]
        inner = slice(reach, into[0].shape[0] - reach), slice(reach, into[0].shape[1] - reach)
        for each, tables in zip(own, stage.maps, strict=True):
            if isinstance(tables[0].grid, DifferenceGrid):
                height, width = into[0][inner].shape
                into[0][inner] += each.reshape(height, r, width, r).sum(axis=(1, 3))
        scaled = own * gains(stage)
        for group in self.groups[number]:
            table = group.tables[0]
            shape = table.rows, -1
            chain_passes.backward(
                trace.padded[table.source],
                reach,
                group.place,
                vector[group.where].reshape(shape),
                r,
                scaled,
                total[group.where].reshape(shape),
                into[table.source],
            )
        # Padding copies pixels of the border; what they would get is left out.
        maps = [each[inner] for each in into]
        if stage.passes_picture and len(gradients) > len(stage.maps):
            maps[0] = maps[0] + gradients[0]
        return maps


def gains(stage: Stage) -> np.ndarray:
    """Grey levels that an entry of each own map is worth, float32 of shape (maps, 1, 1)."""
    grids = [tables[0].grid for tables in stage.maps]
    shares = [grid.q / (1 << grid.sum_frac_bits) for grid in grids]
    return np.array(shares, np.float32)[:, None, None]
