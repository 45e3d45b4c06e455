"""Explain a table file: stages, taps, grids, bytes, cost in an FPGA, and its manifest.

For each table the window is drawn, with the number of each tap in its place; 1 is the pixel itself.
The cost is an estimate from the description alone. It is for a core that enlarges R, G and B with
the table; with --colour luma it is for one that enlarges the brightness alone, which takes a third
of the look-ups and needs fewer lanes. What interpolates the colour is then not in the estimate. The
manifest, the JSON file beside a table, records how the table was fitted, with its scores.

  python -m sw info compact
  python -m sw info compact --colour luma
  python -m sw info published.npy
"""

import argparse
import json

from sw.commands.table_options import add_colour, add_family_choice
from sw.pictures.colour_formats import TABLE_CHANNELS
from sw.pictures.flat_fields import flat_text
from sw.tables import cost, manifest
from sw.tables.files import load, table_path
from sw.tables.grid import DifferenceGrid, Grid, UniformGrid
from sw.tables.spec import Table, Upsampler


def _window(table: Table) -> list[str]:
    """Lines of a drawing of the window: the number of each tap in its place, dots elsewhere."""
    ys, xs = zip(*table.taps, strict=True)
    return [
        " ".join(
            str(table.taps.index((y, x)) + 1) if (y, x) in table.taps else "·"
            for x in range(min(xs), max(xs) + 1)
        )
        for y in range(min(ys), max(ys) + 1)
    ]


def _grid(grid: Grid) -> list[str]:
    if isinstance(grid, UniformGrid):
        return [
            f"uniform grid: {grid.levels} levels, one every {grid.q} grey level(s), "
            f"{grid.frac_bits} fraction bits"
        ]
    steps = ", ".join(map(str, grid.breakpoints))
    return [
        f"difference grid: {grid.levels} levels at 0 and ±{steps.removeprefix('0, ')} from the "
        "first tap",
        f"{grid.frac_bits} fraction bits; an entry of 1 is worth {2**-grid.unit_bits:g} grey "
        "level(s), and the first tap is added",
    ]


def _table(table: Table, maps: int) -> list[str]:
    """Lines about ``table``, whose stage reads ``maps`` maps."""
    result = "four look-ups add up to a pixel"
    if isinstance(table.grid, DifferenceGrid):
        result = "the mean of four look-ups is added to the picture"
    reads = f", reads map {table.source} of {maps}" if maps > 1 else ""
    return [
        f"{len(table.taps)} taps {' '.join(map(str, table.taps))} as (dy, dx){reads}",
        *(f"  {line}" for line in _window(table)),
        *(f"  {line}" for line in _grid(table.grid)),
        f"  {table.rows} entries of {table.scale}×{table.scale} int8 = "
        f"{table.entries.nbytes} bytes, values {table.entries.min()} to "
        f"{table.entries.max()}: {result}",
    ]


def _work(upsampler: Upsampler, colour: str) -> str:
    """A line on the look-ups in the format ``colour``."""
    hr_pixels = f"{upsampler.scale**2} HR pixels"
    one = cost.lookups_per_pixel(upsampler)
    if colour == "rgb":
        return f"work for each LR pixel and colour: {one} look-ups, {hr_pixels}"
    all_colours = cost.lookups_per_pixel(upsampler, TABLE_CHANNELS["rgb"])
    return f"work for each LR pixel: {one} look-ups in luma ({all_colours} in rgb), {hr_pixels}"


def _cost(upsampler: Upsampler, colour: str) -> list[str]:
    """Lines on the cost in the format ``colour``."""
    return cost.as_lines(upsampler, luma=colour == "luma")


def as_text(upsampler: Upsampler, colour: str = "rgb") -> str:
    """Description of ``upsampler``, with work and cost in the format ``colour``."""
    maps = 1
    lines = [
        f"×{upsampler.scale} in {len(upsampler.stages)} stage(s), {upsampler.table_bytes} bytes"
    ]
    for s, stage in enumerate(upsampler.stages, 1):
        lines.append(
            f"stage {s}: ×{stage.scale}, {stage.padding} padding of {stage.reach} pixel(s), "
            f"sums of {stage.sum_bits} bits with {stage.maps[0][0].grid.sum_frac_bits} of fraction"
        )
        for target, tables in enumerate(stage.maps, stage.passes_picture):
            if len(stage.maps) > 1:
                lines.append(f"  map {target}")
            for t, table in enumerate(tables, 1):
                first, *more = _table(table, maps)
                lines.append(f"  table {t}: {first}")
                lines += [f"  {line}" for line in more]
        maps = stage.maps_out
    lines += [_work(upsampler, colour), flat_text(upsampler), *_cost(upsampler, colour)]
    return "\n".join(lines)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("table", metavar="TABLE", help="name of a table in luts/, or a path")
    add_family_choice(parser)
    add_colour(parser)


def run(args: argparse.Namespace) -> None:
    """Print the description and the manifest."""
    path = table_path(args.table)
    print(f"{path}: {as_text(load(path, args.family), args.colour)}")
    content = manifest.read(path)
    if content is None:
        print("no manifest beside it")
    else:
        print(f"manifest: {json.dumps(content, indent=2)}")
