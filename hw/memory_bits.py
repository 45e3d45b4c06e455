"""How much memory a core takes, and what parts hold."""

from dataclasses import dataclass

from hw.core_params import CoreParams
from sw.tables import banks

TARGETS = {
    "ecp5-25f": 56 * 18 * 1024,
    "ecp5-85f": 208 * 18 * 1024,
    "xc7a100t": 135 * 36 * 1024,
    "xc7k325t": 445 * 36 * 1024,
    "xczu7ev": 312 * 36 * 1024 + 96 * 288 * 1024,
}
"""Bits of block RAM (UltraRAM included) in some parts."""


@dataclass(frozen=True)
class MemoryBits:
    """Bits of memory by what holds them.

    Parameters
    ----------
    table : int
        All copies of the banks, rows that no entry needs included.
    line_buffer, line_writer : int
        LR lines above and below; HR lines.
    """

    table: int
    line_buffer: int
    line_writer: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.table + self.line_buffer + self.line_writer


def memory_bits(params: CoreParams) -> MemoryBits:
    """Bits of memory in the core; what block RAM rounds up comes on top."""
    table = line_buffer = line_writer = 0
    for s in params.stages:
        for group in s.groups:
            depth = banks.depth(group.table)
            table += group.copies * group.banks * depth * group.numbers * 8
        line_buffer += 2 * s.reach * s.max_beats * s.pixels.size
        if not s.queues:
            line_writer += 2 * s.line_words * s.word_columns * s.block * s.pixel_out.size
    return MemoryBits(table, line_buffer, line_writer)
