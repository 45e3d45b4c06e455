"""Passes over the look-ups of a batch of maps, forwards and backwards, in PyTorch.

The functions are those of :mod:`sw.fit.passes` of the same names, for a batch on any device. They
share these arguments:

padded : Tensor of uint8, shape (batch, height + 2*reach, width + 2*reach)
    The map to read, of all crops.
plan : TorchPlan
    Addressing of a group of tables.
entries : Tensor of float32, shape (rows, tables * r*r)
    Entries of the group, side by side.
out : Tensor of float32, shape (batch, maps, r*height, r*width)
"""

from typing import NamedTuple, Self

import torch

from sw.fit.lookups import AXIS_BITS, LookupPlan


class TorchPlan(NamedTuple):
    """A :class:`LookupPlan` on a device.

    Parameters
    ----------
    taps : tuple of tuple of (int, int)
        Window offsets (dy, dx) for each of the four rotations.
    offsets : Tensor of int64, shape (4, n, 2)
        The same.
    first, unit
        As in :class:`LookupPlan`.
    start, key : Tensor of int64, shape (axes, values)
    slope : Tensor of float32, shape (values,)
    strides : Tensor of int64, shape (axes,)
    source : Tensor of int64, shape (4, r*r)
    targets : Tensor of int64, shape (tables,)
    """

    taps: tuple[tuple[tuple[int, int], ...], ...]
    offsets: torch.Tensor
    first: int
    unit: float
    start: torch.Tensor
    key: torch.Tensor
    slope: torch.Tensor
    strides: torch.Tensor
    source: torch.Tensor
    targets: torch.Tensor

    @classmethod
    def of(cls, plan: LookupPlan, device: torch.device) -> Self:
        """``plan`` on ``device``."""
        taps = tuple(tuple((int(dy), int(dx)) for dy, dx in window) for window in plan.taps)
        whole = (plan.taps, plan.start, plan.key, plan.strides, plan.source, plan.targets)
        offsets, start, key, strides, source, targets = (
            torch.as_tensor(values, dtype=torch.int64, device=device) for values in whole
        )
        slope = torch.as_tensor(plan.slope, device=device)
        unit = float(plan.unit)
        return cls(taps, offsets, plan.first, unit, start, key, slope, strides, source, targets)


def _window(padded: torch.Tensor, reach: int, tap: tuple[int, int]) -> torch.Tensor:
    """The values of ``tap`` of all pixels, a view: (batch, height, width)."""
    height, width = (side - 2 * reach for side in padded.shape[1:])
    y, x = reach + tap[0], reach + tap[1]
    return padded[:, y : y + height, x : x + width]


def _values(padded: torch.Tensor, reach: int, plan: TorchPlan, k: int) -> list[torch.Tensor]:
    """What the axes are addressed with in rotation ``k``: int64, (batch * height * width,)."""
    taps = [_window(padded, reach, tap).reshape(-1).long() for tap in plan.taps[k]]
    return [tap - taps[0] + 255 for tap in taps[1:]] if plan.first else taps


def _vertices(
    values: list[torch.Tensor], plan: TorchPlan
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Rows and weights of the vertices, and the axes in the order of falling fraction.

    Rows and weights have the shape (axes + 1, pixels), the axes (axes, pixels).
    """
    keys = torch.stack([key[value] for key, value in zip(plan.key, values, strict=True)])
    keys = keys.sort(dim=0, descending=True).values
    axis, fraction = keys & ((1 << AXIS_BITS) - 1), keys >> AXIS_BITS
    base = sum(start[value] for start, value in zip(plan.start, values, strict=True))
    rows = torch.cat([base[None], plan.strides[axis]]).cumsum(dim=0)
    whole = torch.full_like(base, round(1 / plan.unit))[None]
    edges = torch.cat([whole, fraction, torch.zeros_like(whole)])
    return rows, (edges[:-1] - edges[1:]) * plan.unit, axis


def add_lookups(
    padded: torch.Tensor,
    reach: int,
    plan: TorchPlan,
    entries: torch.Tensor,
    scale: int,
    out: torch.Tensor,
) -> None:
    """Add the look-ups of all rotations to ``out``."""
    total, tables = 0, len(plan.targets)
    for k in range(4):
        rows, weights, _ = _vertices(_values(padded, reach, plan, k), plan)
        block = sum(w[:, None] * entries[row] for row, w in zip(rows, weights, strict=True))
        total = total + block.unflatten(1, (tables, -1))[..., plan.source[k]]
    batch, _, height, width = out.shape
    cells = total.view(batch, height // scale, width // scale, tables, scale, scale)
    enlarged = cells.permute(0, 3, 1, 4, 2, 5).reshape(batch, tables, height, width)
    out.index_add_(1, plan.targets, enlarged)


def add_gradients(
    padded: torch.Tensor,
    reach: int,
    plan: TorchPlan,
    entries: torch.Tensor,
    scale: int,
    out_gradient: torch.Tensor,
    entry_gradient: torch.Tensor,
    in_gradient: torch.Tensor,
) -> None:
    """The backward pass of :func:`add_lookups`: adds to ``entry_gradient`` and ``in_gradient``.

    ``in_gradient`` is float32 and has the shape of ``padded``.
    """
    batch, _, height, width = out_gradient.shape
    tables, cell = len(plan.targets), (height // scale, scale, width // scale, scale)
    cells = out_gradient[:, plan.targets].view(batch, tables, *cell).permute(0, 2, 4, 1, 3, 5)
    cells = cells.reshape(-1, tables, scale * scale)
    for k in range(4):
        values = _values(padded, reach, plan, k)
        rows, weights, axis = _vertices(values, plan)
        block = cells[..., plan.source[k].argsort()].flatten(1)
        dots = torch.stack([(entries[row] * block).sum(1) for row in rows])
        for row, weight in zip(rows, weights, strict=True):
            entry_gradient.index_add_(0, row, weight[:, None] * block)
        slopes = torch.zeros_like(dots[1:]).scatter_(0, axis, dots[1:] - dots[:-1])
        for tap, value, slope in zip(plan.taps[k][plan.first :], values, slopes, strict=True):
            window = _window(in_gradient, reach, tap)
            change = (slope * plan.slope[value]).view(window.shape)
            window += change
            if plan.first:
                _window(in_gradient, reach, plan.taps[k][0]).sub_(change)
