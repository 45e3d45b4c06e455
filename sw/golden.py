"""The golden model: the upsampler's arithmetic in integers, one function for each hardware block.

A look-up, for each pixel, colour, table and rotation::

    windows ─► split ─► sort ─┬─► vertices ─► fetch ─► weigh ─► rotate_back ─► accumulate
                              └─► weights ─────────────┘                          │
    HR picture ◄─ round_clip ◄────────────────────────────────────────────────────┘

:func:`upscale` runs it over a picture, tile by tile, so that a tile's intermediates stay in the
cache. Arrays of a look-up have the tap or vertex as the first axis and the tile's pixels,
flattened, as the second.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache

import numpy as np

from sw.tables.grid import DifferenceGrid, Grid, UniformGrid
from sw.tables.rotation import ROTATIONS, rotate_taps
from sw.tables.spec import Stage, Table, Taps, Upsampler

TILE = 1 << 17
"""Numbers in the blocks worked on at a time: 8192 LR pixels at ×4, about 1.5 MB with four taps."""

SORT_NETWORK = {
    1: (),
    2: ((0, 1),),
    3: ((0, 1), (1, 2), (0, 1)),
    4: ((0, 1), (2, 3), (0, 2), (1, 3), (1, 2)),
}
"""Compare-exchanges that bring n fractions into falling order: the larger one goes first."""


def pad(plane: np.ndarray, reach: int, padding: str) -> np.ndarray:
    """``plane`` (height × width) with ``reach`` more pixels on each of its four sides.

    ``reflect`` mirrors without repeating the edge: … c b | a b c … A side shorter than the reach
    is mirrored again and again; a side of one pixel has nothing to mirror and repeats that pixel.
    ``edge`` repeats the edge pixel.
    """
    return np.pad(plane, reach, mode=padding)


def windows(padded: np.ndarray, taps: Taps, reach: int) -> np.ndarray:
    """Tap values of every pixel of a tile that comes with ``reach`` pixels around it.

    Returns uint8, shape (n, pixels).
    """
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    return np.stack(
        [
            padded[reach + dy : reach + dy + height, reach + dx : reach + dx + width].ravel()
            for dy, dx in taps
        ]
    )


def split(taps: np.ndarray, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Index on the grid and fraction 0…q-1 for every axis of the table: uint8, (axes, pixels).

    On a uniform grid each tap has an axis. On a difference grid each but the first has, for its
    difference from the first; the fraction counts in whole q-ths of the segment.
    """
    if isinstance(grid, UniformGrid):
        return taps >> grid.frac_bits, taps & np.uint8(grid.q - 1)
    index_of, fraction_of = _segments(grid)
    difference = taps[1:].astype(np.int16) - taps[0] + 255
    return index_of.take(difference), fraction_of.take(difference)


@cache
def _segments(grid: DifferenceGrid) -> tuple[np.ndarray, np.ndarray]:
    """Index and fraction of each difference from -255 on."""
    difference = np.arange(-255, 256)
    index = np.searchsorted(grid.points, difference, side="right") - 1
    widths, points = np.array(grid.widths), np.array(grid.points)
    fraction = (difference - points[index]) * grid.q // widths[index]
    return index.astype(np.uint8), fraction.astype(np.uint8)


