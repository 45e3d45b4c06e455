"""Random chains and cores, for tests that want to see what nobody thought of."""

from dataclasses import replace
from itertools import accumulate
from operator import mul

import numpy as np

from hw.core_params import CoreParams
from hw.params import BEATS, usable_lanes
from sw.tables.grid import DifferenceGrid, Grid, UniformGrid
from sw.tables.spec import PADDINGS, Stage, Table, Upsampler

SCALES = (1,), (2,), (3,), (4,), (1, 2), (2, 1), (2, 2), (3, 2), (1, 1, 2), (1, 2, 2), (2, 1, 3)
"""Of the stages; each is as likely as the others."""

BREAKPOINTS = (0, 256), (0, 32, 288), (0, 16, 80, 336), (0, 16, 48, 112, 368)

MOST = 3
"""Maps in a stage, tables in a map."""

ROWS = 2500
"""Most rows of a table: enough to hold what matters, and quick to build."""


def _random_grid(rng: np.random.Generator) -> Grid:
    if rng.random() < 0.3:
        return UniformGrid(int(rng.integers(3, 8)))
    points, unit_bits = BREAKPOINTS[rng.integers(len(BREAKPOINTS))], int(rng.integers(-1, 2))
    return DifferenceGrid(points, unit_bits, int(rng.choice((2, 4, 5, 8))))


def _like(grid: Grid, rng: np.random.Generator) -> Grid:
    """Another grid that a table of the same map may have."""
    if isinstance(grid, UniformGrid):
        return grid
    others = [replace(grid, breakpoints=points) for points in BREAKPOINTS]
    same = [other for other in others if other.q == grid.q]
    return same[rng.integers(len(same))]


def _random_window(grid: Grid, rng: np.random.Generator) -> tuple[tuple[int, int], ...]:
    reach = int(rng.integers(1, 4))
    most = max(n for n in (2, 3, 4, 5) if grid.axes(n) <= 4 and grid.levels ** grid.axes(n) <= ROWS)
    around = [(y, x) for y in range(-reach, reach + 1) for x in range(-reach, reach + 1) if y or x]
    chosen = rng.permutation(len(around))[: rng.integers(1, most)]
    return ((0, 0), *(around[each] for each in chosen))


def _random_table(
    window: tuple[tuple[int, int], ...], grid: Grid, scale: int, share: int, source: int,
    target: int, rng: np.random.Generator
) -> Table:  # fmt: skip
    """A table of a map that is the sum of ``share`` ones."""
    uniform = isinstance(grid, UniformGrid)
    low, high = (-20 // share, 90 // share) if uniform and rng.random() < 0.8 else (-128, 127)
    blank = Table.blank(window, grid, scale, source, target)
    entries = rng.integers(low, high, blank.entries.shape, np.int8, endpoint=True)
    return replace(blank, entries=entries)


def random_stage(scale: int, maps_in: int, maps: int, rng: np.random.Generator) -> Stage:
    """A stage that makes ``maps`` maps of one to three tables, which read any of ``maps_in``."""
    tables, places = [], []
    for target in range(maps):
        grid, share = _random_grid(rng), int(rng.integers(1, MOST + 1))
        for _ in range(share):
            of_table, source = _like(grid, rng), int(rng.integers(maps_in))
            window = _random_window(of_table, rng)
            # Every second table is looked up where one before it is, if there is such a one.
            alike = [place for place in places if place[0] == of_table]
            if alike and rng.random() < 0.5:
                of_table, window, source = alike[rng.integers(len(alike))]
            places.append((of_table, window, source))
            tables.append(_random_table(window, of_table, scale, share, source, target, rng))
    padding = PADDINGS[rng.integers(len(PADDINGS))]
    return Stage(scale, padding, tuple(tables))


def random_upsampler(rng: np.random.Generator) -> Upsampler:
    """A chain of one to three stages."""
    scales = SCALES[rng.integers(len(SCALES))]
    stages, maps_in = [], 1
    for number, scale in enumerate(scales):
        maps = int(rng.integers(1, MOST + 1)) if number < len(scales) - 1 else 1
        stages.append(random_stage(scale, maps_in, maps, rng))
        maps_in = stages[-1].maps_out
    return Upsampler(tuple(stages))


def random_core(rng: np.random.Generator, *, max_width: int, max_height: int) -> CoreParams:
    """A core for a random chain, of a random number of channels, lanes and beat."""
    upsampler, channels = random_upsampler(rng), int(rng.choice((1, 3)))
    scales = (stage.scale for stage in upsampler.stages[:-1])
    most = 4 * channels  # more than a pixel at a time takes a minute to build, and few seeds do
    lanes = []
    for enlarged in accumulate(scales, mul, initial=1):
        usable = usable_lanes(channels, enlarged)
        several = [count for count in usable if count > most]
        few = [count for count in usable if count <= 4]
        lanes.append(int(rng.choice(several if several and rng.random() < 0.2 else few)))
    return CoreParams(
        upsampler=upsampler,
        channels=channels,
        lanes=tuple(lanes),
        max_width=max_width,
        max_height=max_height,
        pixels_per_beat=int(rng.choice(BEATS)),
    )
