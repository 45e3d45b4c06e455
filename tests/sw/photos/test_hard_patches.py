import numpy as np
import pytest

from sw.photos.hard_patches import PatchSampler, patch_values


def test_patch_values_are_the_area_from_the_bin_up():
    gains = np.array([0.0, 1, 1, 2, 4])
    # Four bins, a decibel wide, hold 1, 2, 1 and 1 of five patches.
    assert np.allclose(patch_values(gains, 4), [5 / 5, 4 / 5, 4 / 5, 2 / 5, 1 / 5])


def test_equal_gains_are_worth_the_same():
    assert np.ptp(patch_values(np.full(7, 0.3), 5)) == 0
    assert np.isfinite(patch_values(np.zeros(1), 5)).all()


@pytest.mark.parametrize("seed", range(5))
def test_probability_is_conserved_and_moves_to_small_gains(seed):
    rng = np.random.default_rng(seed)
    sampler = PatchSampler(200, bins=10)
    for _ in range(30):
        drawn = sampler.draw(50, rng)
        assert len(set(drawn)) == 50
        before = sampler.probability.copy()
        gains = rng.normal(1, 0.5, 50)
        sampler.update(drawn, gains)
        others = np.setdiff1d(np.arange(200), drawn)
        assert np.array_equal(sampler.probability[others], before[others])
        assert sampler.probability[drawn].sum() == pytest.approx(before[drawn].sum())
        assert sampler.probability.sum() == pytest.approx(1)
        by_gain = sampler.probability[drawn][np.argsort(gains)]
        assert (np.diff(by_gain) <= 1e-15).all()
        assert by_gain[0] > by_gain[-1]


def test_hard_patches_are_drawn_more_often():
    rng = np.random.default_rng(0)
    sampler = PatchSampler(100)
    gains = np.linspace(0, 2, 100)
    counts = np.zeros(100)
    for _ in range(300):
        drawn = sampler.draw(20, rng)
        counts[drawn] += 1
        sampler.update(drawn, gains[drawn])
    assert counts[:20].mean() > 2 * counts[-20:].mean()


def test_more_than_there_are_draws_all():
    drawn = PatchSampler(5).draw(9, np.random.default_rng(0))
    assert sorted(drawn) == [0, 1, 2, 3, 4]
