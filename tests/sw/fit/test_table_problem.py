import numpy as np
import pytest

from pictures import photo_like
from suites import long
from sw import golden
from sw.fit import table_problem
from sw.fit.passes import PATCH
from sw.fit.table_problem import Problem, photograph_weights
from sw.photos.planes import Plane
from sw.tables.published import FAMILIES
from sw.tables.rotation import ROTATIONS, mirror, rotate_taps
from tables import make_table


def plane(height, width, scale, seed=0):
    rng = np.random.default_rng(seed)
    hr = rng.integers(0, 256, (height * scale, width * scale), dtype=np.uint8)
    hr[rng.random(hr.shape) < 0.2] = 0
    hr[rng.random(hr.shape) < 0.2] = 255
    return Plane(photo_like(height, width, 1, seed)[:, :, 0], hr)


def matrix(one, table):
    """A for one plane, from the golden model: column i is the picture for a 1 in entry i."""
    r, (height, width) = table.scale, one.lr.shape
    unit = np.zeros((table.rows, r**2))
    padded = golden.pad(one.lr, table.reach, "reflect")
    columns = []
    for i in range(unit.size):
        unit.flat[i] = 1
        total = sum(
            golden.lookup(padded, table, unit, table.reach, k) for k in range(ROTATIONS)
        ).reshape(height, width, r, r)
        columns.append(total.transpose(0, 2, 1, 3).ravel() / table.grid.q)
        unit.flat[i] = 0
    return np.stack(columns, axis=1)


@pytest.mark.parametrize(
    ("taps", "frac_bits"),
    [
        long(FAMILIES["S"], 7),
        (FAMILIES["F"], 7),
        long(FAMILIES["V"], 6),
        (((0, 0), (-1, 2)), 5),
    ],
)
@pytest.mark.parametrize("scale", [2, 3])
def test_problem_equals_the_golden_model_written_as_a_matrix(taps, frac_bits, scale):
    table = make_table(taps, frac_bits, scale)
    planes = [plane(3, 4, scale, seed) for seed in range(5)]
    weights = [np.full((1, 1), 0.5 + seed, np.float32) for seed in range(5)]
    problem = Problem(planes, weights, table, "reflect")
    both = planes + [one.transposed() for one in planes]
    a = np.concatenate([matrix(one, table) for one in both])
    wanted = np.concatenate([one.hr.ravel() for one in both]).astype(float)
    w = np.concatenate([np.full(one.hr.size, 0.5 + i % 5) for i, one in enumerate(both)])
    shape = table.rows, scale**2
    entries = problem.symmetric(table.entries.reshape(shape).astype(float))

    error = wanted - a @ entries.ravel()
    error[(wanted == 0) & (error > 0)] = 0
    error[(wanted == 255) & (error < 0)] = 0
    gradient, squares = problem.residual(entries)
    assert np.allclose(2 * gradient.ravel(), a.T @ (w * error), rtol=1e-4, atol=0.2)
    assert 2 * squares == pytest.approx(error @ (w * error), rel=1e-5)
    product = problem.product(entries)
    assert np.allclose(2 * product.ravel(), a.T @ (w * (a @ entries.ravel())), rtol=1e-4, atol=0.2)
    # The middle of a 3×3 block stays in place when rotated; its look-ups may share an entry.
    rotating = [pixel for pixel in range(scale**2) if scale != 3 or pixel != 4]
    diagonal = (a * a * w[:, None]).sum(axis=0).reshape(shape)
    assert np.allclose(2 * problem.diagonal(), diagonal[:, rotating], rtol=1e-5)
    assert problem.values == wanted.size / 2


def test_weights_of_patches_land_where_the_patches_are():
    height, width, r = PATCH + 3, 2 * PATCH + 1, 2
    one = plane(height, width, r)
    weight = np.random.default_rng(0).random((2, 3)).astype(np.float32)
    table = make_table(FAMILIES["V"], 6, r)
    problem = Problem([one], [weight], table, "edge")
    entries = problem.symmetric(table.entries.reshape(-1, r * r).astype(float))
    total, squares = np.zeros_like(entries), 0.0
    for y in range(2):
        for x in range(3):
            only = np.zeros_like(weight)
            only[y, x] = weight[y, x]
            part = Problem([one], [only], table, "edge")
            gradient, part_squares = part.residual(entries)
            total, squares = total + gradient, squares + part_squares
            assert (part.diagonal() > 0).any()
    gradient, all_squares = problem.residual(entries)
    assert np.allclose(total, gradient)
    assert squares == pytest.approx(all_squares)


@pytest.mark.parametrize("taps", [*FAMILIES.values(), ((0, 0), (1, 1)), ((0, 0), (1, 2), (2, 1))])
def test_a_symmetric_table_treats_mirror_images_alike(taps):
    order, positions = mirror(taps, 3)
    table = make_table(taps, 6, 3)
    mirrored = table.entries.reshape(*table.entries.shape[:-2], 9)
    mirrored = mirrored.transpose(*order, len(order))[..., positions]
    image = photo_like(9, 7, 1)[:, :, 0]

    def enlarged(entries, picture):
        entries = entries.reshape(table.rows, 9).astype(np.int32)
        padded = golden.pad(picture, table.reach, "edge")
        blocks = sum(
            golden.lookup(padded, table, entries, table.reach, k) for k in range(ROTATIONS)
        ).reshape(*picture.shape, 3, 3)
        return blocks.transpose(0, 2, 1, 3).reshape(3 * picture.shape[0], -1)

    assert np.array_equal(enlarged(mirrored, image.T).T, enlarged(table.entries, image))


def test_a_window_without_symmetry_has_no_mirror():
    assert mirror(((0, 0), (0, 1), (1, 2)), 2) is None
    assert mirror(rotate_taps(FAMILIES["F"], 1), 2) is not None


def test_photographs_weigh_by_their_roughness():
    flat = Plane(np.full((8, 8), 90, np.uint8), np.full((16, 16), 90, np.uint8))
    rough = plane(2 * PATCH, 9, 2)
    flat_weight, rough_weight = photograph_weights([flat, rough])
    assert rough_weight.shape == (2, 1)
    error = rough.hr.astype(float) - rough.lr.repeat(2, 0).repeat(2, 1)
    assert flat_weight[0, 0] / rough_weight[0, 0] == pytest.approx(
        np.sqrt((np.mean(error**2) + 2) / 2), rel=1e-5
    )
    mean = (64 * flat_weight[0, 0] + rough.lr.size * rough_weight[0, 0]) / (64 + rough.lr.size)
    assert mean == pytest.approx(1)


def test_sums_do_not_depend_on_the_threads(monkeypatch):
    table = make_table(FAMILIES["V"], 5, 2)
    planes = [plane(12, 15, 2, seed) for seed in range(6)]
    problem = Problem(planes, photograph_weights(planes), table, "reflect")
    entries = table.entries.reshape(-1, 4).astype(float)
    first = problem.residual(entries)
    monkeypatch.setattr(table_problem, "ThreadPoolExecutor", OneThread)
    again = problem.residual(entries)
    assert np.array_equal(first[0], again[0])
    assert first[1] == again[1]


class OneThread:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    map = staticmethod(map)
