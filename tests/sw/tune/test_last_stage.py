import numpy as np
import pytest

from pictures import photo_like
from sw.photos.crops import RandomCrops
from sw.photos.planes import Plane
from sw.tables.design import parse
from sw.tune import last_stage
from sw.tune.chain import Chain
from sw.tune.last_stage import settle
from sw.tune.stage_problem import StageProblem
from sw.tune.tuning import noise

DESIGN = "x1 V:5 | V:5 ; x2 V:5 + V@1:5 ; x2 F:5 + V:7"


def random_entries(chain, seed, spread=6):
    entries = np.random.default_rng(seed).normal(0, spread, chain.size)
    return np.rint(entries).clip(-128, 127).astype(np.float32)


def last_problem(chain, vector, target, edge=0, count=3):
    """The problem of the last stage; ``target`` turns its outputs into the wanted ones."""
    last, maps, targets = len(chain.groups) - 1, [], []
    for seed in range(count):
        maps_in = [photo_like(14, 16, 1, seed)[:, :, 0]]
        for number in range(last):
            maps_in, _ = chain.forward_stage(number, maps_in, vector)
        maps.append(maps_in)
        targets.append(target(chain.forward_stage(last, maps_in, vector)[0][0]))
    weights = np.arange(1, count + 1) / 2
    return StageProblem(chain, last, vector, maps, targets, weights, edge), maps, targets


@pytest.mark.parametrize("edge", [0, 5])
def test_residual_product_and_diagonal_agree(edge):
    chain = Chain(parse(DESIGN))
    vector = random_entries(chain, 1)
    problem, _, _ = last_problem(chain, vector, lambda result: result // 2 + 60, edge)
    rng = np.random.default_rng(2)
    x, d = (rng.normal(0, 3, chain.size)[problem.where] for _ in range(2))
    (gradient_x, squares_x), (gradient_xd, squares_xd) = map(problem.residual, (x, x + d))
    image = problem.product(d)
    scale = np.abs(image).max()
    assert np.abs(gradient_x - gradient_xd - image).max() < 1e-3 * scale
    assert squares_xd == pytest.approx(squares_x - 2 * d @ gradient_x + d @ image, rel=1e-4)
    for i in rng.integers(len(x), size=8):
        unit = np.zeros_like(x)
        unit[i] = 1
        # Not equal: a pixel may read an entry in two rotations, which adds mixed products.
        assert problem.product(unit)[i] >= problem.diagonal()[i] * (1 - 1e-3) - 1e-6


@pytest.mark.parametrize("edge", [0, 5])
def test_squares_are_those_of_the_pictures(edge):
    chain = Chain(parse(DESIGN))
    vector = random_entries(chain, 3)
    problem, maps, targets = last_problem(chain, vector, lambda result: result // 2 + 60, edge)
    other = vector.copy()
    other[problem.where] = random_entries(chain, 4)[problem.where]
    expected, inner = 0.0, slice(2 * edge, -2 * edge or None)
    for weight, maps_in, target in zip((0.5, 1, 1.5), maps, targets, strict=True):
        _, trace = chain.forward_stage(2, maps_in, other)
        expected += weight * np.sum((trace.sums[0] - target)[inner, inner] ** 2.0)
    assert problem.residual(other[problem.where])[1] == pytest.approx(expected, rel=1e-5)


def test_values_above_255_are_no_error_where_the_target_is_white():
    chain = Chain(parse("x2 V:5"))
    bright = np.full(chain.size, 127, np.float32)
    problem, _, targets = last_problem(chain, bright, lambda result: np.full_like(result, 255))
    gradient, squares = problem.residual(bright)
    _, dark = problem.residual(-bright)
    assert all((target == 255).all() for target in targets)
    assert dark > 0 < np.abs(problem.residual(-bright)[0]).max()
    assert squares < 0.2 * dark
    # Some pixels are still too dark and need brighter entries; none needs darker ones.
    assert gradient.min() >= 0


def mean_error(chain, vector, plane):
    result, _ = chain.forward(plane.lr, vector)
    return np.mean(result[8:-8, 8:-8].astype(float) - plane.hr[8:-8, 8:-8])


def test_settle_removes_a_mean_error_and_changes_only_the_last_stage():
    chain = Chain(parse(DESIGN))
    right = chain.flat.rounded(random_entries(chain, 5, spread=3))
    lr = photo_like(48, 56, 1)[:, :, 0] // 2 + 60
    plane = Plane(lr, chain.forward(lr, right)[0])
    off = right.copy()
    last = slice(chain.groups[2][0].where.start, None)
    # A level too bright everywhere, and noise on top.
    off[last] += 1 + np.random.default_rng(6).integers(-1, 2, off[last].shape)
    # The entries that keep flat fields are not moved; here they are right from the start.
    held = chain.flat.held(chain.size)
    off[held] = right[held]
    errors = []
    settled = settle(
        chain,
        off + 0.3,
        RandomCrops([plane], 20),
        count=30,
        margin=3,
        seed=0,
        after=errors.append,
    )
    assert len(errors) == 1 + last_stage.PASSES
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.7 * errors[0]
    assert np.array_equal(settled[: last.start], off[: last.start])
    assert np.array_equal(settled, np.rint(settled))
    assert mean_error(chain, off, plane) > 0.35
    assert abs(mean_error(chain, settled, plane)) < 0.15


def test_settle_draws_the_same_crops_for_the_same_seed():
    chain = Chain(parse("x2 V:5"))
    lr = photo_like(40, 40, 1)[:, :, 0]
    crops = RandomCrops([Plane(lr, lr.repeat(2, 0).repeat(2, 1) // 2)], 20)
    start = noise(chain, 0) + 3
    results, errors = [], []
    for seed in (0, 0, 1):
        options = {"count": 8, "margin": 2, "seed": seed, "after": errors.append}
        results.append(settle(chain, start, crops, **options))
    assert np.array_equal(results[0], results[1])
    first, again, other = np.reshape(errors, (3, -1))
    assert np.array_equal(first, again)
    assert first[0] != other[0]
