"""Samples of more than 8 bits: the grids of the same tables, and table files."""

import numpy as np
import pytest

from sw.errors import BadInput
from sw.tables.description import describe
from sw.tables.files import load, save
from sw.tables.grid import DifferenceGrid, UniformGrid
from sw.tables.samples import SAMPLE_BITS, sample_dtype, white
from sw.tables.spec import Stage, Upsampler
from tables import make_table, make_upsampler

GRIDS = UniformGrid(0), UniformGrid(4), UniformGrid(8), DifferenceGrid((0, 16, 48, 112, 368), -1, 4)


def test_samples():
    assert [white(bits) for bits in SAMPLE_BITS] == [255, 511, 1023, 2047, 4095]
    assert sample_dtype(8) == np.uint8
    assert {sample_dtype(bits) for bits in SAMPLE_BITS[1:]} == {np.dtype(np.uint16)}


@pytest.mark.parametrize("grid", GRIDS, ids=str)
@pytest.mark.parametrize("bits", SAMPLE_BITS)
def test_a_grid_has_the_same_levels_with_more_bits(grid, bits):
    deep = grid.at_bits(bits)
    assert deep.levels == grid.levels
    assert deep.sample_bits == bits
    assert deep.at_bits(8) == grid


def test_points_lie_at_the_same_shades():
    grid = DifferenceGrid((0, 16, 48, 112, 368))
    assert grid.at_bits(10).points == tuple(4 * point for point in grid.points)
    assert grid.at_bits(10).widths == tuple(4 * width for width in grid.widths)
    assert UniformGrid(4).at_bits(10).q == 64


@pytest.mark.parametrize("bits", [7, 13, 10.0, True, None])
def test_other_bits_are_refused(bits):
    with pytest.raises(BadInput, match=r"sample_bits is .*; it must be an integer from 8 to 12"):
        make_upsampler("V", GRIDS[3]).at_bits(bits)
    with pytest.raises(BadInput, match=r"sample_bits is .*; it must be an integer from 8 to 12"):
        UniformGrid(4, bits)


def test_fraction_bits_that_the_samples_do_not_have_are_refused():
    with pytest.raises(BadInput, match="frac_bits is 1; it must be an integer from 2 to 10"):
        UniformGrid(1, 10)


def test_tables_for_different_samples_are_refused():
    stages = [
        Stage(1, "edge", (make_table(((0, 0), (0, 1)), GRIDS[3].at_bits(bits), 1),))
        for bits in (8, 10)
    ]
    with pytest.raises(BadInput, match="the tables have different sample_bits"):
        Upsampler(stages)


def test_a_table_file_serves_samples_of_any_bits(tmp_path):
    upsampler = make_upsampler("V", 4)
    assert upsampler.at_bits(8) is upsampler
    save(tmp_path / "deep.npz", upsampler.at_bits(12))
    assert describe(load(tmp_path / "deep.npz")) == describe(upsampler)
