import numpy as np
import pytest

from sw.errors import BadInput
from sw.tables.grid import DifferenceGrid, UniformGrid
from sw.tables.published import FAMILIES
from sw.tables.spec import Stage, Table, Upsampler
from tables import make_table

S = FAMILIES["S"]


@pytest.mark.parametrize(
    ("frac_bits", "q", "levels"), [(0, 1, 257), (3, 8, 33), (4, 16, 17), (8, 256, 2)]
)
def test_grid_sizes(frac_bits, q, levels):
    grid = UniformGrid(frac_bits)
    assert (grid.q, grid.levels) == (q, levels)


@pytest.mark.parametrize("frac_bits", [-1, 9, 4.0, None, True])
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
    ("taps", "shape", "dtype", "message"),
    [
        (((0, 0),), (3, 2, 2), np.int8, "it must have 2 to 4"),
        (((0, 0), *[(0, j) for j in range(1, 5)]), (3,) * 5 + (2, 2), np.int8, "2 to 4"),
        (((0, 1), (0, 0)), (3, 3, 2, 2), np.int8, r"\(0, 0\) first"),
        (((0, 0), (0, 1), (0, 1)), (3, 3, 3, 2, 2), np.int8, "distinct"),
        (((0, 0), (0, 8)), (3, 3, 2, 2), np.int8, "-7 to 7"),
        (((0, 0), (0, 0.5)), (3, 3, 2, 2), np.int8, "each must be two integers"),
        (((0, 0), (0, "1")), (3, 3, 2, 2), np.int8, "each must be two integers"),
        (((0, 0), (0, True)), (3, 3, 2, 2), np.int8, "each must be two integers"),
        (((0, 0), (0, 1, 0)), (3, 3, 2, 2), np.int8, "each must be two integers"),
        (((0, 0), (0, 1)), (3, 3, 2, 2), np.int16, "they must be int8"),
        (((0, 0), (0, 1)), (3, 4, 2, 2), np.int8, "shape"),
        (((0, 0), (0, 1)), (3, 3, 2, 3), np.int8, "shape"),
        (((0, 0), (0, 1)), (3, 3), np.int8, "shape"),
        (((0, 0), (0, 1)), (), np.int8, "shape"),
    ],
)
def test_table_refuses(taps, shape, dtype, message):
    with pytest.raises(BadInput, match=message):
        Table(taps, UniformGrid(7), np.zeros(shape, dtype))


def test_table_larger_than_a_file_is_refused():
    with pytest.raises(BadInput, match="4 taps with 129 levels has 4430766096 bytes; it must have"):
        Table.blank(S, UniformGrid(1), 4)


@pytest.mark.parametrize(
    ("scale", "padding", "tables", "message"),
    [
        (5, "reflect", (make_table(S, 7, 4),), "1, 2, 3 or 4"),
        (4.0, "reflect", (make_table(S, 7, 4),), "1, 2, 3 or 4"),
        (True, "reflect", (make_table(S, 7, 1),), "1, 2, 3 or 4"),
        (4, "wrap", (make_table(S, 7, 4),), "reflect or edge"),
        (4, "edge", (), "no table"),
        (2, "edge", (make_table(S, 7, 4),), "tables of scale"),
        (4, "edge", (make_table(S, 7, 4), make_table(S, 6, 4)), "different frac_bits"),
    ],
)
def test_stage_refuses(scale, padding, tables, message):
    with pytest.raises(BadInput, match=message):
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


def test_difference_grid():
    grid = DifferenceGrid((0, 16, 48, 112, 368))
    assert grid.points == (-368, -112, -48, -16, 0, 16, 48, 112, 368)
    assert grid.widths == (256, 64, 32, 16, 16, 32, 64, 256)
    assert (grid.levels, grid.q, grid.sum_frac_bits) == (9, 256, 10)
    assert DifferenceGrid((0, 128, 256), 1).sum_frac_bits == 10
    coarse = DifferenceGrid((0, 16, 48, 112, 368), max_frac_bits=4)
    assert (coarse.q, coarse.sum_frac_bits) == (16, 6)
    table = make_table((*S, (2, 2)), grid, 2)
    assert (table.axes, table.rows, table.strides) == (4, 9**4, (729, 81, 9, 1))


