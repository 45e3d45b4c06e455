"""The golden model: how an upsampler turns an LR picture into an HR picture, bit for bit.

This file defines the arithmetic. It uses integers only, and the hardware in ``hw`` gives the same
bits; most functions have a hardware block of the same name. For each pixel of a map, each colour,
each table and each of four rotations::

    map, padded
        │ windows             the values of the taps: the pixel and some neighbours
        │ split               for each axis of the table: index on the grid and fraction
        │ sort                the axes in the order of falling fraction
        ├───────────┐
        │ vertices  │         row numbers of n+1 entries of the table
        │ fetch     │ weights n+1 blocks of r×r numbers; n+1 weights, which sum to q
        ├───────────┘
        │ weigh               one block: the sum of entry times weight
        │ rotate_back         the block, turned back
        ▼
    accumulate                the sum over the rotations and over the tables of a map
        │                     (on a difference grid, run_stage adds the pixel itself)
        │ round_clip          samples
        ▼
    map, r times as wide and high

:func:`lookup` does the steps down to ``rotate_back``, :func:`run_stage` one stage, and
:func:`upscale` the whole chain of stages.

Example: two axes, and a grid point every q = 16 grey levels. The taps 37 and 52 have the index
(2, 3) and the fractions (5, 4). Axis 0 has the larger fraction, so the path of vertices steps from
(2, 3) along axis 0 first. The weights are the differences of 16, 5, 4 and 0::

    block = 11 · table[2, 3] + 1 · table[3, 3] + 4 · table[3, 4]

That is q times the linear interpolation on the triangle of the three vertices. With n axes it is a
simplex of n+1 vertices, so n+1 entries are read instead of the 2**n corners of the grid cell.

Samples have the 8 to 12 bits for which the upsampler is (``Upsampler.at_bits``): uint8 for 8 bits,
else uint16. They are counted in *levels*, 2**(bits - 8) of them in a grey level of 8 bits.

In the shapes below, n is the number of axes, r the scale, and ``pixels`` the number of pixels in a
tile, the part of a picture that is processed at once.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache

import numpy as np

from sw.tables.grid import DifferenceGrid, Grid, UniformGrid
from sw.tables.rotation import ROTATIONS, rotate_taps
from sw.tables.samples import check_samples, sample_dtype, white
from sw.tables.spec import Stage, Table, Taps, Upsampler

TILE = 1 << 17
"""Numbers in the blocks of a tile: 8192 LR pixels at ×4, about 1.5 MB, which fits a CPU's cache."""

SORT_NETWORK = {
    1: (),
    2: ((0, 1),),
    3: ((0, 1), (1, 2), (0, 1)),
    4: ((0, 1), (2, 3), (0, 2), (1, 3), (1, 2)),
}
"""Compare-exchanges that sort n fractions: of each pair, the larger fraction goes first."""

Progress = Callable[[int], None]
"""Called with the number of samples (pixels × channels) done since the last call."""


def pad(plane: np.ndarray, reach: int, padding: str) -> np.ndarray:
    """Add ``reach`` pixels on all four sides of ``plane``, shape (height, width).

    ``"edge"`` repeats the edge pixel. ``"reflect"`` mirrors without repeating it: … c b | a b c …,
    more than once on a side shorter than ``reach``; a side of one pixel is repeated.
    """
    return np.pad(plane, reach, mode=padding)


def windows(padded: np.ndarray, taps: Taps, reach: int) -> np.ndarray:
    """Tap values of a tile that has ``reach`` more pixels on each side: samples, (taps, pixels)."""
    height, width = padded.shape[0] - 2 * reach, padded.shape[1] - 2 * reach
    return np.stack(
        [
            padded[reach + dy : reach + dy + height, reach + dx : reach + dx + width].ravel()
            for dy, dx in taps
        ]
    )


