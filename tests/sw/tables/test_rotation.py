import numpy as np
import pytest

from sw.tables.rotation import block_source, orbits, rotate_taps


@pytest.mark.parametrize("k", range(4))
@pytest.mark.parametrize("tap", [(0, 0), (0, 1), (1, 0), (-1, 2)])
def test_rotated_tap_reads_the_pixel_that_the_turned_picture_has_there(k, tap):
    picture = np.arange(7 * 7).reshape(7, 7)
    turned = np.rot90(picture, k)
    ((dy, dx),) = rotate_taps((tap,), k)
    # The centre pixel stays the centre when a square of odd side is turned.
    assert turned[3 + tap[0], 3 + tap[1]] == picture[3 + dy, 3 + dx]


def test_four_turns_are_none():
    taps = (0, 0), (0, 1), (2, -1)
    assert rotate_taps(taps, 4) == taps
    assert rotate_taps(rotate_taps(taps, 1), 3) == taps


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
@pytest.mark.parametrize("k", range(4))
def test_block_lands_where_the_turned_picture_puts_it(scale, k):
    block = np.random.default_rng(0).integers(0, 99, (scale, scale))
    there = block.ravel()[block_source(scale, k)].reshape(scale, scale)
    assert np.array_equal(np.rot90(there, k), block)


def test_orbits_are_the_places_that_rotations_mix():
    assert [len(orbit) for orbit in orbits(1)] == [1]
    assert [len(orbit) for orbit in orbits(2)] == [4]
    assert sorted(len(orbit) for orbit in orbits(3)) == [1, 4, 4]
    assert [len(orbit) for orbit in orbits(4)] == [4] * 4
    for scale in (1, 2, 3, 4):
        assert sorted(np.concatenate(orbits(scale))) == list(range(scale**2))
        block = np.zeros(scale**2)
        for value, orbit in enumerate(orbits(scale)):
            block[orbit] = value
        block = block.reshape(scale, scale)
        assert np.array_equal(block, np.rot90(block))
