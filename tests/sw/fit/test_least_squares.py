import numpy as np
import pytest

from pictures import photo_like
from sw import golden
from sw.fit.conjugate_gradients import CgState
from sw.fit.least_squares import HIGH, LOW, Roughness, Solver, linear_prior
from sw.fit.round_entries import round_entries
from sw.fit.table_problem import Problem, photograph_weights
from sw.photos.planes import Plane
from sw.tables.flat_sums import FlatConstraint
from sw.tables.published import FAMILIES
from sw.tables.spec import Stage
from tables import make_table


@pytest.mark.parametrize(("levels", "axes"), [(2, 3), (3, 2), (5, 2), (4, 3)])
def test_roughness(levels, axes):
    rough = Roughness(levels, axes)
    table = np.random.default_rng(0).normal(size=(levels**axes, 4))
    grid = table.reshape(*(levels,) * axes, 4)
    squares = sum(np.sum(np.diff(grid, n=2, axis=axis) ** 2) for axis in range(axes))
    assert np.vdot(table, rough.product(table)) == pytest.approx(squares)
    diagonal = np.diag(rough.product(np.eye(levels**axes)))
    assert np.allclose(rough.diagonal()[:, 0], diagonal)
    straight = np.indices((levels,) * axes).reshape(axes, -1).T @ np.ones((axes, 1))
    assert np.allclose(rough.product(straight), 0)


def test_conjugate_gradients_solve_and_report_their_gain():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(30, 12))
    h, right = a.T @ a, rng.normal(size=(12, 1))
    diagonal = np.diag(h)[:, None]
    cg = CgState.start(right, diagonal)
    gains = [cg.advance(lambda v: h @ v, diagonal) for _ in range(40)]
    assert np.allclose(h @ cg.x, right)
    assert -sum(gains) == pytest.approx(np.vdot(cg.x, h @ cg.x - 2 * right))


def flat(table, entries):
    """``entries``, moved a little so that flat fields are kept, as a fit keeps them."""
    entries = entries.copy()
    stage = Stage(table.scale, "reflect", (table,))
    FlatConstraint.of_stage(stage, final=True).project(entries.reshape(-1))
    return entries


def from_table(table, entries, seeds, size=30):
    """The problem of finding ``entries`` again in planes that were enlarged with them."""
    planes = []
    for seed in seeds:
        lr = np.random.default_rng(seed).integers(0, 256, (size, size), dtype=np.uint8)
        padded = golden.pad(lr, table.reach, "reflect")
        total = sum(golden.lookup(padded, table, entries, table.reach, k) for k in range(4))
        r = table.scale
        hr = (total / table.grid.q).reshape(size, size, r, r).transpose(0, 2, 1, 3)
        hr = np.clip(np.rint(hr), 0, 255).astype(np.uint8).reshape(size * r, size * r)
        planes.append(Plane(lr, hr))
    return Problem(planes, photograph_weights(planes), table, "reflect")


def solve(problem, iterations=60, ridge=1e-4, smooth=0.0, start=None):
    solver = Solver(problem, iterations=iterations, ridge=ridge, smooth=smooth, start=start)
    state = solver.begin()
    objectives = [[] for _ in solver.rounds]
    solver.run(state, lambda: objectives[state.round].append(state.objective))
    return state.table, objectives


def test_prior_of_a_linear_enlargement_is_that_enlargement():
    # Each HR pixel equals its LR pixel, which a linear table can do.
    lr = photo_like(40, 40, 1)[:, :, 0]
    one = Plane(lr, lr.repeat(2, axis=0).repeat(2, axis=1))
    problem = Problem([one], photograph_weights([one]), make_table(FAMILIES["S"], 6, 2), "reflect")
    _, squares = problem.residual(linear_prior(problem))
    assert squares / problem.values < 1