def split(taps: np.ndarray, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Split tap values, samples (taps, pixels), into index and fraction: both (n, pixels).

    The index is the number of the grid point at or below the value. The fraction, 0…q-1, is the
    distance from there, in q-ths of the distance to the next point. On a uniform grid each tap has
    an axis: the index is the high bits of its value, the fraction the low bits. On a difference
    grid each tap but the first has an axis, and the value is the tap minus the first tap.
    """
    if isinstance(grid, UniformGrid):
        return taps >> grid.frac_bits, taps & taps.dtype.type(grid.q - 1)
    index_of, fraction_of = _difference_split(grid)
    difference = taps[1:].astype(np.int16) - taps[0].astype(np.int16) + white(grid.sample_bits)
    return index_of.take(difference), fraction_of.take(difference)


@cache
def _difference_split(grid: DifferenceGrid) -> tuple[np.ndarray, np.ndarray]:
    """Index and fraction of every difference from -white to white: both uint8."""
    difference = np.arange(-white(grid.sample_bits), white(grid.sample_bits) + 1)
    index = np.searchsorted(grid.points, difference, side="right") - 1
    widths, points = np.array(grid.widths), np.array(grid.points)
    fraction = (difference - points[index]) * grid.q // widths[index]
    return index.astype(np.uint8), fraction.astype(np.uint8)


def sort(fraction: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sort by falling fraction: the axes and their fractions, both uint16, shape (n, pixels).

    Equal fractions may come in any order, because the vertex between them gets weight 0. Here the
    later axis comes first.
    """
    # The two low bits of a key hold the axis, so that a compare-exchange moves both at once.
    axis = np.arange(len(fraction), dtype=np.uint16)[:, None]
    key = list(fraction.astype(np.uint16) << 2 | axis)
    for a, b in SORT_NETWORK[len(key)]:
        key[a], key[b] = np.maximum(key[a], key[b]), np.minimum(key[a], key[b])
    keys = np.stack(key)
    return keys & 3, keys >> 2


def weights(fraction_sorted: np.ndarray, q: int, dtype: np.dtype) -> np.ndarray:
    """Weights, (n + 1, pixels): the differences of q, the sorted fractions and 0. They sum to q."""
    edges = np.empty((len(fraction_sorted) + 2, fraction_sorted.shape[1]), dtype)
    edges[0], edges[1:-1], edges[-1] = q, fraction_sorted, 0
    return edges[:-1] - edges[1:]


def vertices(index: np.ndarray, order: np.ndarray, strides: tuple[int, ...]) -> np.ndarray:
    """Rows of the table at the vertices: intp, shape (n + 1, pixels).

    The path starts at the index, the grid point at or below the point on every axis, and steps up
    one axis at a time in ``order``. A step along an axis adds its stride to the row.
    """
    steps = np.array(strides, np.intp)
    path = np.empty((len(index) + 1, index.shape[1]), np.intp)
    # Accumulated axis by axis: NumPy's product of integer matrices and its cumsum are slower.
    np.multiply(index[0], steps[0], out=path[0])
    for coordinate, step in zip(index[1:], steps[1:], strict=True):
        path[0] += coordinate * step
    for j, axis in enumerate(order):
        np.add(path[j], steps.take(axis), out=path[j + 1])
    return path


def fetch(entries: np.ndarray, vertex: np.ndarray) -> np.ndarray:
    """Blocks at the vertices, shape (n + 1, pixels, r·r), from ``entries`` of shape (rows, r·r)."""
    return np.take(entries, vertex, axis=0)


def weigh(weight: np.ndarray, block: np.ndarray) -> np.ndarray:
    """Sum of the vertices' blocks times weights: (pixels, r·r), with log2(q) fraction bits."""
    return np.einsum("jp,jpo->po", weight, block)


def rotate_back(block: np.ndarray, scale: int, k: int) -> np.ndarray:
    """Turn blocks of shape (pixels, r·r) by 90°·k clockwise: shape (pixels, r, r)."""
    return np.rot90(block.reshape(-1, scale, scale), -k, axes=(1, 2))


def lookup(padded: np.ndarray, table: Table, entries: np.ndarray, reach: int, k: int) -> np.ndarray:
    """Blocks of a tile from rotation k: (pixels·tables, r, r), with log2(q) fraction bits.

    ``padded`` is as for :func:`windows`, from the map that ``table`` reads. ``entries``, int16 or
    int32, are those of ``table``, or of all tables of its group side by side, (rows, tables·r·r).
    """
    index, fraction = split(windows(padded, rotate_taps(table.taps, k), reach), table.grid)
    order, fraction_sorted = sort(fraction)
    weight = weights(fraction_sorted, table.grid.q, entries.dtype)
    block = fetch(entries, vertices(index, order, table.strides))
    return rotate_back(weigh(weight, block), table.scale, k)


def accumulate(
    padded: Sequence[np.ndarray], groups: Sequence[tuple[tuple[Table, ...], np.ndarray]], reach: int
) -> dict[int, np.ndarray]:
    """Sum of a tile's blocks for each of the stage's own maps: (pixels, r, r), not rounded.

    ``padded`` is the tile of every map that the stage reads. ``groups`` are the tables that share
    look-ups, with their entries as for :func:`lookup`.
    """
    totals: dict[int, np.ndarray | int] = {}
    for tables, entries in groups:
        for k in range(ROTATIONS):
            blocks = lookup(padded[tables[0].source], tables[0], entries, reach, k)
            blocks = blocks.reshape(-1, len(tables), *blocks.shape[1:])
            for t, table in enumerate(tables):
                totals[table.target] = totals.get(table.target, 0) + blocks[:, t]
    return totals


def round_half_even(total: np.ndarray, frac_bits: int) -> np.ndarray:
    """Divide integers by 2**frac_bits and round half to even: same shape and dtype."""
    if not frac_bits:
        return total
    # Half minus one, plus one where the integer part is odd: a tie goes to the even neighbour.
    odd = (total >> frac_bits) & 1
    return (total + ((1 << (frac_bits - 1)) - 1) + odd) >> frac_bits


def round_clip(total: np.ndarray, frac_bits: int, sample_bits: int = 8) -> np.ndarray:
    """Divide by 2**frac_bits, round half to even, clip to 0…white: samples, same shape."""
    rounded = round_half_even(total, frac_bits)
    return np.clip(rounded, 0, white(sample_bits)).astype(sample_dtype(sample_bits))


def tiles(height: int, width: int, numbers: int) -> Iterator[tuple[slice, slice]]:
    """Slices (y, x) of the tiles of a picture, with ``numbers`` numbers in the block of a pixel."""
    pixels = max(1, TILE // numbers)
    columns = min(width, pixels)
    rows = max(1, pixels // columns)
    for y in range(0, height, rows):
        for x in range(0, width, columns):
            yield slice(y, min(y + rows, height)), slice(x, min(x + columns, width))


def run_stage(
    maps: Sequence[np.ndarray], stage: Stage, progress: Progress | None = None
) -> list[np.ndarray]:
    """Output maps of a stage: samples, shape (r·height, r·width, channels).

    ``maps`` are what the stage reads, the picture first: samples, shape (height, width, channels).
    A ×1 stage passes the picture on in front of its own maps.
    """
    height, width, channels = maps[0].shape
    r, reach = stage.scale, stage.reach
    dtype = np.dtype(np.int16 if stage.sum_bits <= 16 else np.int32)
    groups = [
        (tables, np.hstack([t.entries.reshape(t.rows, r * r) for t in tables]).astype(dtype))
        for tables in stage.groups
    ]
    widest = max(entries.shape[1] for _, entries in groups)
    samples, bits = sample_dtype(stage.sample_bits), stage.sample_bits
    own_maps = [np.empty((height, r, width, r, channels), samples) for _ in stage.maps]
    for c in range(channels):
        padded = [pad(plane[:, :, c], reach, stage.padding) for plane in maps]
        for y, x in tiles(height, width, widest):
            around = slice(y.start, y.stop + 2 * reach), slice(x.start, x.stop + 2 * reach)
            totals = accumulate([plane[around] for plane in padded], groups, reach)
            rows, columns = y.stop - y.start, x.stop - x.start
            for target, (own_map, tables) in enumerate(zip(own_maps, stage.maps, strict=True)):
                grid, total = tables[0].grid, totals[target]
                if grid.sum_shift:
                    total = total << grid.sum_shift
                if isinstance(grid, DifferenceGrid):
                    centre = maps[0][y, x, c].astype(dtype).reshape(-1, 1, 1)
                    total = total + (centre << grid.sum_frac_bits)
                block = round_clip(total, grid.sum_frac_bits, bits).reshape(rows, columns, r, r)
                own_map[y, :, x, :, c] = block.transpose(0, 2, 1, 3)
            if progress:
                progress(rows * columns)
    enlarged = [own_map.reshape(r * height, r * width, channels) for own_map in own_maps]
    return [maps[0], *enlarged] if stage.passes_picture else enlarged


def upscale(
    image: np.ndarray, upsampler: Upsampler, progress: Progress | None = None
) -> np.ndarray:
    """Enlarge ``image``, each channel on its own: samples, ``upsampler.scale`` times as large.

    Parameters
    ----------
    image : ndarray of samples, shape (height, width) or (height, width, channels)
        Any size from 1×1.
    upsampler : Upsampler
        For samples of these bits.
    progress : callable, optional
        Its numbers add up to :func:`sample_count`.

    Raises
    ------
    ValueError
        If ``image`` has another dtype or number of dimensions, no pixels, or a sample above white.
    """
    shape = "(height, width) or (height, width, channels)"
    check_samples(image, upsampler.sample_bits, shape, fits=image.ndim in (2, 3))
    maps = [image if image.ndim == 3 else image[:, :, None]]
    for stage in upsampler.stages:
        maps = run_stage(maps, stage, progress)
    return maps[-1] if image.ndim == 3 else maps[-1][:, :, 0]


def sample_count(upsampler: Upsampler, image: np.ndarray) -> int:
    """Samples that the stages of ``upsampler`` read to enlarge ``image``."""
    total, samples = 0, image.size
    for stage in upsampler.stages:
        total += samples
        samples *= stage.scale**2
    return total
