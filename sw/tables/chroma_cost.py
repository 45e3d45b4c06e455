"""Estimate of what the chroma's way costs in an FPGA: split, interpolation and join.

It stands beside the stages in the colour formats in which the luma alone goes through the tables.
"""

from dataclasses import dataclass
from math import ceil

from sw.tables.block_rams import DUAL_PORT_SHAPES, SINGLE_PORT_SHAPE, block_rams

CHROMA_LUTS = 1180
"""LUT4 of the chroma's interpolation that do not depend on its width. These and the following were
fitted to Yosys's counts for ECP5. All but two of 25 are within 10 %: a beat of one sample takes
11 % more, and a beat of 16 pixels at ×3 a quarter more, because no gearbox is wider."""

CHROMA_TERMS = {2: 18, 3: 27.5, 4: 30}
"""Work for a number of a sample, at ×r: the shifted values that the interpolation adds, and at ×3
something for the gearbox."""

TERM_LUTS, COLUMN_LUTS = 2.9, 4.2
"""LUT4 for a bit of such a value, and for a bit of a number for each column beside it."""

SUM_LUTS, CLIP_LUTS = 39, 21
"""LUT4 of a number of an HR pixel at the join and in the skid buffers in front of it: a difference
that is added, and Cb or Cr."""

LUMA_LUTS, SPLIT_LUTS = 204, 45
"""LUT4 of the split: luma and differences of R, G, B, and Y, Cb, Cr."""


@dataclass(frozen=True)
class ChromaCost:
    """Cost of the chroma's way beside the stages: split, interpolation and join.

    Parameters
    ----------
    block_rams : int
        Of the LR lines.
    luts : int
        LUT4; it has no products.
    """

    block_rams: int
    luts: int


NO_CHROMA = ChromaCost(0, 0)
"""In ``rgb`` and ``grey`` there is none."""


def chroma_cost(
    scale: int, *, components: int, bits: int, columns: int, beat: int, width: int, depth: int = 2
) -> ChromaCost:
    """Cost of the chroma's way.

    Parameters
    ----------
    scale : int
        2, 3 or 4.
    components : int
        Numbers of a sample: 3 differences from the luma, or Cb and Cr.
    bits : int
        Bits of a number. Differences from the luma have one more than a sample of the picture.
    columns : int
        LR samples per clock.
    beat : int
        HR samples in a beat.
    width : int
        Samples of an LR line.
    depth : int
        Lines in each of the five banks of the line memory.
    """
    shapes = (*DUAL_PORT_SHAPES, SINGLE_PORT_SHAPE)
    numbers = components * columns
    rams = 5 * block_rams(depth * ceil(width / columns), numbers * bits, shapes)
    adding = bits * numbers * (TERM_LUTS * CHROMA_TERMS[scale] + COLUMN_LUTS * columns)
    differences = components == 3
    ends = LUMA_LUTS if differences else SPLIT_LUTS
    ends += components * beat * (SUM_LUTS if differences else CLIP_LUTS)
    ends *= (bits - differences) / 8  # measured with samples of 8 bits
    return ChromaCost(rams, round(CHROMA_LUTS + adding + ends))