def sort(fraction: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Taps by falling fraction: which tap (uint16) and its fraction (uint16), shape (n, pixels).

    Equal fractions may come in any order: the vertex between them gets weight 0. Here the later
    tap comes first.
    """
    # The tap's number rides in two low bits, so that a compare-exchange moves both at once.
    number = np.arange(len(fraction), dtype=np.uint16)[:, None]
    key = list(fraction.astype(np.uint16) << 2 | number)
    for a, b in SORT_NETWORK[len(key)]:
        key[a], key[b] = np.maximum(key[a], key[b]), np.minimum(key[a], key[b])
    keys = np.stack(key)
    return keys & 3, keys >> 2


def weights(fraction_sorted: np.ndarray, q: int, dtype: np.dtype) -> np.ndarray:
    """Weights of the n+1 vertices, none negative, summing to q: ``dtype``, shape (n+1, pixels)."""
    edges = np.empty((len(fraction_sorted) + 2, fraction_sorted.shape[1]), dtype)
    edges[0], edges[1:-1], edges[-1] = q, fraction_sorted, 0
    return edges[:-1] - edges[1:]


def vertices(index: np.ndarray, order: np.ndarray, strides: tuple[int, ...]) -> np.ndarray:
    """Rows of the table at the n+1 corners of the simplex: intp, shape (n+1, pixels).

    The path starts at the grid point below every tap and steps up one axis at a time, the largest
    fraction's first.
    """
    steps = np.array(strides, np.intp)
    path = np.empty((len(index) + 1, index.shape[1]), np.intp)
    # Accumulated axis by axis: NumPy's product of integer matrices and its cumsum are slower.
    np.multiply(index[0], steps[0], out=path[0])
    for each, step in zip(index[1:], steps[1:], strict=True):
        path[0] += each * step
    for j, axis in enumerate(order):
        np.add(path[j], steps.take(axis), out=path[j + 1])
    return path


def fetch(entries: np.ndarray, vertex: np.ndarray) -> np.ndarray:
    """Blocks at the vertices, shape (n+1, pixels, r*r), from ``entries`` of shape (rows, r*r)."""
    return np.take(entries, vertex, axis=0)


def weigh(weight: np.ndarray, block: np.ndarray) -> np.ndarray:
    """Blocks of the vertices summed by weight: (pixels, r*r), with ``frac_bits`` of fraction."""
    return np.einsum("jp,jpo->po", weight, block)


def rotate_back(block: np.ndarray, scale: int, k: int) -> np.ndarray:
    """Blocks (pixels, r*r) turned by 90°·k clockwise, shape (pixels, r, r)."""
    return np.rot90(block.reshape(-1, scale, scale), -k, axes=(1, 2))


def lookup(padded: np.ndarray, table: Table, entries: np.ndarray, reach: int, k: int) -> np.ndarray:
    """Rotation k's share of a tile's blocks, the steps 1 to 4 in a row.

    ``entries`` are ``table``'s, (rows, r*r), or those of several tables of its taps and grid side
    by side, (rows, tables*r*r). Shape (pixels*tables, r, r).
    """
    tap = windows(padded, rotate_taps(table.taps, k), reach)
    index, fraction = split(tap, table.grid)
    order, fraction_sorted = sort(fraction)
    weight = weights(fraction_sorted, table.grid.q, entries.dtype)
    block = fetch(entries, vertices(index, order, table.strides))
    return rotate_back(weigh(weight, block), table.scale, k)


def round_clip(total: np.ndarray, frac_bits: int) -> np.ndarray:
    """``total`` / 2**frac_bits, rounded half to even, clipped to 0…255: uint8."""
    if frac_bits:
        # Half minus one, plus one where the integer part is odd: a tie goes to the even neighbour.
        odd = (total >> frac_bits) & 1
        total = (total + ((1 << (frac_bits - 1)) - 1) + odd) >> frac_bits
    return np.clip(total, 0, 255).astype(np.uint8)


def tiles(height: int, width: int, numbers: int) -> Iterator[tuple[slice, slice]]:
    """Slices (y, x) that cover a picture whose blocks have so many numbers with tiles."""
    pixels = max(1, TILE // numbers)
    columns = min(width, pixels)
    rows = max(1, pixels // columns)
    for y in range(0, height, rows):
        for x in range(0, width, columns):
            yield slice(y, min(y + rows, height)), slice(x, min(x + columns, width))


def run_stage(
    maps: Sequence[np.ndarray], stage: Stage, progress: Callable[[int], None] | None = None
) -> list[np.ndarray]:
    """One stage: maps of uint8 (height, width, channels) → maps of (r·height, r·width, channels).

    ``progress`` is called with the number of samples done after each tile.
    """
    height, width, channels = maps[0].shape
    r, reach = stage.scale, stage.reach
    dtype = np.dtype(np.int16 if stage.sum_bits <= 16 else np.int32)
    groups = [
        (
            group,
            np.hstack([each.entries.reshape(each.rows, r * r) for each in group]).astype(dtype),
        )
        for group in stage.groups
    ]
    widest = max(entries.shape[1] for _, entries in groups)
    out = [np.empty((height, r, width, r, channels), np.uint8) for _ in stage.maps]
    for c in range(channels):
        padded = [pad(each[:, :, c], reach, stage.padding) for each in maps]
        for y, x in tiles(height, width, widest):
            around = slice(y.start, y.stop + 2 * reach), slice(x.start, x.stop + 2 * reach)
            shape = y.stop - y.start, x.stop - x.start, r, r
            # Accumulate: all look-ups of a map add up before anything is rounded.
            total: list[np.ndarray | int] = [0] * len(stage.maps)
            for group, entries in groups:
                tile = padded[group[0].source][around]
                for k in range(ROTATIONS):
                    blocks = lookup(tile, group[0], entries, reach, k)
                    blocks = blocks.reshape(-1, len(group), r, r)
                    for t, table in enumerate(group):
                        total[table.target] = total[table.target] + blocks[:, t]
            for picture, each, tables in zip(out, total, stage.maps, strict=True):
                grid = tables[0].grid
                if isinstance(grid, DifferenceGrid):
                    centre = maps[0][y, x, c].astype(dtype).reshape(-1, 1, 1)
                    each = each + (centre << grid.sum_frac_bits)
                block = round_clip(each, grid.sum_frac_bits).reshape(shape)
                picture[y, :, x, :, c] = block.transpose(0, 2, 1, 3)
            if progress:
                progress(shape[0] * shape[1])
    made = [each.reshape(r * height, r * width, channels) for each in out]
    return [maps[0], *made] if stage.passes_picture else made


def sample_count(upsampler: Upsampler, image: np.ndarray) -> int:
    """Samples that :func:`upscale` will report to its ``progress`` for ``image``."""
    total, samples = 0, image.size
    for stage in upsampler.stages:
        total += samples
        samples *= stage.scale**2
    return total


def upscale(
    image: np.ndarray, upsampler: Upsampler, progress: Callable[[int], None] | None = None
) -> np.ndarray:
    """``image`` enlarged by ``upsampler``, each channel on its own.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width) or (height, width, channels)
        Any size from 1×1.
    upsampler : Upsampler
        The chain of stages.
    progress : callable, optional
        Called with a number of samples as they are done; they add up to :func:`sample_count`.

    Returns
    -------
    ndarray of uint8
        ``upsampler.scale`` times as high and wide, with as many axes as ``image``.

    Raises
    ------
    ValueError
        If ``image`` is of another dtype or number of axes, or has no pixels.
    """
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or not image.size:
        raise ValueError(
            f"image is {image.dtype} of shape {image.shape}; uint8 of shape (height, width) or "
            "(height, width, channels) with at least one pixel is accepted"
        )
    maps = [image if image.ndim == 3 else image[:, :, None]]
    for stage in upsampler.stages:
        maps = run_stage(maps, stage, progress)
    return maps[-1] if image.ndim == 3 else maps[-1][:, :, 0]


def upscale_channels(
    image: np.ndarray,
    upsamplers: Sequence[Upsampler],
    progress: Callable[[int], None] | None = None,
) -> np.ndarray:
    """``image`` enlarged by one upsampler, or R, G and B by three of one scale, each its own.

    With three, a channel that is no colour (grey, alpha) takes the green one.
    """
    if len(upsamplers) == 1:
        return upscale(image, upsamplers[0], progress)
    channels = image.shape[2]
    of_channel = (*upsamplers, upsamplers[1]) if channels >= 3 else (upsamplers[1],) * channels
    planes = [upscale(image[:, :, c : c + 1], of_channel[c], progress) for c in range(channels)]
    return np.concatenate(planes, axis=2)
