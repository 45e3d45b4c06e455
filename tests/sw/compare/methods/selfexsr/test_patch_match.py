import numpy as np
import pytest

from selfexsr_maps import mapped
from sw.compare.methods.selfexsr.field import carried_over, first_field
from sw.compare.methods.selfexsr.patch import Level, patch_weights
from sw.compare.methods.selfexsr.patch_match import evaluate, propagate, search
from sw.compare.methods.selfexsr.resize import resize_to
from sw.compare.methods.selfexsr.vote import vote

STEP = 2 ** (1 / 3)

pytestmark = pytest.mark.long


def texture(size, seed=0):
    """A smooth random texture of 0…1."""
    noise = np.random.default_rng(seed).random((size // 4, size // 4)).astype(np.float32)
    return np.clip(resize_to(noise, size, size), 0, 1)


def planted(turn):
    """A level whose target is its only smaller copy, turned by ``turn`` radians, and the truth."""
    size, small = 64, 51
    copy = texture(small)
    step = size / small
    y, x = np.mgrid[:size, :size] + 0.5 - size / 2
    cosine, sine = step * np.cos(turn), step * np.sin(turn)
    truth = np.stack([cosine * y - sine * x, sine * y + cosine * x], axis=-1) + size / 2
    position = np.clip(truth / step - 0.5, 0, small - 1.001)
    top, (fy, fx) = position.astype(int), np.moveaxis(position % 1, -1, 0)

    def corner(dy, dx):
        return copy[top[..., 0] + dy, top[..., 1] + dx]

    target = (1 - fy) * ((1 - fx) * corner(0, 0) + fx * corner(0, 1))
    target += fy * ((1 - fx) * corner(1, 0) + fx * corner(1, 1))
    target = (0.9 * target + 0.07).astype(np.float32)[:, :, None]
    level = Level(
        target,
        (0.9 * copy).ravel(),
        np.array([0]),
        np.array([[small, small]]),
        step,
        patch_weights(),
        np.array([[0.0, 0, 1]]),
        np.ones((1, size, size), np.float32),
    )
    return level, truth


def searched(level, rounds, seed):
    field = first_field(*level.target.shape, 0)
    evaluate(level, field)
    first = field.costs.copy()
    rng = np.random.default_rng(seed)
    for _ in range(rounds):
        search(level, field, rng)
        propagate(level, field)
    return field, first


@pytest.mark.parametrize("turn", [0, 0.35, -0.6])
def test_a_planted_copy_is_found(turn):
    level, truth = planted(turn)
    field, first = searched(level, 8, seed=4)
    inner = np.s_[16:-16, 16:-16]
    found = field.transforms[..., [2, 5]]
    away = np.linalg.norm(found - truth, axis=-1)[inner]
    assert np.mean(away < 0.5) > 0.9
    assert np.all(field.costs <= first)
    assert field.costs[inner].mean() < 0.03 * first[inner].mean()
    # The source is darker by a constant, which the bias makes up for.
    assert np.median(field.biases[inner]) == pytest.approx(0.07, abs=0.01)
    turned = np.arctan2(field.affine[..., 2], field.affine[..., 0])[inner]
    assert np.median(turned) == pytest.approx(turn, abs=0.05)
    result = vote(level, field, level.sources)
    assert np.abs(result - level.target)[inner].mean() < 0.005


def test_a_search_is_decided_by_its_seed():
    level, _ = planted(0.35)
    one, same, other = (searched(level, 2, seed)[0] for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not np.array_equal(one.costs, other.costs)


def test_a_field_carried_over_says_the_same_of_the_larger_picture():
    rng = np.random.default_rng(6)
    field = first_field(20, 30, 1, 0)
    field.transforms[..., [0, 1, 3, 4]] += rng.normal(0, 0.2, (20, 30, 4))
    field.transforms[..., [6, 7]] = rng.normal(0, 0.002, (20, 30, 2))
    large = carried_over(field, 25, 36)
    ratio = np.array([25 / 20, 36 / 30])
    for y, x in ((8, 9), (15, 20), (12, 29)):
        near = np.clip(((np.array([y, x]) + 0.5) / ratio).astype(int), 2, [17, 27])
        before = field.transforms[tuple(near)]
        for offset in ((0, 0), (2, -1)):
            place = np.array([y, x]) + 0.5 + offset
            expected = ratio * mapped(before, *(place / ratio - near - 0.5))
            # Scales stay those of the picture in its own pixels, which differ by the ratio.
            assert np.allclose(mapped(large.transforms[y, x], *offset), expected, atol=0.05)
