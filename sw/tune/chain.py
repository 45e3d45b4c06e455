"""A chain of stages with real entries: its forward pass over a picture, and its backward pass.

Between stages the maps are rounded and clipped as in the golden model. Backwards, the gradient
passes straight through the rounding, and is 0 where moving a sample would only be clipped away.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from sw.fit import passes
from sw.fit.lookups import LookupPlan, lookup_plan
from sw.golden import pad
from sw.tables.flat_sums import FlatConstraint, flat_sums
from sw.tables.grid import DifferenceGrid
from sw.tables.spec import Stage, Table, Upsampler


class Group(NamedTuple):
    """Tables of a stage that share their look-ups.

    Parameters
    ----------
    tables : tuple of Table
    plan : LookupPlan
    where : slice
        Their part of the vector of all entries, which has shape (rows, tables * r*r), row-major.
    """

    tables: tuple[Table, ...]
    plan: LookupPlan
    where: slice


class Trace(NamedTuple):
    """What the backward pass of a stage needs from its forward pass.

    Parameters
    ----------
    padded : list of ndarray of uint8
        The maps that the stage reads, padded by its reach.
    sums : ndarray of float32, shape (maps, r*height, r*width)
        The maps that it makes, before rounding and clipping, in grey levels.
    """

    padded: list[np.ndarray]
    sums: np.ndarray


class Chain:
    """The stages of ``upsampler``, with the entries of all tables in one vector.

    The object does not hold the vector: it is an argument of the methods, float32, of ``size``
    numbers.

    Parameters
    ----------
    upsampler : Upsampler
        The chain; its entries are only read by :meth:`vector`.

    Attributes
    ----------
    size : int
        Entries of all tables.
    flat : FlatConstraint
        Sums of entries that keep flat fields.
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
        self.flat = self._flat_constraint()

    def all_groups(self) -> Iterator[Group]:
        """The groups of all stages, in the order of the vector."""
        return (group for groups in self.groups for group in groups)

    def vector(self) -> np.ndarray:
        """Entries of the upsampler as a float32 vector."""
        vector = np.empty(self.size, np.float32)
        for group in self.all_groups():
            columns = [table.entries.reshape(table.rows, -1) for table in group.tables]
            vector[group.where] = np.hstack(columns).ravel()
        return vector

    def _flat_constraint(self) -> FlatConstraint:
        """What the vector must add up to so that the stages keep flat fields."""
        places = {}
        for group in self.all_groups():
            shape = group.tables[0].rows, len(group.tables), -1
            place = np.arange(group.where.start, group.where.stop).reshape(shape)
            for t, table in enumerate(group.tables):
                places[id(table)] = place[:, t]
        totals, members = [], []
        for number, stage in enumerate(self.upsampler.stages):
            for total, entries in flat_sums(stage, final=number == len(self.groups) - 1):
                totals.append(total)
                members.append(
                    np.array([places[id(stage.tables[t])][row, p] for t, row, p in entries])
                )
        return FlatConstraint(totals, members)

    def rounded(self, vector: np.ndarray) -> Upsampler:
        """The upsampler with the entries of ``vector``, rounded so that it keeps flat fields."""
        integers = self.flat.rounded(vector).astype(np.int8)
        rounded = {}
        for group in self.all_groups():
            entries = integers[group.where].reshape(group.tables[0].rows, len(group.tables), -1)
            for t, table in enumerate(group.tables):
                shaped = entries[:, t].reshape(table.entries.shape)
                rounded[id(table)] = replace(table, entries=shaped)
        return Upsampler(
            tuple(
                replace(stage, tables=tuple(rounded[id(table)] for table in stage.tables))
                for stage in self.upsampler.stages
            )
        )

    def forward(self, lr: np.ndarray, vector: np.ndarray) -> tuple[np.ndarray, list[Trace]]:
        """Enlarge one colour.

        Parameters
        ----------
        lr : ndarray of uint8, shape (height, width)
        vector : ndarray of float32

        Returns
        -------
        hr : ndarray of uint8
            ``scale`` times as high and wide.
        traces : list of Trace
            One for each stage, for :meth:`backward`.
        """
        maps, traces = [lr], []
        for number in range(len(self.groups)):
            maps, trace = self.forward_stage(number, maps, vector)
            traces.append(trace)
        return maps[-1], traces

    def backward(
        self, gradient: np.ndarray, vector: np.ndarray, traces: Sequence[Trace]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Gradients of the entries and of the LR picture, for the ``gradient`` of the result.

        All are float32; ``traces`` are those that :meth:`forward` returned.
        """
        total, maps = np.zeros(self.size, np.float32), [gradient]
        for number, trace in reversed(list(enumerate(traces))):
            maps = self.backward_stage(number, maps, vector, trace, total)
        return total, maps[0]

    def forward_stage(
        self, number: int, maps: Sequence[np.ndarray], vector: np.ndarray
    ) -> tuple[list[np.ndarray], Trace]:
        """The maps that stage ``number`` (from 0) makes from ``maps``, and a trace."""
        stage = self.upsampler.stages[number]
        r, reach = stage.scale, stage.reach
        padded = [pad(plane, reach, stage.padding) for plane in maps]
        height, width = maps[0].shape
        sums = np.zeros((len(stage.maps), r * height, r * width), np.float32)
        for group in self.groups[number]:
            table = group.tables[0]
            entries = vector[group.where].reshape(table.rows, -1)
            passes.add_lookups(padded[table.source], reach, group.plan, entries, r, sums)
        sums *= gains(stage)
        for own_sum, tables in zip(sums, stage.maps, strict=True):
            if isinstance(tables[0].grid, DifferenceGrid):
                own_sum += maps[0].repeat(r, axis=0).repeat(r, axis=1)
        own = list(np.clip(np.rint(sums), 0, 255).astype(np.uint8))
        return [maps[0], *own] if stage.passes_picture else own, Trace(padded, sums)

    def backward_stage(
        self,
        number: int,
        gradients: Sequence[np.ndarray],
        vector: np.ndarray,
        trace: Trace,
        total: np.ndarray,
    ) -> list[np.ndarray]:
        """Gradients of the maps that stage ``number`` reads, for ``gradients`` of those it makes.

        The gradient of the entries is added to ``total``, of the shape of ``vector``.
        """
        stage = self.upsampler.stages[number]
        r, reach = stage.scale, stage.reach
        own = np.stack(gradients[-len(stage.maps) :])
        own[((trace.sums < 0) & (own > 0)) | ((trace.sums > 255) & (own < 0))] = 0
        padded = [np.zeros(plane.shape, np.float32) for plane in trace.padded]
        inner = slice(reach, padded[0].shape[0] - reach), slice(reach, padded[0].shape[1] - reach)
        for gradient, tables in zip(own, stage.maps, strict=True):
            if isinstance(tables[0].grid, DifferenceGrid):
                height, width = padded[0][inner].shape
                padded[0][inner] += gradient.reshape(height, r, width, r).sum(axis=(1, 3))
        scaled = own * gains(stage)
        for group in self.groups[number]:
            table = group.tables[0]
            shape = table.rows, -1
            passes.add_gradients(
                trace.padded[table.source],
                reach,
                group.plan,
                vector[group.where].reshape(shape),
                r,
                scaled,
                total[group.where].reshape(shape),
                padded[table.source],
            )
        # Padding copies border pixels; the gradient of these copies is ignored.
        maps = [gradient[inner] for gradient in padded]
        if stage.passes_picture and len(gradients) > len(stage.maps):
            maps[0] = maps[0] + gradients[0]
        return maps


def gains(stage: Stage) -> np.ndarray:
    """Grey levels that one look-up adds for each unit of its entry: float32, (own maps, 1, 1)."""
    grids = [tables[0].grid for tables in stage.maps]
    levels = [grid.q / (1 << grid.sum_frac_bits) for grid in grids]
    return np.array(levels, np.float32)[:, None, None]
