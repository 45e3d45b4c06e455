"""What an upsampler costs in an FPGA: an estimate from its description, before anything is built.

The tables of a stage that read the same map through the same window on the same grid are looked up
together: one address, one entry with the numbers of all of them. Such a look-up is done once for
each pixel that the stage reads, each colour and each rotation; a lane does one in a clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from sw.tables import banks
from sw.tables.rotation import ROTATIONS
from sw.tables.spec import Stage, Table, Upsampler

COLOURS = 3
WIDTH, HEIGHT, FPS = 960, 540, 60
CLOCK = 4 * WIDTH * HEIGHT * FPS
"""In Hz: four clocks for each LR pixel, 124.4 MHz."""

PORT_SHAPES = (8192, 2), (4096, 4), (2048, 9), (1024, 18)
"""Words and bits of a block RAM that two ports read."""

WIDEST = 512, 36
"""Words and bits of a block RAM that one port reads."""

PAIRED_BITS = 5
"""Bits of a fraction up to which two numbers of an entry share a product of 18 by 6 bits."""

PRODUCT_LUTS = 90
"""LUT4 of a product that finds no multiplier, of 8 by 9 bits or of a pair by 5 or 6 bits:
``boards/soft_product.v``."""

LANE_LUTS = 720
"""LUT4 of a lane for four numbers, with fractions of four bits, beside its products: split, sort,
rows, weights, additions, as Yosys made it for ECP5."""

ENLARGING_LUTS, PLAIN_LUTS = 2050, 760
"""LUT4 around the lanes of a stage that enlarges, and of one that does not: line memories,
windows, rounding, writing, as Yosys made them for ``pico`` and ``nano`` with frames of 960×540."""

MOST = 0.85
"""Share of a part that is used, 15 % being spare."""


@dataclass(frozen=True)
class Part:
    """An FPGA: block RAMs of 18 Kbit, 18×18 multipliers, LUT4.

    A multiplier does one product: nextpnr knows no halves of them.
    """

    name: str
    block_rams: int
    multipliers: int
    luts: int


PARTS = {
    "ecp5-25f": Part("ECP5-25F", 56, 28, 24288),
    "ecp5-45f": Part("ECP5-45F", 108, 72, 43848),
    "ecp5-85f": Part("ECP5-85F", 208, 156, 83640),
}
DEFAULT_PART = "ecp5-85f"


@dataclass(frozen=True)
class StageCost:
    """Of one stage.

    Parameters
    ----------
    groups : int
        Tables, counting those that are looked up together once.
    lanes : int
        For each of them.
    table_block_rams, line_block_rams : int
        Copies of the tables that the lanes need; lines that come in and lines that go out.
    table_luts : int
        LUT4 of the tables that are small enough.
    around_luts : int
        LUT4 around the lanes.
    products : int
        Entry times weight, at once.
    """

    groups: int
    lanes: int
    table_block_rams: int
    line_block_rams: int
    table_luts: int
    around_luts: int
    products: int


def lookups_per_pixel(upsampler: Upsampler) -> int:
    """Look-ups for each LR pixel and colour, with those at the same place counted once."""
    total, pixels = 0, 1
    for stage in upsampler.stages:
        total += pixels * ROTATIONS * len(stage.groups)
        pixels *= stage.scale**2
    return total


def _lanes(pixels: int) -> int:
    """Lanes of a group whose stage reads so many pixels for each LR pixel."""
    needed = COLOURS * ROTATIONS * pixels * WIDTH * HEIGHT * FPS / CLOCK
    whole = COLOURS * ROTATIONS
    if needed > whole:
        return whole * ceil(needed / whole)
    return min(lanes for lanes in range(1, whole + 1) if whole % lanes == 0 and lanes >= needed)


def _block_rams(words: int, bits: int, shapes: Iterable[tuple[int, int]]) -> int:
    return min(ceil(words / deep) * ceil(bits / wide) for deep, wide in shapes)


def paired(tables: Sequence[Table]) -> bool:
    """Whether two numbers of an entry share a product: weights are small, sums overlap little."""
    return tables[0].grid.frac_bits <= PAIRED_BITS and len(tables) * tables[0].scale ** 2 > 1


def products(tables: Sequence[Table]) -> int:
    """Products of a look-up."""
    numbers = len(tables) * tables[0].scale ** 2
    return banks.count(tables[0]) * (ceil(numbers / 2) if paired(tables) else numbers)


def in_luts(table: Table) -> bool:
    """Whether a table is small enough to be made of look-up tables, not of block RAM."""
    return banks.depth(table) <= banks.MAX_LOGIC_ROWS


def group_cost(tables: Sequence[Table], lanes: int) -> tuple[int, int, int]:
    """Block RAMs, LUT4 of the tables, and products of ``tables`` that share look-ups."""
    numbers = len(tables) * tables[0].scale ** 2
    count, depth = banks.count(tables[0]), banks.depth(tables[0])
    of_all = lanes * products(tables)
    if in_luts(tables[0]):
        return 0, lanes * count * 8 * numbers * ceil(depth / 16), of_all
    one = _block_rams(depth, 8 * numbers, (*PORT_SHAPES, WIDEST))
    two = min(_block_rams(depth, 8 * numbers, PORT_SHAPES), 2 * one)
    return count * (lanes // 2 * two + lanes % 2 * one), 0, of_all


def _lines(stage: Stage, maps_in: int, colours: int, columns: int, width: int) -> int:
    """Block RAMs of the lines around the one that is read, and of those that are written."""
    bits = 8 * colours
    read = 2 * stage.reach * maps_in * columns * bits
    total = _block_rams(ceil(width / columns), read, (*PORT_SHAPES, WIDEST))
    if stage.scale > 1:
        # r lines are written while the r before them are read.
        written = 2 * stage.scale * len(stage.maps) * bits
        total += _block_rams(stage.scale * width, written, (*PORT_SHAPES, WIDEST))
    return total


def stage_cost(
    stage: Stage, maps_in: int, lanes: int, width: int, colours: int = COLOURS
) -> StageCost:
    """Cost of a stage that ``maps_in`` maps come into, ``width`` pixels wide."""
    groups = stage.groups
    rams, luts, products = (
        sum(each) for each in zip(*(group_cost(group, lanes) for group in groups), strict=True)
    )
    columns = max(1, lanes // (colours * ROTATIONS))
    lines = _lines(stage, maps_in, colours, columns, width)
    around = ENLARGING_LUTS if stage.scale > 1 else PLAIN_LUTS
    return StageCost(len(groups), lanes, rams, lines, luts, around, products)


def stage_costs(upsampler: Upsampler) -> list[StageCost]:
    """Cost of each stage at ``WIDTH`` × ``HEIGHT`` LR pixels, ``FPS`` frames a second."""
    costs, scale, maps = [], 1, 1
    for stage in upsampler.stages:
        costs.append(stage_cost(stage, maps, _lanes(scale**2), scale * WIDTH))
        scale, maps = scale * stage.scale, stage.maps_out
    return costs


def shares(costs: Sequence[StageCost], part: Part) -> dict[str, float]:
    """Shares of the part's block RAMs, multipliers and LUT4; above 1 is too much.

    Products take up to ``MOST`` of the multipliers; all others are made of LUT4.
    """
    rams = sum(cost.table_block_rams + cost.line_block_rams for cost in costs)
    products = sum(cost.products for cost in costs)
    multiplied = min(products, int(part.multipliers * MOST))
    luts = sum(
        cost.table_luts + cost.around_luts + cost.groups * cost.lanes * LANE_LUTS for cost in costs
    )
    luts += (products - multiplied) * PRODUCT_LUTS
    return {
        "block RAMs": rams / part.block_rams,
        "multipliers": multiplied / part.multipliers,
        "LUT4": luts / part.luts,
    }


def share_line(costs: Sequence[StageCost], part: Part) -> str:
    """The shares, and whether that fits, for a person."""
    used = shares(costs, part)
    listed = ", ".join(f"{share:.0%} of the {name}" for name, share in used.items())
    return f"{part.name}: {listed}: {_verdict(max(used.values()))}"


def as_lines(upsampler: Upsampler) -> list[str]:
    """The cost in lines for a person."""
    costs = stage_costs(upsampler)
    lines = [
        f"estimated cost at {WIDTH}×{HEIGHT}, {FPS} frames a second, {CLOCK / 1e6:.1f} MHz, "
        "nothing of it synthesised:"
    ]
    for number, cost in enumerate(costs, 1):
        made = f" and {cost.table_luts} LUT4" if cost.table_luts else ""
        lines.append(
            f"  stage {number}: {cost.groups} × {cost.lanes} lanes, {cost.products} products, "
            f"tables in {cost.table_block_rams} block RAMs{made}, lines in {cost.line_block_rams}"
        )
    lines.append(f"  {share_line(costs, PARTS[DEFAULT_PART])}")
    return lines


def _verdict(share: float) -> str:
    if share > 1:
        return "does not fit"
    return "fits with 15 % to spare" if share <= MOST else "fits, with less than 15 % to spare"
