"""Estimate of what an upsampler costs in an FPGA, from its description alone.

The tables of a group (same map, same taps, same grid) share each look-up: one address, and one wide
entry that holds the numbers of all of them. A look-up is needed for each pixel that the stage
reads, each colour and each rotation. A *lane* does one look-up per clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from sw.tables import banks
from sw.tables.block_rams import DUAL_PORT_SHAPES, SINGLE_PORT_SHAPE, block_rams
from sw.tables.chroma_cost import NO_CHROMA, ChromaCost, chroma_cost
from sw.tables.rotation import ROTATIONS
from sw.tables.spec import Stage, Table, Upsampler

COLOURS = 3
"""Colour channels of the core, if nothing else is said."""

WIDTH, HEIGHT, FPS = 960, 540, 60
"""LR frame size and frames per second of the estimate."""

CLOCK = 4 * WIDTH * HEIGHT * FPS
"""Hz: four clocks for each LR pixel, 124.4 MHz."""

PAIRED_BITS = 5
"""Most fraction bits with which two numbers of an entry share one product of 18 by 6 bits."""

PRODUCT_LUTS = 90
"""LUT4 of a product without a multiplier, of 8 by 9 bits or of a pair by 5 or 6 bits, as in
``boards/flow/soft_product.v``."""

LANE_LUTS = 720
"""LUT4 of a lane without its products: split, sort, rows, weights, additions. Measured with Yosys
for ECP5, for a lane of four numbers with four fraction bits."""

ENLARGING_LUTS = {1: 850, 3: 2050}
PLAIN_LUTS = {1: 400, 3: 760}
MAP_LUTS = 200
"""LUT4 around the lanes of a stage that enlarges, and of one that does not, by the colours: line
buffers, windows, rounding, writing; and for each map more than one, in or out, and colour. Fitted
to Yosys's counts of ``pico``, ``nano``, ``tiny`` and ``compact`` with frames of 960×540, all of
which are within 10 %. With samples of more bits they are taken to grow in proportion."""

MAX_USE = 0.85
"""Share of a part that may be used; the rest is spare."""


@dataclass(frozen=True)
class Part:
    """An FPGA: its block RAMs of 18 Kbit, its 18×18 multipliers and its LUT4.

    A multiplier does one product, because nextpnr cannot split it into two 9×9 ones.
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
    """Cost of one stage.

    Parameters
    ----------
    groups : int
        Groups of tables that share look-ups.
    lanes : int
        Lanes of each group.
    table_block_rams : int
        Block RAMs of the tables, with all the copies that the lanes need.
    line_block_rams : int
        Block RAMs of the line buffers, for input and output lines.
    table_luts : int
        LUT4 of the tables that are small enough for logic.
    around_luts : int
        LUT4 around the lanes.
    products : int
        Products (entry times weight) per clock.
    """

    groups: int
    lanes: int
    table_block_rams: int
    line_block_rams: int
    table_luts: int
    around_luts: int
    products: int


def lookups_per_pixel(upsampler: Upsampler, colours: int = 1) -> int:
    """Look-ups for each LR pixel of ``colours`` colours; one that a group shares counts once."""
    total, pixels = 0, 1
    for stage in upsampler.stages:
        total += pixels * ROTATIONS * len(stage.groups)
        pixels *= stage.scale**2
    return colours * total


def _lanes(pixels: int, colours: int) -> int:
    """Lanes of a group whose stage reads ``pixels`` pixels of ``colours`` for each LR pixel.

    A divisor or a multiple of the look-ups of one pixel, so that no lane idles.
    """
    per_pixel = colours * ROTATIONS
    needed = per_pixel * pixels * WIDTH * HEIGHT * FPS / CLOCK
    if needed > per_pixel:
        return per_pixel * ceil(needed / per_pixel)
    divisors = (lanes for lanes in range(1, per_pixel + 1) if per_pixel % lanes == 0)
    return min(lanes for lanes in divisors if lanes >= needed)


def paired(tables: Sequence[Table]) -> bool:
    """Whether two numbers of an entry share a product, which needs small weights."""
    return tables[0].grid.frac_bits <= PAIRED_BITS and len(tables) * tables[0].scale ** 2 > 1


def products(tables: Sequence[Table]) -> int:
    """Products of one look-up of a group."""
    numbers = len(tables) * tables[0].scale ** 2
    return banks.count(tables[0]) * (ceil(numbers / 2) if paired(tables) else numbers)


def in_luts(table: Table) -> bool:
    """Whether a table is small enough to be stored in logic instead of block RAM."""
    return banks.depth(table) <= banks.MAX_LOGIC_ROWS