def test_solver_finds_a_table_that_made_the_pictures():
    rng = np.random.default_rng(5)
    table = make_table(FAMILIES["V"], 6, 2)
    # A surface around a quarter of the centre tap; symmetric, because the fit is.
    truth = np.indices((5, 5))[0][:, :, None, None] * 15.0 + rng.normal(0, 2.5, (5, 5, 2, 2))
    truth = flat(table, (truth + truth[:, :, ::-1]).reshape(25, 4) / 2)
    problem = from_table(table, truth, range(6))
    solved, objectives = solve(problem)
    assert len(objectives) == 4
    for of_one_round in objectives:
        assert of_one_round == sorted(of_one_round, reverse=True)
    _, squares = problem.residual(solved)
    # Only the rounding error of the pictures remains, 1/12.
    assert squares / problem.values < 0.1


def test_entries_stay_in_range_and_others_compensate():
    table = make_table(FAMILIES["V"], 8, 2)
    # A pixel is the sum of four entries, one for each rotation; here one of them is out of range.
    truth = np.tile(np.array([[0, 0], [180, 5], [10, 60], [64, 64]], float), 2)
    problem = from_table(table, truth, range(3))
    free, _ = solve(problem, ridge=1e-6)
    assert free.max() <= HIGH
    assert free.min() >= LOW
    clipped_late = np.clip(truth, LOW, HIGH)
    assert problem.residual(free)[1] < 0.7 * problem.residual(clipped_late)[1]


def test_rounding_errors_compensate_each_other():
    rng = np.random.default_rng(1)
    table = make_table(FAMILIES["S"], 6, 2)
    truth = rng.uniform(0, 60, (table.rows, 4))
    problem = from_table(table, truth, range(3), size=60)
    truth = problem.symmetric(truth)
    reports = []
    rounded = round_entries(problem, truth, reports.append, held=np.zeros(truth.shape, bool))
    assert rounded.dtype == np.int8
    assert reports == sorted(reports, reverse=True)
    nearest = problem.residual(np.rint(truth))[1]
    best = problem.residual(truth)[1]
    assert problem.residual(rounded.astype(float))[1] - best < 0.8 * (nearest - best)
    assert np.abs(rounded - truth).max() < 1


def test_entries_that_no_photograph_reads_stay_at_the_start():
    table = make_table(FAMILIES["V"], 5, 2, low=-20, high=60)
    start = flat(table, table.entries.reshape(-1, 4).astype(float))
    # Stripes: a look-up sees 96 beside 160 or, along them, the same level twice.
    lr = np.tile(np.array([96, 160], np.uint8), (20, 10))
    one = Plane(lr, lr.repeat(2, axis=0).repeat(2, axis=1))
    problem = Problem([one], [np.ones((1, 1), np.float32)], table, "reflect")
    solved, _ = solve(problem, ridge=0.01, start=start)
    unseen = np.ones(81, bool)
    unseen[[3 * 9 + 3, 3 * 9 + 5, 5 * 9 + 3, 5 * 9 + 5]] = False
    assert np.allclose(solved[unseen], problem.symmetric(start)[unseen])
    assert problem.residual(solved)[1] < 0.1 * problem.residual(problem.symmetric(start))[1]


def test_a_fine_grid_learns_coarse_shapes_in_few_iterations(monkeypatch):
    table = make_table(FAMILIES["V"], 0, 2)
    y, x = np.indices((257, 257)).reshape(2, -1, 1)
    # A wave over the grid; each photograph reads only few points of it.
    truth = (y + x) / 8 + 8 * np.sin((x - y) / 40) * np.ones(4)
    unseen = from_table(table, truth, [9])

    def error():
        solved, _ = solve(from_table(table, truth, range(2)), iterations=8, ridge=0.1, smooth=1.0)
        return unseen.residual(solved)[1] / unseen.values

    with_coarse = error()
    monkeypatch.setattr("sw.fit.least_squares.COARSE", table.grid)
    assert with_coarse < 0.5
    assert with_coarse < error() / 3
