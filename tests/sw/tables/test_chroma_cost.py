"""The estimate of the chroma's cost against what Yosys counted."""

import pytest

from sw.tables.chroma_cost import chroma_cost

COUNTED = [
    # ×r, numbers of a sample, bits, samples per clock, samples in a beat, samples of a line;
    # LUT4 of split, enlarger, join and the skid buffers in front of these; block RAMs.
    (4, 3, 9, 1, 4, 960, 204 + 3417 + 245 + 197, 15),
    (4, 3, 9, 2, 8, 960, 204 + 6042 + 485 + 349, 15),
    (4, 3, 9, 4, 16, 960, 204 + 12378 + 965 + 653, 15),
    (4, 2, 8, 1, 4, 960, 41 + 2554 + 69 + 157, 10),
    (4, 2, 8, 2, 8, 960, 41 + 4238 + 133 + 269, 10),
    (4, 2, 8, 4, 16, 960, 41 + 8327 + 261 + 493, 10),
    (4, 2, 8, 1, 2, 480, 47 + 2469 + 37 + 109, 5),
    (4, 2, 8, 1, 4, 480, 47 + 2433 + 69 + 181, 5),
    (4, 2, 8, 2, 8, 480, 47 + 4029 + 133 + 325, 5),
    (3, 3, 9, 2, 4, 960, 204 + 5855 + 245 + 197, 15),
    (3, 2, 8, 1, 2, 480, 47 + 2475 + 37 + 109, 5),
    (2, 3, 9, 1, 2, 960, 204 + 2686 + 125 + 121, 15),
    (2, 3, 9, 2, 4, 960, 204 + 4323 + 245 + 197, 15),
    (2, 3, 9, 4, 8, 960, 204 + 8366 + 485 + 349, 15),
    (2, 2, 8, 1, 2, 480, 47 + 1945 + 37 + 109, 5),
    (2, 2, 8, 2, 4, 960, 41 + 3100 + 69 + 157, 10),
    (2, 2, 8, 4, 8, 480, 47 + 5430 + 133 + 325, 10),
]
"""Counts by ``python docs/colour_counts.py`` for ×4, and by its functions for the others."""


@pytest.mark.parametrize("counted", COUNTED)
def test_within_ten_per_cent_of_yosys(counted):
    scale, components, bits, columns, beat, width, luts, block_rams = counted
    cost = chroma_cost(
        scale, components=components, bits=bits, columns=columns, beat=beat, width=width
    )
    assert cost.luts == pytest.approx(luts, rel=0.1)
    assert cost.block_rams == block_rams


def test_deeper_banks_take_more_block_ram():
    size = {"components": 3, "bits": 9, "columns": 1, "beat": 4, "width": 960}
    two, three = (chroma_cost(4, **size, depth=depth) for depth in (2, 3))
    assert (two.block_rams, three.block_rams) == (15, 30)
    assert two.luts == three.luts
