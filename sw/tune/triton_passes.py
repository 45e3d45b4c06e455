"""The passes of :mod:`sw.tune.torch_passes` as kernels for a GPU, in Triton.

A program handles BLOCK pixels and all four rotations of a group of tables. The forward pass adds
the blocks of r×r numbers to pixels that no other program writes, so its sums do not depend on the
order. The backward pass adds to entries that many programs share, by atomic additions; their order
is chance, so the gradients of two runs differ in the last digits.
"""

import torch
import triton
import triton.language as tl

from sw.fit.lookups import AXIS_BITS
from sw.tune.torch_passes import TorchPlan

BLOCK = 64
"""Pixels that a program handles."""

COPIES = 32
"""Of the gradient of the entries: in flat areas all pixels add to the same few entries, and
additions to one address wait for one another."""

AXIS_MASK = tl.constexpr((1 << AXIS_BITS) - 1)
SHIFT = tl.constexpr(AXIS_BITS)


def add_lookups(
    padded: torch.Tensor,
    reach: int,
    plan: TorchPlan,
    entries: torch.Tensor,
    scale: int,
    out: torch.Tensor,
) -> None:
    """As :func:`sw.tune.torch_passes.add_lookups`; ``entries`` and ``out`` are contiguous."""
    pixels, arguments = _arguments(padded, reach, plan, entries, scale, out)
    _lookups[(triton.cdiv(pixels, BLOCK),)](entries, out, *arguments)


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
    """As :func:`sw.tune.torch_passes.add_gradients`.

    ``padded`` and ``in_gradient`` have the same strides; the others are contiguous.
    """
    pixels, arguments = _arguments(padded, reach, plan, entries, scale, out_gradient)
    copies = entry_gradient.new_zeros((COPIES, *entry_gradient.shape))
    _gradients[(triton.cdiv(pixels, BLOCK),)](
        entries, out_gradient, copies, in_gradient, plan.slope, entry_gradient.numel(), COPIES,
        *arguments,
    )  # fmt: skip
    entry_gradient += copies.sum(0)


def _arguments(
    padded: torch.Tensor,
    reach: int,
    plan: TorchPlan,
    entries: torch.Tensor,
    scale: int,
    out: torch.Tensor,
) -> tuple[int, tuple]:
    """Pixels of the batch, and the arguments that both kernels share."""
    batch, maps, height, width = out.shape
    height, width = height // scale, width // scale
    axes, values = plan.key.shape
    columns, pixels = entries.shape[1], batch * height * width
    return pixels, (
        padded, plan.offsets, plan.start, plan.key, plan.strides, plan.source, plan.targets,
        padded.stride(0), padded.stride(1), height, width, maps, pixels,
        reach, round(1 / plan.unit), axes, plan.first, values, columns,
        triton.next_power_of_2(columns), scale, BLOCK,
    )  # fmt: skip


@triton.jit
def _value(padded, place, centre, offsets, k, axis, pitch, first: tl.constexpr, axes: tl.constexpr):
    """What ``axis`` is addressed with, and the place of its tap."""
    offset = offsets + 2 * (k * (axes + first) + axis + first)
    tap = place + tl.load(offset) * pitch + tl.load(offset + 1)
    value = tl.load(padded + tap).to(tl.int32)
    return (value - centre + 255 if first else value), tap


@triton.jit
def _sort2(a, b):
    return tl.maximum(a, b), tl.minimum(a, b)


@triton.jit
def _sorted_keys(
    padded, place, centre, offsets, start, key, k, pitch,
    first: tl.constexpr, axes: tl.constexpr, values: tl.constexpr,
):  # fmt: skip
    """The row of the first vertex, and four keys in falling order; those of no axis come last."""
    row = tl.zeros_like(centre)
    a = row - 1
    b, c, d = a, a, a
    for axis in tl.static_range(axes):
        value, _ = _value(padded, place, centre, offsets, k, axis, pitch, first, axes)
        row += tl.load(start + axis * values + value).to(tl.int32)
        new = tl.load(key + axis * values + value).to(tl.int32)
        if axis == 0:
            a = new
        elif axis == 1:
            b = new
        elif axis == 2:
            c = new
        else:
            d = new
    a, b = _sort2(a, b)
    c, d = _sort2(c, d)
    a, c = _sort2(a, c)
    b, d = _sort2(b, d)
    b, c = _sort2(b, c)
    return row, a, b, c, d


