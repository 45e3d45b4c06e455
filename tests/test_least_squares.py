import numpy as np
import pytest

from pictures import photo_like
from sw import golden, normal
from sw.files import FAMILIES
from sw.least_squares import Problem, Roughness, conjugate_gradients, linear_prior, solve
from sw.photos import Sample
from sw.rotation import ROTATIONS
from sw.spec import UniformGrid
from tables import make_table


def sample(height, width, scale, seed=0, reach=2):
    low = photo_like(height, width, 1, seed)[:, :, 0]
    wanted = np.random.default_rng(seed).integers(0, 256, (height, width, scale**2), dtype=np.uint8)
    return Sample(golden.pad(low, reach, "reflect"), wanted)


def transposed(one, scale):
    """The sample of the transposed picture."""
    height, width = one.hr.shape[:2]
    blocks = one.hr.reshape(height, width, scale, scale).transpose(1, 0, 3, 2)
    return Sample(one.padded.T.copy(), blocks.reshape(width, height, -1))


def matrix(one, table, reach):
    """A of one sample by the golden model: each column is the picture of one entry being 1."""
    unit = np.zeros((table.rows, table.scale**2))
    columns = []
    for i in range(unit.size):
        unit.flat[i] = 1
        total = sum(
            golden.lookup(one.padded, table, unit, reach, k).reshape(-1, table.scale**2)
            for k in range(ROTATIONS)
        )
        columns.append(total.ravel() / table.grid.q)
        unit.flat[i] = 0
    return np.stack(columns, axis=1)


@pytest.mark.parametrize(
    ("taps", "frac_bits"),
    [(FAMILIES["S"], 7), (FAMILIES["F"], 7), (FAMILIES["V"], 6), (((0, 0), (-1, 2)), 5)],
)
@pytest.mark.parametrize("scale", [2, 3])
def test_problem_equals_the_golden_model_written_as_a_matrix(taps, frac_bits, scale):
    table = make_table(taps, frac_bits, scale)
    ones = [sample(3, 4, scale, seed) for seed in range(5)]
    problem = Problem(ones, taps, table.grid, scale, 2)
    everything = ones + [transposed(one, scale) for one in ones]
    a = np.concatenate([matrix(one, table, 2) for one in everything])
    wanted = np.concatenate([one.hr.ravel() for one in everything])
    entries = table.entries.reshape(table.rows, -1).astype(float)

    residual = wanted - a @ entries.ravel()
    gradient, squares = problem.residual(entries)
    assert np.allclose(gradient.ravel(), a.T @ residual, rtol=1e-4, atol=0.05)
    assert squares == pytest.approx(residual @ residual, rel=1e-5)
    product = problem.product(entries)
    assert np.allclose(product.ravel(), a.T @ (a @ entries.ravel()), rtol=1e-4, atol=0.05)
    # The middle of a 3×3 block is turned onto itself, and its look-ups may share an entry.
    turns = [p for p in range(scale**2) if scale != 3 or p != 4]
    diagonal = (a * a).sum(axis=0).reshape(product.shape)
    assert np.allclose(problem.diagonal(), diagonal[:, turns], rtol=1e-5)
    assert problem.values == wanted.size


@pytest.mark.parametrize(("levels", "axes"), [(2, 3), (3, 2), (5, 2), (4, 3)])
def test_roughness(levels, axes):
    rough = Roughness(levels, axes)
    table = np.random.default_rng(0).normal(size=(levels**axes, 4))
    grid = table.reshape(*(levels,) * axes, 4)
    squares = sum(np.sum(np.diff(grid, n=2, axis=axis) ** 2) for axis in range(axes))
    assert np.vdot(table, rough.product(table)) == pytest.approx(squares)
    one_each = np.eye(levels**axes)
    diagonal = np.diag(rough.product(one_each))
    assert np.allclose(rough.diagonal()[:, 0], diagonal)
    straight = np.indices((levels,) * axes).reshape(axes, -1).T @ np.ones((axes, 1))
    assert np.allclose(rough.product(straight), 0)


def test_conjugate_gradients_solve_and_report():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(30, 12))
    h, right = a.T @ a, rng.normal(size=(12, 1))
    gains = []
    x = conjugate_gradients(
        lambda v: h @ v, right, np.diag(h)[:, None], 40, lambda _, gain: gains.append(gain)
    )
    assert np.allclose(h @ x, right)
    assert -sum(gains) == pytest.approx(np.vdot(x, h @ x) - 2 * np.vdot(x, right))


def test_prior_of_a_linear_enlargement_is_that_enlargement():
    # Each HR pixel is its LR pixel: the best linear table gives just that.
    low = photo_like(40, 40, 1)[:, :, 0]
    one = Sample(golden.pad(low, 1, "reflect"), low[:, :, None].repeat(4, axis=2))
    problem = Problem([one], FAMILIES["S"], UniformGrid(6), 2, 1)
    _, squares = problem.residual(linear_prior(problem))
    assert squares / problem.values < 1


def test_solve_finds_a_table_that_made_the_pictures():
    rng = np.random.default_rng(5)
    grid, taps = UniformGrid(6), FAMILIES["V"]
    # A bent surface around a quarter of the centre tap, far from clipping.
    truth = np.indices((5, 5))[0][:, :, None, None] * 12.0 + rng.normal(0, 1.5, (5, 5, 2, 2)) + 8
    lows = [rng.integers(0, 256, (30, 30), dtype=np.uint8) for _ in range(3)]
    samples = []
    for low in lows:
        padded = golden.pad(low, 1, "reflect")
        table = make_table(taps, 6, 2)
        total = sum(golden.lookup(padded, table, truth.reshape(25, 4), 1, k) for k in range(4))
        hr = np.rint(total / grid.q).astype(np.uint8).reshape(30, 30, 4)
        samples.append(Sample(padded, hr))
    reports = []
    solved = solve(
        samples,
        taps,
        grid,
        2,
        1,
        iterations=60,
        ridge=1e-4,
        smooth=0,
        after=lambda mse, _: reports.append(mse),
    )
    assert reports == sorted(reports, reverse=True)
    problem = Problem(samples, taps, grid, 2, 1)
    _, squares = problem.residual(solved)
    # The transposed copies ask for a symmetric table, which the truth is not; against the
    # pictures as they are it must still come close to what rounding alone costs, 1/12.
    assert squares / problem.values == pytest.approx(reports[-1], rel=0.01)
    symmetric = solve([samples[0]], taps, grid, 2, 1, iterations=60, ridge=1e-4, smooth=0)
    assert np.isfinite(symmetric).all()


def test_result_does_not_depend_on_the_threads(monkeypatch):
    samples = [sample(12, 15, 2, seed) for seed in range(6)]

    def fit():
        return solve(
            samples, FAMILIES["V"], UniformGrid(5), 2, 2, iterations=5, ridge=0.1, smooth=1
        )

    first = fit()
    monkeypatch.setattr("sw.least_squares.ThreadPoolExecutor", lambda: OneThread())
    assert np.array_equal(fit(), first)


class OneThread:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    map = staticmethod(map)


def test_black_needs_no_picture():
    one = sample(5, 5, 2)
    table = make_table(FAMILIES["S"], 7, 2)
    entries = table.entries.reshape(-1, 4).astype(np.float32)
    problem = Problem([one], table.taps, table.grid, 2, 2)
    zeros = Problem([Sample(one.padded, np.zeros_like(one.hr))], table.taps, table.grid, 2, 2)
    assert np.array_equal(problem.product(entries), -zeros.residual(entries)[0])
    assert normal.residual_adjoint.signatures
