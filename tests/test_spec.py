import numpy as np
import pytest

from sw.errors import BadInput
from sw.files import FAMILIES
from sw.spec import Stage, Table, UniformGrid, Upsampler
from tables import make_table

S = FAMILIES["S"]


@pytest.mark.parametrize(
    ("frac_bits", "q", "levels"), [(0, 1, 257), (3, 8, 33), (4, 16, 17), (8, 256, 2)]
)
def test_grid_sizes(frac_bits, q, levels):
    grid = UniformGrid(frac_bits)
    assert (grid.q, grid.levels) == (q, levels)


@pytest.mark.parametrize("frac_bits", [-1, 9, 4.0, None])
def test_grid_refuses(frac_bits):
    with pytest.raises(BadInput, match="integer from 0 to 8"):
        UniformGrid(frac_bits)


def test_table_sizes():
    table = make_table(((0, 0), (0, 2), (-3, 1)), 5, 3)
    assert table.scale == 3
    assert table.rows == 9**3
    assert table.strides == (81, 9, 1)
    assert table.reach == 3


def test_entries_are_copied_and_frozen():
    entries = np.zeros((3, 3, 2, 2), np.int8)
    table = Table(FAMILIES["V"], UniformGrid(7), entries)
    entries[:] = 5
    assert not table.entries.any()
    with pytest.raises(ValueError, match="read-only"):
        table.entries[:] = 1


@pytest.mark.parametrize(
    ("taps", "shape", "dtype", "says"),
    [
        (((0, 0),), (3, 2, 2), np.int8, "2 to 4 are accepted"),
        (((0, 0), *[(0, j) for j in range(1, 5)]), (3,) * 5 + (2, 2), np.int8, "2 to 4"),
        (((0, 1), (0, 0)), (3, 3, 2, 2), np.int8, r"\(0, 0\) first"),
        (((0, 0), (0, 1), (0, 1)), (3, 3, 3, 2, 2), np.int8, "distinct"),
        (((0, 0), (0, 8)), (3, 3, 2, 2), np.int8, "-7 to 7"),
        (((0, 0), (0, 1)), (3, 3, 2, 2), np.int16, "int8 is accepted"),
        (((0, 0), (0, 1)), (3, 4, 2, 2), np.int8, "shape"),
        (((0, 0), (0, 1)), (3, 3, 2, 3), np.int8, "shape"),
        (((0, 0), (0, 1)), (3, 3), np.int8, "shape"),
        (((0, 0), (0, 1)), (), np.int8, "shape"),
    ],
)
def test_table_refuses(taps, shape, dtype, says):
    with pytest.raises(BadInput, match=says):
        Table(taps, UniformGrid(7), np.zeros(shape, dtype))


@pytest.mark.parametrize(
    ("scale", "padding", "tables", "says"),
    [
        (5, "reflect", (make_table(S, 7, 4),), "1, 2, 3 or 4"),
        (4, "wrap", (make_table(S, 7, 4),), "reflect or edge"),
        (4, "edge", (), "no table"),
        (2, "edge", (make_table(S, 7, 4),), "tables of scale"),
        (4, "edge", (make_table(S, 7, 4), make_table(S, 6, 4)), "different frac_bits"),
    ],
)
def test_stage_refuses(scale, padding, tables, says):
    with pytest.raises(BadInput, match=says):
        Stage(scale, padding, tables)


def test_stage_sizes():
    stage = Stage(4, "reflect", (make_table(S, 4, 4), make_table(((0, 0), (-2, 0)), 4, 4)))
    assert stage.reach == 2
    # 2 tables × 4 rotations × 16 × -128 = -16384, and 8 more for rounding: 16 bits, signed.
    assert stage.sum_bits == 16


def test_chain():
    two, three = (Stage(r, "edge", (make_table(S, 7, r),)) for r in (2, 3))
    upsampler = Upsampler((two, three))
    assert upsampler.scale == 6
    assert upsampler.table_bytes == 81 * 4 + 81 * 9
    with pytest.raises(BadInput, match="no stage"):
        Upsampler(())