@triton.jit
def _places(
    pitch, batch_pitch, height, width, maps, pixels, reach, targets,
    columns: tl.constexpr, columns2: tl.constexpr, scale: tl.constexpr, block: tl.constexpr,
):  # fmt: skip
    """Places of the pixels in ``padded``, and of their columns in ``out``; which of them exist."""
    pixel = tl.program_id(0) * block + tl.arange(0, block)
    inside = pixel < pixels
    number, rest = pixel // (height * width), pixel % (height * width)
    y, x = rest // width, rest % width
    place = number * batch_pitch + (y + reach) * pitch + x + reach
    column = tl.arange(0, columns2)
    used = column < columns
    target = tl.load(targets + column // (scale * scale), mask=used, other=0).to(tl.int32)
    row_of, column_of = column % (scale * scale) // scale, column % scale
    map_size, line = scale * scale * height * width, scale * width
    in_map = target * map_size + row_of * line + column_of
    first = number * maps * map_size + scale * y * line + scale * x
    both = inside[:, None] & used[None, :]
    return place, inside, column, first[:, None] + in_map[None, :], both


@triton.jit
def _lookups(
    entries, out, padded, offsets, start, key, strides, source, targets,
    batch_pitch, pitch, height, width, maps, pixels, reach,
    q: tl.constexpr, axes: tl.constexpr, first: tl.constexpr, values: tl.constexpr,
    columns: tl.constexpr, columns2: tl.constexpr, scale: tl.constexpr, block: tl.constexpr,
):  # fmt: skip
    place, inside, column, cells, both = _places(
        pitch, batch_pitch, height, width, maps, pixels, reach, targets,
        columns, columns2, scale, block,
    )  # fmt: skip
    place = tl.where(inside, place, reach * pitch + reach)
    centre = tl.load(padded + place).to(tl.int32)
    size: tl.constexpr = scale * scale
    total = tl.zeros((block, columns2), tl.float32)
    for k in range(4):
        turned = column // size * size + tl.load(source + k * size + column % size).to(tl.int32)
        row, a, b, c, d = _sorted_keys(
            padded, place, centre, offsets, start, key, k, pitch, first, axes, values
        )
        before = tl.full((block,), q, tl.int32)
        for j in tl.static_range(axes + 1):
            current = a if j == 0 else b if j == 1 else c if j == 2 else d
            fraction = current >> SHIFT if j < axes else tl.zeros_like(before)
            weight = (before - fraction).to(tl.float32) / q
            entry = tl.load(entries + row[:, None] * columns + turned[None, :], mask=both, other=0)
            total += weight[:, None] * entry
            before = fraction
            if j < axes:
                row += tl.load(strides + (current & AXIS_MASK)).to(tl.int32)
    tl.store(out + cells, tl.load(out + cells, mask=both) + total, mask=both)


@triton.jit
def _gradients(
    entries, out_gradient, copies, in_gradient, slope, size_of_copy, number_of_copies: tl.constexpr,
    padded, offsets, start, key, strides, source, targets,
    batch_pitch, pitch, height, width, maps, pixels, reach,
    q: tl.constexpr, axes: tl.constexpr, first: tl.constexpr, values: tl.constexpr,
    columns: tl.constexpr, columns2: tl.constexpr, scale: tl.constexpr, block: tl.constexpr,
):  # fmt: skip
    place, inside, column, cells, both = _places(
        pitch, batch_pitch, height, width, maps, pixels, reach, targets,
        columns, columns2, scale, block,
    )  # fmt: skip
    place = tl.where(inside, place, reach * pitch + reach)
    centre = tl.load(padded + place).to(tl.int32)
    size: tl.constexpr = scale * scale
    gradient = tl.load(out_gradient + cells, mask=both, other=0)
    entry_gradient = copies + tl.program_id(0) % number_of_copies * size_of_copy
    for k in range(4):
        turned = column // size * size + tl.load(source + k * size + column % size).to(tl.int32)
        row, a, b, c, d = _sorted_keys(
            padded, place, centre, offsets, start, key, k, pitch, first, axes, values
        )
        before = tl.full((block,), q, tl.int32)
        dot = tl.zeros((block,), tl.float32)
        for j in tl.static_range(axes + 1):
            current = a if j == 0 else b if j == 1 else c if j == 2 else d
            fraction = current >> SHIFT if j < axes else tl.zeros_like(before)
            weight = (before - fraction).to(tl.float32) / q
            cell = row[:, None] * columns + turned[None, :]
            entry = tl.load(entries + cell, mask=both, other=0)
            moved = both & (weight > 0)[:, None]
            tl.atomic_add(
                entry_gradient + cell, weight[:, None] * gradient, mask=moved, sem="relaxed"
            )
            last_dot = dot
            dot = tl.sum(entry * gradient, axis=1)
            if j > 0:
                # The step to this vertex went along the axis of the key before.
                past = a if j == 1 else b if j == 2 else c if j == 3 else d
                value, tap = _value(
                    padded, place, centre, offsets, k, past & AXIS_MASK, pitch, first, axes
                )
                change = (dot - last_dot) * tl.load(slope + value)
                tl.atomic_add(in_gradient + tap, change, mask=inside, sem="relaxed")
                if first:
                    tl.atomic_add(in_gradient + place, -change, mask=inside, sem="relaxed")
            before = fraction
            if j < axes:
                row += tl.load(strides + (current & AXIS_MASK)).to(tl.int32)
