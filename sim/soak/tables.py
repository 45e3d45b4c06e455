"""What a soak has covered, as tables in Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sim.soak.jobs import BEGINNINGS, FAULTS, SIZES, TRAFFIC, FrameClass
from sw.pictures.colour_formats import CHANNELS
from sw.tables.samples import SAMPLE_BITS

COLOUR, BITS, STAGES, SIZE, FAULT, PATTERN, BEGINNING = range(7)
"""Positions in a key of :attr:`sim.soak.cores.Report.covered`."""

STAGE_COUNTS = 1, 2, 3


def coverage_tables(covered: Counter[FrameClass]) -> str:
    """Frames by format and size, bits or fault, and by stages and traffic or beginning."""
    return "\n\n".join(
        [
            _cross(covered, "format", COLOUR, tuple(CHANNELS), SIZE, SIZES),
            _cross(covered, "format", COLOUR, tuple(CHANNELS), BITS, SAMPLE_BITS),
            _cross(covered, "format", COLOUR, tuple(CHANNELS), FAULT, FAULTS),
            _cross(covered, "stages", STAGES, STAGE_COUNTS, PATTERN, TRAFFIC),
            _cross(covered, "stages", STAGES, STAGE_COUNTS, BEGINNING, BEGINNINGS),
        ]
    )


def _cross(
    covered: Counter[FrameClass],
    title: str,
    row: int,
    rows: Sequence[object],
    column: int,
    columns: Sequence[str],
) -> str:
    cells: Counter[tuple[object, object]] = Counter()
    for key, count in covered.items():
        cells[key[row], key[column]] += count
    lines = [f"| {title} | {' | '.join(map(str, columns))} |", "|---" * (len(columns) + 1) + "|"]
    lines += [
        f"| {name} | {' | '.join(str(cells[name, other]) for other in columns)} |" for name in rows
    ]
    return "\n".join(lines)