def group_cost(tables: Sequence[Table], lanes: int) -> tuple[int, int, int]:
    """Cost of a group of tables with ``lanes`` lanes: block RAMs, LUT4 of the tables, products."""
    numbers = len(tables) * tables[0].scale ** 2
    count, depth = banks.count(tables[0]), banks.depth(tables[0])
    all_products = lanes * products(tables)
    if in_luts(tables[0]):
        return 0, lanes * count * 8 * numbers * ceil(depth / 16), all_products
    # Two lanes share a copy of the table where a dual-port memory is cheaper than two copies.
    one_lane = block_rams(depth, 8 * numbers, (*DUAL_PORT_SHAPES, SINGLE_PORT_SHAPE))
    two_lanes = min(block_rams(depth, 8 * numbers, DUAL_PORT_SHAPES), 2 * one_lane)
    return count * (lanes // 2 * two_lanes + lanes % 2 * one_lane), 0, all_products


def _line_block_rams(stage: Stage, maps_in: int, colours: int, columns: int, width: int) -> int:
    """Block RAMs of the input lines around the current one, and of the output lines."""
    shapes = (*DUAL_PORT_SHAPES, SINGLE_PORT_SHAPE)
    bits = stage.sample_bits * colours
    total = block_rams(ceil(width / columns), 2 * stage.reach * maps_in * columns * bits, shapes)
    if stage.scale > 1:
        # r lines are written while the r lines before them are read.
        lines = 2 * stage.scale * len(stage.maps)
        total += block_rams(stage.scale * width, lines * bits, shapes)
    return total


def stage_cost(
    stage: Stage, maps_in: int, lanes: int, width: int, colours: int = COLOURS
) -> StageCost:
    """Cost of a stage with ``lanes`` lanes a group.

    Parameters
    ----------
    stage : Stage
        The stage.
    maps_in : int
        Maps that the stage reads.
    lanes : int
        Lanes of each group.
    width : int
        Pixels of a line that the stage reads.
    colours : int
        Colour channels.
    """
    costs = [group_cost(group, lanes) for group in stage.groups]
    rams, table_luts, products = map(sum, zip(*costs, strict=True))
    columns = max(1, lanes // (colours * ROTATIONS))
    lines = _line_block_rams(stage, maps_in, colours, columns, width)
    around = (ENLARGING_LUTS if stage.scale > 1 else PLAIN_LUTS)[colours]
    around += MAP_LUTS * colours * (maps_in + stage.maps_out - 2)
    around = round(around * stage.sample_bits / 8)
    return StageCost(len(costs), lanes, rams, lines, table_luts, around, products)


def stage_costs(upsampler: Upsampler, colours: int = COLOURS) -> list[StageCost]:
    """Cost of each stage with frames of ``WIDTH`` × ``HEIGHT`` LR pixels, ``FPS`` a second.

    ``colours`` is how many values of a pixel go through the tables.
    """
    costs, scale, maps = [], 1, 1
    for stage in upsampler.stages:
        lanes = _lanes(scale**2, colours)
        costs.append(stage_cost(stage, maps, lanes, scale * WIDTH, colours))
        scale, maps = scale * stage.scale, stage.maps_out
    return costs


def shares(
    costs: Sequence[StageCost], part: Part, chroma: ChromaCost = NO_CHROMA
) -> dict[str, float]:
    """Used shares of the part's block RAMs, multipliers and LUT4; above 1 means too many.

    Products use up to ``MAX_USE`` of the multipliers; the others are built from LUT4.
    """
    rams = chroma.block_rams
    rams += sum(cost.table_block_rams + cost.line_block_rams for cost in costs)
    products = sum(cost.products for cost in costs)
    multiplied = min(products, int(part.multipliers * MAX_USE))
    luts = sum(
        cost.table_luts + cost.around_luts + cost.groups * cost.lanes * LANE_LUTS for cost in costs
    )
    luts += (products - multiplied) * PRODUCT_LUTS + chroma.luts
    return {
        "block RAMs": rams / part.block_rams,
        "multipliers": multiplied / part.multipliers,
        "LUT4": luts / part.luts,
    }


def share_line(costs: Sequence[StageCost], part: Part, chroma: ChromaCost = NO_CHROMA) -> str:
    """One line with the used shares and the verdict."""
    used = shares(costs, part, chroma)
    share_text = ", ".join(f"{share:.0%} of the {name}" for name, share in used.items())
    return f"{part.name}: {share_text}: {_verdict(max(used.values()))}"


def standard_chroma(upsampler: Upsampler) -> ChromaCost:
    """Cost of the chroma of the format ``luma`` in the estimate of :func:`as_lines`."""
    scale = upsampler.scale
    beat = max(1, scale**2 * WIDTH * HEIGHT * FPS // CLOCK)
    return chroma_cost(
        scale, components=COLOURS, bits=9, columns=ceil(beat / scale), beat=beat, width=WIDTH
    )


def as_lines(upsampler: Upsampler, *, luma: bool = False) -> list[str]:
    """The estimate as lines of text, for the format ``rgb`` or ``luma``."""
    costs = stage_costs(upsampler, 1 if luma else COLOURS)
    chroma = standard_chroma(upsampler) if luma else NO_CHROMA
    title = "estimated cost in luma" if luma else "estimated cost"
    lines = [
        f"{title} at {WIDTH}×{HEIGHT}, {FPS} frames a second, {CLOCK / 1e6:.1f} MHz, "
        "not synthesised:"
    ]
    for number, cost in enumerate(costs, 1):
        luts = f" and {cost.table_luts} LUT4" if cost.table_luts else ""
        lines.append(
            f"  stage {number}: {cost.groups} × {cost.lanes} lanes, {cost.products} products, "
            f"tables in {cost.table_block_rams} block RAMs{luts}, lines in {cost.line_block_rams}"
        )
    if luma:
        lines.append(f"  chroma: {chroma.luts} LUT4, lines in {chroma.block_rams} block RAMs")
    lines.append(f"  {share_line(costs, PARTS[DEFAULT_PART], chroma)}")
    return lines


def _verdict(share: float) -> str:
    if share > 1:
        return "does not fit"
    return "fits with 15 % to spare" if share <= MAX_USE else "fits, with less than 15 % to spare"
