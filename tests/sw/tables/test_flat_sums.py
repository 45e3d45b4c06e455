import numpy as np
import pytest

from sw.tables.flat_sums import FlatConstraint, flat_sums
from sw.tables.grid import DifferenceGrid
from sw.tables.published import FAMILIES
from sw.tables.spec import Stage
from tables import make_table


def test_a_stage_that_passes_the_picture_on_is_free():
    stage = Stage(1, "edge", (make_table(FAMILIES["S"], DifferenceGrid((0, 256)), 1),))
    assert flat_sums(stage, final=False) == []
    assert len(flat_sums(stage, final=True)) == 1


def test_a_uniform_grid_has_a_sum_for_each_point_and_group_of_positions():
    stage = Stage(3, "edge", (make_table(FAMILIES["F"], 5, 3),))
    assert len(flat_sums(stage, final=True)) == 3 * 9


def test_a_uniform_grid_over_another_map_is_free():
    table = make_table(FAMILIES["S"], 6, 2, source=1)
    assert flat_sums(Stage(2, "edge", (table,)), final=True) == []


def test_rounding_keeps_sums_within_the_range_of_an_entry():
    constraint = FlatConstraint([0, 250], [np.array([0, 1, 2]), np.array([3, 4])])
    vector = np.array([127.6, 127.4, -500, 300, 100, 0.4], np.float32)
    integers = constraint.rounded(vector)
    assert integers[3:5].sum() == 250
    assert integers.min() >= -128
    assert integers.max() <= 127
    assert integers[5] == 0
    assert vector[0] == np.float32(127.6)


def test_projection_and_free_directions():
    rng = np.random.default_rng(1)
    constraint = FlatConstraint([3.0, 7.0], [np.array([0, 5]), np.array([2, 3, 7])])
    vector, direction = rng.normal(size=(2, 9))
    constraint.project(vector)
    assert vector[[0, 5]].sum() == pytest.approx(3)
    assert vector[[2, 3, 7]].sum() == pytest.approx(7)
    constraint.free(direction)
    moved = vector + direction
    constraint.project(moved)
    assert moved == pytest.approx(vector + direction)
