"""Memory bits of a core, and of the block RAM of some parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sw.tables import banks
from sw.tables.pack import entry_words

if TYPE_CHECKING:
    from hw.core_params import CoreParams

TARGETS = {
    "ecp5-25f": 56 * 18 * 1024,
    "ecp5-85f": 208 * 18 * 1024,
    "xc7a100t": 135 * 36 * 1024,
    "xc7k325t": 445 * 36 * 1024,
    "xczu7ev": 312 * 36 * 1024 + 96 * 288 * 1024,
}
"""Bits of block RAM of some parts, UltraRAM included."""


@dataclass(frozen=True)
class MemoryBits:
    """Bits of memory of a core.

    Parameters
    ----------
    table : int
        All copies of all banks, unused rows included.
    line_buffer : int
        LR lines above and below.
    line_writer : int
        HR lines.
    colour : int
        LR lines of the chroma, and of the luma that is held back; 0 in ``rgb`` and ``grey``.
    loader : int
        The packed table while it is loaded; 0 if tables cannot be loaded.
    """

    table: int
    line_buffer: int
    line_writer: int
    colour: int
    loader: int

    @property
    def total(self) -> int:
        """Bits of all memories."""
        return self.table + self.line_buffer + self.line_writer + self.colour + self.loader


def memory_bits(params: CoreParams) -> MemoryBits:
    """Bits of memory of a core, before block RAM rounds them up."""
    table = line_buffer = line_writer = 0
    for stage in params.stages:
        for group in stage.groups:
            depth = banks.depth(group.table)
            table += group.copies * group.banks * depth * group.numbers * 8
        line_buffer += 2 * stage.reach * stage.max_beats * stage.pixels.size
        if not stage.has_pixel_queue:
            line_writer += (
                stage.ring_words * stage.word_columns * stage.block * stage.pixel_out.size
            )
    colour = 0
    if params.has_chroma:
        luma_and_flags = params.sample_bits + 2
        colour = params.chroma.line_bits + params.pixels_held * luma_and_flags
    loader = 32 * entry_words(params.upsampler) if params.reload else 0
    return MemoryBits(table, line_buffer, line_writer, colour, loader)
