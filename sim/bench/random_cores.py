"""Random chains and cores, for tests of combinations that nobody thought of."""

from dataclasses import replace
from itertools import accumulate
from operator import mul

import numpy as np

from hw.core_params import CoreParams
from hw.limits import BEATS, INPUT_BEATS
from hw.params import usable_lanes
from sw.pictures.colour_formats import CHANNELS, TABLE_CHANNELS
from sw.tables.grid import DifferenceGrid, Grid, UniformGrid
from sw.tables.samples import SAMPLE_BITS
from sw.tables.spec import PADDINGS, Stage, Table, Upsampler

SCALES = (1,), (2,), (3,), (4,), (1, 2), (2, 1), (2, 2), (3, 2), (1, 1, 2), (1, 2, 2), (2, 1, 3)
"""Scales of the stages of a chain; all are equally likely."""

BREAKPOINTS = (0, 256), (0, 32, 288), (0, 16, 80, 336), (0, 16, 48, 112, 368)

MAX_COUNT = 3
"""Most maps of a stage, and most tables of a map."""

MAX_ROWS = 2500
"""Most rows of a table, so that a core builds fast."""


def _random_grid(rng: np.random.Generator) -> Grid:
    if rng.random() < 0.3:
        return UniformGrid(int(rng.integers(3, 8)))
    points, unit_bits = BREAKPOINTS[rng.integers(len(BREAKPOINTS))], int(rng.integers(-1, 2))
    return DifferenceGrid(points, unit_bits, int(rng.choice((2, 4, 5, 8))))


def _grid_for_same_map(grid: Grid, rng: np.random.Generator) -> Grid:
    """A random grid for another table of the map of a table with ``grid``."""
    if isinstance(grid, UniformGrid):
        return grid
    others = [replace(grid, breakpoints=points) for points in BREAKPOINTS]
    same = [other for other in others if other.q == grid.q]
    return same[rng.integers(len(same))]


def _random_window(grid: Grid, rng: np.random.Generator) -> tuple[tuple[int, int], ...]:
    reach = int(rng.integers(1, 4))
    most = max(
        n for n in (2, 3, 4, 5) if grid.axes(n) <= 4 and grid.levels ** grid.axes(n) <= MAX_ROWS
    )
    around = [(y, x) for y in range(-reach, reach + 1) for x in range(-reach, reach + 1) if y or x]
    chosen = rng.permutation(len(around))[: rng.integers(1, most)]
    return ((0, 0), *(around[n] for n in chosen))


def _random_table(
    window: tuple[tuple[int, int], ...], grid: Grid, scale: int, share: int, source: int,
    target: int, rng: np.random.Generator
) -> Table:  # fmt: skip
    """A table with random entries; ``share`` is the number of tables of its map."""
    uniform = isinstance(grid, UniformGrid)
    low, high = (-20 // share, 90 // share) if uniform and rng.random() < 0.8 else (-128, 127)
    blank = Table.blank(window, grid, scale, source, target)
    entries = rng.integers(low, high, blank.entries.shape, np.int8, endpoint=True)
    return replace(blank, entries=entries)


def random_stage(scale: int, maps_in: int, maps: int, rng: np.random.Generator) -> Stage:
    """A stage with ``maps`` output maps of one to three tables each, reading ``maps_in`` maps."""
    tables, used = [], []
    for target in range(maps):
        grid, share = _random_grid(rng), int(rng.integers(1, MAX_COUNT + 1))
        for _ in range(share):
            table_grid, source = _grid_for_same_map(grid, rng), int(rng.integers(maps_in))
            window = _random_window(table_grid, rng)
            # If earlier tables have this grid, join the group of one of them in half of the cases.
            groups = [group for group in used if group[0] == table_grid]
            if groups and rng.random() < 0.5:
                table_grid, window, source = groups[rng.integers(len(groups))]
            used.append((table_grid, window, source))
            tables.append(_random_table(window, table_grid, scale, share, source, target, rng))
    padding = PADDINGS[rng.integers(len(PADDINGS))]
    return Stage(scale, padding, tuple(tables))


def random_upsampler(rng: np.random.Generator) -> Upsampler:
    """A chain of one to three stages."""
    scales = SCALES[rng.integers(len(SCALES))]
    stages, maps_in = [], 1
    for number, scale in enumerate(scales):
        maps = int(rng.integers(1, MAX_COUNT + 1)) if number < len(scales) - 1 else 1
        stages.append(random_stage(scale, maps_in, maps, rng))
        maps_in = stages[-1].maps_out
    return Upsampler(tuple(stages))


def random_ends(rng: np.random.Generator) -> dict[str, int | bool]:
    """Random pixels per input beat and TKEEP of a core.

    They come from a generator of their own, so that the other choices are those that ``rng`` gives
    without them.
    """
    own = rng.spawn(1)[0]
    return {
        "input_pixels_per_beat": int(own.choice(INPUT_BEATS, p=(0.5, 0.25, 0.25))),
        "tkeep": bool(own.random() < 0.5),
    }


def random_sample_bits(rng: np.random.Generator) -> int:
    """8 bits in half of the cases, else 9 to 12; from a generator of its own, too."""
    own = rng.spawn(1)[0]
    return 8 if own.random() < 0.5 else int(own.choice(SAMPLE_BITS[1:]))


def random_core(rng: np.random.Generator, *, max_width: int, max_height: int) -> CoreParams:
    """A core for a random chain, with random format, lanes, beats, TKEEP and bits of a sample."""
    upsampler = random_upsampler(rng)
    formats = tuple(CHANNELS) if upsampler.scale > 1 else ("rgb", "grey")
    colour = str(rng.choice(formats))
    channels, beats = TABLE_CHANNELS[colour], BEATS
    if colour == "ycbcr422":
        max_width, beats = max_width // 2 * 2, BEATS[1:]
    scales = (stage.scale for stage in upsampler.stages[:-1])
    # More lanes take several pixels per clock. Such cores take a minute to build: keep them rare.
    most = 4 * channels
    lanes = []
    for enlarged in accumulate(scales, mul, initial=1):
        usable = usable_lanes(channels, enlarged)
        several = [count for count in usable if count > most]
        few = [count for count in usable if count <= 4]
        lanes.append(int(rng.choice(several if several and rng.random() < 0.2 else few)))
    return CoreParams(
        upsampler=upsampler.at_bits(random_sample_bits(rng)),
        colour=colour,
        lanes=tuple(lanes),
        max_width=max_width,
        max_height=max_height,
        pixels_per_beat=int(rng.choice(beats)),
        **random_ends(rng),
    )
