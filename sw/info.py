"""Explain a table file: stages, taps, grid, sizes, and its manifest if there is one.

python -m sw info S
python -m sw info published.npy
"""

import argparse
import json

from sw import manifest
from sw.files import FAMILIES, load, table_path
from sw.rotation import ROTATIONS
from sw.spec import Table, Upsampler


def _window(table: Table) -> list[str]:
    """The taps as a drawing: their numbers in place, dots elsewhere."""
    ys, xs = zip(*table.taps, strict=True)
    return [
        " ".join(
            str(table.taps.index((y, x)) + 1) if (y, x) in table.taps else "·"
            for x in range(min(xs), max(xs) + 1)
        )
        for y in range(min(ys), max(ys) + 1)
    ]


def as_text(upsampler: Upsampler) -> str:
    """What ``upsampler`` is, in lines for a person."""
    lookups, pixels = 0, 1  # for each LR pixel: look-ups, and pixels that the stage reads
    lines = [
        f"×{upsampler.scale} in {len(upsampler.stages)} stage(s), {upsampler.table_bytes} bytes"
    ]
    for s, stage in enumerate(upsampler.stages, 1):
        lines.append(
            f"stage {s}: ×{stage.scale}, {stage.padding} padding of {stage.reach} pixel(s), "
            f"sums of {stage.sum_bits} bits with {stage.frac_bits} of fraction"
        )
        for t, table in enumerate(stage.tables, 1):
            grid = table.grid
            lines.append(
                f"  table {t}: {len(table.taps)} taps {' '.join(map(str, table.taps))} as (dy, dx)"
            )
            lines += [f"    {line}" for line in _window(table)]
            lines.append(
                f"    uniform grid: {grid.levels} levels, one every {grid.q} grey level(s), "
                f"{grid.frac_bits} fraction bits"
            )
            lines.append(
                f"    {table.rows} entries of {table.scale}×{table.scale} int8 = "
                f"{table.entries.nbytes} bytes, values {table.entries.min()} to "
                f"{table.entries.max()}: four look-ups add up to a pixel"
            )
            lookups += pixels * ROTATIONS
        pixels *= stage.scale**2
    lines.append(f"work for each LR pixel and colour: {lookups} look-ups, {pixels} HR pixels")
    return "\n".join(lines)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("table", metavar="TABLE", help="name of a table of luts/, or a path")
    parser.add_argument(
        "--family", choices=FAMILIES, help="taps of an .npy that its size leaves open"
    )


def run(args: argparse.Namespace) -> None:
    """Print the description and the manifest."""
    path = table_path(args.table)
    print(f"{path}: {as_text(load(path, args.family))}")
    content = manifest.read(path)
    if content is None:
        print("no manifest beside it")
    else:
        print(f"manifest: {json.dumps(content, indent=2)}")