@pytest.mark.parametrize(
    ("breakpoints", "unit_bits", "message"),
    [
        ((0, 16, 8, 264), 0, "larger than the one before"),
        ((0, 16, 16, 272), 0, "larger than the one before"),
        ((-256, 0, 256), 0, "integers or more, from 0"),
        ((16, 272), 0, "from 0"),
        ((0.0, 256.0), 0, "two integers"),
        ((0,), 0, "two integers or more"),
        ((0, 16, 40, 296), 0, "24 apart; the distance must be a power of two"),
        ((0, 512), 0, "512 apart; .* power of two, at most 256"),
        ((0, 127, 255), 0, "127 apart"),
        ((0, 64, 128), 0, "must be above 255"),
        ((0, 1, 3, 7, 15, 31, 63, 127, 255), 0, "must be above 255"),
        ((0, 256), 3, "unit_bits is 3"),
        ((0, 256), -2, "unit_bits is -2"),
        ((0, 256), 0.0, "unit_bits is 0.0"),
        ((0, 256), True, "unit_bits is True"),
        ((False, 256), 0, "two integers"),
    ],
)
def test_difference_grid_refuses(breakpoints, unit_bits, message):
    with pytest.raises(BadInput, match=message):
        DifferenceGrid(breakpoints, unit_bits)


@pytest.mark.parametrize("bits", [-1, 9, 4.0, True])
def test_difference_grid_refuses_fraction_bits(bits):
    with pytest.raises(BadInput, match=f"max_frac_bits is {bits}"):
        DifferenceGrid((0, 256), max_frac_bits=bits)


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ([make_table(S, 7, 1, target=1)], r"targets \[1\]; they must be 0, 1"),
        ([make_table(S, 7, 1), make_table(S, 7, 1, target=2)], r"targets \[0, 2\]"),
        ([make_table(S, 8, 1), make_table(S, DifferenceGrid((0, 256)), 1)], "kinds of grid"),
        (
            [make_table(S, DifferenceGrid((0, 256), bits), 1) for bits in (0, 1)],
            "different unit_bits",
        ),
    ],
)
def test_stage_refuses_maps(tables, message):
    with pytest.raises(BadInput, match=message):
        Stage(1, "edge", tables)


@pytest.mark.parametrize("number", [-1, 1.0, None, True])
@pytest.mark.parametrize("name", ["source", "target"])
def test_table_refuses_map_numbers(name, number):
    with pytest.raises(BadInput, match=f"table's {name} is {number}; it must be an integer"):
        make_table(S, 7, 2, **{name: number})


def test_chain_of_maps():
    difference = DifferenceGrid((0, 128, 256))
    wide = make_table((*S, (0, 2)), difference, 1)
    features = Stage(1, "edge", [wide, make_table(S, 7, 1, target=1)])
    assert features.maps_out == 3
    # 4 × 128 × 128 of the look-ups, 255 × 512 of the centre, 256 for rounding, a sign.
    assert Stage(1, "edge", [wide]).sum_bits == 19
    last = Stage(2, "edge", [make_table(S, 7, 2, source=2)])
    assert Upsampler((features, last)).scale == 2
    with pytest.raises(BadInput, match="table of stage 2 has source 3; it must be below 3"):
        Upsampler((features, Stage(2, "edge", [make_table(S, 7, 2, source=3)])))
    with pytest.raises(BadInput, match="table of stage 1 has source 1; it must be below 1"):
        Upsampler((Stage(2, "edge", [make_table(S, 7, 2, source=1)]),))
    with pytest.raises(BadInput, match="last stage has 2 maps of its own; it must have 1"):
        Upsampler((features,))
