import numpy as np
import pytest

from chains import GRID, HALF, WIDE, S, chain_of_maps
from pictures import assert_same, photo_like
from sw.golden import upscale
from sw.pictures.flat_fields import flat_errors
from sw.tables.flat_sums import flattened
from sw.tables.grid import UniformGrid
from sw.tables.spec import Stage, Upsampler
from sw.tune.chain import Chain
from tables import make_table


@pytest.mark.parametrize("low", [-128, -20])
def test_forward_is_the_golden_model(low):
    upsampler = chain_of_maps(low, -low - 1)
    chain = Chain(upsampler)
    lr = photo_like(11, 14, 1)[:, :, 0]
    result, _ = chain.forward(lr, chain.vector())
    assert_same(upscale(lr, upsampler), result, "chain")


def test_vector_and_back():
    upsampler = flattened(chain_of_maps())
    chain = Chain(upsampler)
    again = chain.rounded(chain.vector() + 0.4)
    for one, other in zip(upsampler.stages, again.stages, strict=True):
        for a, b in zip(one.tables, other.tables, strict=True):
            assert np.array_equal(a.entries, b.entries)
            assert (a.source, a.target, a.taps) == (b.source, b.target, b.taps)
    assert max(t.entries.max() for t in chain.rounded(chain.vector() + 9).stages[0].tables) == 127


def test_rounded_entries_keep_flat_fields():
    chain = Chain(chain_of_maps(-20, 19))
    rng = np.random.default_rng(3)
    vector = chain.vector() + rng.uniform(-0.5, 0.5, chain.size).astype(np.float32)
    assert flat_errors(chain.upsampler).any()
    assert not flat_errors(chain.rounded(vector)).any()
    # Only the entries of these sums are further away than rounding moves them.
    held = chain.flat.held(chain.size)
    moved = np.abs(Chain(chain.rounded(vector)).vector() - np.rint(vector))
    assert not moved[~held].any()
    assert moved[held].any()


def random_gradient(shape):
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def linear_entries(table):
    """Entries, as a vector, of a table that is a linear function of its taps."""
    grid, first = table.grid, len(table.taps) - table.axes
    points = np.array(grid.points if first else np.arange(grid.levels) * grid.q)
    positions = points[np.indices((grid.levels,) * table.axes)].reshape(table.axes, -1, 1)
    slopes = np.random.default_rng(2).normal(size=(table.axes, 1, table.scale**2)) / 40
    # On a uniform grid four look-ups make the pixel; the level keeps it from being clipped.
    level = 0 if first else 30
    return (level + (positions * slopes).sum(axis=0)).astype(np.float32).ravel()


def test_gradient_of_entries():
    # Before rounding and clipping, one stage is linear in its entries.
    chain = Chain(Upsampler([Stage(2, "edge", [make_table(WIDE, GRID, 2, low=-9, high=9)])]))
    lr = photo_like(9, 8, 1)[:, :, 0] // 2 + 60
    vector = chain.vector()
    other = np.random.default_rng(1).normal(size=chain.size).astype(np.float32)
    _, before = chain.forward(lr, vector)
    _, after = chain.forward(lr, vector + other)
    gradient = random_gradient((18, 16))
    got, _ = chain.backward(gradient, vector, before)
    change = after[0].sums[0] - before[0].sums[0]
    assert np.vdot(got, other) == pytest.approx(np.vdot(gradient, change), rel=1e-3)


@pytest.mark.parametrize("grid", [GRID, HALF, UniformGrid(6)])
def test_gradient_of_the_picture(grid):
    # With a linear table the result is linear in the picture, in all simplices alike.
    table = make_table(WIDE, grid, 2)
    chain, vector = Chain(Upsampler([Stage(2, "edge", [table])])), linear_entries(table)
    lr = photo_like(8, 9, 1)[:, :, 0] // 2 + 60
    other = lr.copy()
    other[2:-2, 2:-2] += np.random.default_rng(3).integers(0, 9, (4, 5), dtype=np.uint8)
    _, before = chain.forward(lr, vector)
    _, after = chain.forward(other, vector)
    gradient = random_gradient((16, 18))
    _, got = chain.backward(gradient, vector, before)
    change = after[0].sums[0] - before[0].sums[0]
    moved = other.astype(float) - lr
    assert np.vdot(got, moved) == pytest.approx(np.vdot(gradient, change), rel=1e-3)


def test_gradient_of_an_inner_map():
    features = make_table(S, GRID, 1)
    last = make_table(WIDE, GRID, 2, source=1)
    chain = Chain(Upsampler([Stage(1, "edge", [features]), Stage(2, "edge", [last])]))
    vector = np.concatenate([np.zeros(features.entries.size, np.float32), linear_entries(last)])
    lr = photo_like(12, 12, 1)[:, :, 0] // 2 + 60
    lift = np.zeros(chain.size, np.float32)
    lift[: features.entries.size] = np.random.default_rng(5).normal(0, 20, features.entries.size)
    _, before = chain.forward(lr, vector)
    _, after = chain.forward(lr, vector + lift)
    change = after[1].sums[0] - before[1].sums[0]
    # The chain ignores the gradient of padding: compare away from the border.
    gradient = np.zeros_like(change)
    gradient[6:-6, 6:-6] = change[6:-6, 6:-6]
    got, _ = chain.backward(gradient, vector, before)
    # The only difference is the rounding of the map between the stages.
    assert np.vdot(got, lift) == pytest.approx(np.vdot(gradient, change), rel=0.02)


def test_no_gradient_beyond_clipping():
    table = make_table(S, GRID, 2, low=100, high=127)
    chain = Chain(Upsampler([Stage(2, "edge", [table])]))
    white = np.full((5, 5), 255, np.uint8)
    _, traces = chain.forward(white, chain.vector())
    wants_more, wants_less = (np.full((10, 10), sign, np.float32) for sign in (-1, 1))
    assert not chain.backward(wants_more, chain.vector(), traces)[0].any()
    assert chain.backward(wants_less, chain.vector(), traces)[0].any()
