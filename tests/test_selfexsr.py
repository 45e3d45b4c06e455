from fractions import Fraction

import numpy as np
import pytest

from pictures import photo_like
from sw.bicubic import resize
from sw.methods import selfexsr
from sw.methods.method import Method, Skipped
from sw.methods.selfexsr_back_projection import back_project
from sw.methods.selfexsr_field import carried_over, first_field
from sw.methods.selfexsr_lines import by_chance, find_segments, vanishing_points
from sw.methods.selfexsr_match import evaluate, propagate, search
from sw.methods.selfexsr_patch import Level, patch_weights
from sw.methods.selfexsr_planes import find_planes, planes_at
from sw.methods.selfexsr_resize import resize_to
from sw.methods.selfexsr_synthesis import FAST, FULL, sizes_between
from sw.methods.selfexsr_transform import plane_transform, transform_scale
from sw.methods.selfexsr_vote import vote
from sw.metrics import bicubic, psnr

FULLY, FASTER = (method.enlarge for method in selfexsr.METHODS)


def mapped(t, dy, dx):
    """Where transform ``t`` takes the offset ``dy``, ``dx``."""
    rows = np.append(t[:8], 1).reshape(3, 3)
    y, x, w = rows @ [dy, dx, 1]
    return np.array([y / w, x / w])


# Resizing and back-projection.


@pytest.mark.parametrize("size", [(1, 1), (3, 8), (13, 10)])
@pytest.mark.parametrize("ratio", [4, 3, 2])
def test_resizing_is_bicubic(size, ratio):
    image = np.random.default_rng(3).integers(60, 190, size, dtype=np.uint8)
    large = resize_to(image.astype(np.float32), *(ratio * side for side in size))
    # The integers are rounded after each of the two passes.
    assert np.abs(large - resize(image, Fraction(ratio))).max() <= 1.2
    small = resize_to(np.repeat(np.repeat(image, ratio, 0), ratio, 1).astype(np.float32), *size)
    assert small.shape == size
    assert np.abs(small - image).mean() < 25


def test_resizing_to_any_size_keeps_a_ramp_straight():
    y, x = np.mgrid[:40, :31]
    ramp = (2 * (y + 0.5) / 40 - (x + 0.5) / 31).astype(np.float32)
    large = resize_to(ramp, 57, 44)
    y, x = np.mgrid[:57, :44]
    straight = 2 * (y + 0.5) / 57 - (x + 0.5) / 44
    assert np.abs(large - straight)[6:-6, 6:-6].max() < 1e-3


def test_back_projection_makes_the_reduction_agree():
    original = photo_like(64, 48, 1)[:, :, 0].astype(np.float32) / 255
    low = resize_to(original, 16, 12)
    guess = resize_to(low, 64, 48)
    better = back_project(guess, low)

    def error(plane):
        return np.sqrt(np.mean((resize_to(plane, 16, 12) - low) ** 2))

    assert error(better) < 0.1 * error(guess)
    assert psnr(255 * better, 255 * original) > psnr(255 * guess, 255 * original)
    assert better.min() >= 0
    assert better.max() <= 1


# Lines, vanishing points, planes.


def perspective_grid(size, vanishing_line, squares=11):
    """A chessboard on a plane with ``vanishing_line``: (h7, h8), 1 at the middle."""
    fine = 4
    y, x = (np.mgrid[: size * fine, : size * fine] + 0.5) / fine - size / 2
    deep = 1 + vanishing_line[0] * y + vanishing_line[1] * x
    turn = np.radians(30)
    u, v = y / deep, x / deep
    along, across = np.cos(turn) * u - np.sin(turn) * v, np.sin(turn) * u + np.cos(turn) * v
    board = (np.floor(along * squares / size) + np.floor(across * squares / size)) % 2
    # Far away the squares are smaller than a pixel.
    board[deep < 0.4] = 0.5
    picture = 0.2 + 0.6 * board.reshape(size, fine, size, fine).mean(axis=(1, 3))
    # Directions (1, 0) and (0, 1) of the board, at infinity in the plane, as points of the picture.
    points = []
    for direction in ((np.cos(turn), -np.sin(turn)), (np.sin(turn), np.cos(turn))):
        slope = np.dot(direction, vanishing_line)
        points.append(-np.array(direction) / slope + size / 2)
    return picture, points


def test_segments_of_a_rectangle():
    y, x = np.mgrid[:80, :100] + 0.5
    along, across = (0.96 * (y - 40) + 0.28 * (x - 50)), (-0.28 * (y - 40) + 0.96 * (x - 50))
    picture = np.clip(np.minimum(20 - np.abs(along), 30 - np.abs(across)) + 0.5, 0, 1)
    segments = find_segments(picture, np.random.default_rng(0))
    assert len(segments) >= 4
    for (y0, x0), (y1, x1) in segments:
        for y, x in ((y0, x0), (y1, x1)):
            along = abs(0.96 * (y - 40) + 0.28 * (x - 50))
            across = abs(-0.28 * (y - 40) + 0.96 * (x - 50))
            assert min(abs(along - 20), abs(across - 30)) < 1.5


def test_vanishing_points_of_a_perspective_grid_are_found():
    picture, true = perspective_grid(200, (0.0042, 0.0014))
    rng = np.random.default_rng(1)
    found = vanishing_points(find_segments(picture, rng), picture.shape, rng)
    assert len(found) >= 2
    places = [point[:2] / point[2] for point, _ in found]
    for point in true:
        away = np.linalg.norm(point - 100)
        assert min(np.linalg.norm(place - point) for place in places) < 0.06 * away


def test_parallel_lines_vanish_at_infinity():
    y = np.mgrid[:120, :120][0]
    stripes = ((y // 12) % 2).astype(float)
    rng = np.random.default_rng(1)
    (point, segments), *_ = vanishing_points(find_segments(stripes, rng), stripes.shape, rng)
    assert len(segments) >= 6
    # They run along x.
    assert abs(point[0]) < 0.03 * abs(point[1])
    assert np.abs(point[1] / point[2] if point[2] else np.inf) > 3000


def random_segments(rng):
    """80 segments of 16 pixels in 200×200."""
    middle, angle = rng.uniform(0, 200, (80, 2)), rng.uniform(0, np.pi, 80)
    half = 8 * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return np.stack([middle - half, middle + half], axis=1)


def test_segments_at_random_hardly_ever_have_a_vanishing_point():
    rng = np.random.default_rng(7)
    found = [vanishing_points(random_segments(rng), (200, 200), rng) for _ in range(30)]
    assert sum(map(bool, found)) <= 6


@pytest.mark.parametrize("place", [(90, 260), (-300, 50), (100, 2000)])
def test_a_vanishing_point_of_some_segments_among_others(place):
    rng = np.random.default_rng(8)
    segments = random_segments(rng)
    way = np.array(place) - segments[:20, 1]
    segments[:20, 0] = segments[:20, 1] + 16 * way / np.linalg.norm(way, axis=1)[:, None]
    (point, near), *_ = vanishing_points(segments, (200, 200), rng)
    away = np.linalg.norm(np.array(place) - 100)
    assert np.linalg.norm(point[:2] / point[2] - place) < 0.1 * away
    assert 18 <= len(near) <= 26


def test_segments_on_one_line_have_none():
    line = np.array([[[5.0, 5], [5, 9]], [[5, 20], [5, 30]], [[5, 40], [5, 50]]])
    assert vanishing_points(line, (60, 60), np.random.default_rng(0)) == []


def test_what_chance_explains():
    # Three segments: any two cross, the third runs there with the chance of 4 in 180 degrees.
    assert by_chance(3, 3) == pytest.approx(3 * 4 / 180)
    assert by_chance(2, 10) == pytest.approx(45)
    assert by_chance(20, 80) < 1e-6


@pytest.mark.parametrize("size", [(1, 1), (2, 9), (40, 30)])
def test_a_blank_picture_has_one_plane(size):
    planes = find_planes(np.full(size, 0.5, np.float32), np.random.default_rng(0))
    assert planes.lines.tolist() == [[0, 0, 1]]
    assert np.all(planes.posterior == 1)


def test_the_plane_of_a_grid_is_found_where_it_is():
    picture, true = perspective_grid(160, (0.005, 0.0015))
    wide = np.full((160, 700), 0.5)
    wide[:, :160] = picture
    planes = find_planes(wide, np.random.default_rng(2))
    line = np.cross([*true[0], 1], [*true[1], 1])
    line /= np.linalg.norm(line[:2])
    found = planes.lines / np.maximum(np.linalg.norm(planes.lines[:, :2], axis=1), 1e-9)[:, None]
    distance = [abs(abs(each @ [80, 80, 1]) - abs(line @ [80, 80, 1])) for each in found[:-1]]
    best = int(np.argmin(distance))
    assert distance[best] < 0.1 * abs(line @ [80, 80, 1])
    assert np.allclose(planes.posterior.sum(axis=0), 1, atol=1e-5)
    assert planes.posterior[best, 80, 80] > 0.5
    assert planes.posterior[-1, 80, 690] > 0.5
    half = planes_at(planes, 80, 350)
    assert np.allclose(half.posterior.sum(axis=0), 1, atol=1e-5)
    assert half.posterior[best, 40, 40] == pytest.approx(planes.posterior[best, 80, 80], abs=0.02)
    # A point of the line in the one size is one in the other.
    a, b, c = planes.lines[best]
    assert half.lines[best] @ [0.5 * 7, 0.5 * (-c - 7 * a) / b, 1] == pytest.approx(0, abs=1e-9)


# Transforms.


@pytest.mark.parametrize("seed", range(5))
def test_the_homography_of_a_plane_moves_it_in_itself(seed):
    rng = np.random.default_rng(seed)
    line = np.array([*rng.normal(0, 0.004, 2), 1])
    p, q = rng.uniform(20, 60, (2, 2))
    t = np.empty(8)
    assert plane_transform(line, np.array([1.0, 0, 0, 1]), tuple(p), tuple(q), t)
    assert np.allclose(mapped(t, 0, 0), q)

    def rectified(point):
        return point / (line @ [*point, 1])

    step = rectified(q) - rectified(p)
    for offset in ((3, 0), (-1, 5), (8, 8)):
        image = mapped(t, *offset)
        assert np.allclose(rectified(image) - rectified(p + offset), step)
    # A point of the vanishing line stays.
    far = np.array([-(line[1] * 7 + line[2]) / line[0], 7])
    assert np.allclose(mapped(t, *(far - p)), far)


def test_a_plane_that_faces_the_camera_only_shifts_the_affine_map():
    t, affine = np.empty(8), np.array([1.5, 0.2, -0.1, 1.2])
    assert plane_transform(np.array([0.0, 0, 1]), affine, (4.5, 9.5), (20.0, 3.0), t)
    assert np.allclose(t, [1.5, 0.2, 20, -0.1, 1.2, 3, 0, 0])
    assert transform_scale(t) == pytest.approx(np.sqrt(1.5 * 1.2 + 0.2 * 0.1))


def test_scale_is_that_of_small_patches_at_the_centre():
    t = np.empty(8)
    line, affine = np.array([0.006, -0.003, 1]), np.array([1.4, 0.3, -0.2, 1.6])
    assert plane_transform(line, affine, (30.5, 40.5), (60.0, 20.0), t)
    d = 1e-5
    jacobian = [(mapped(t, d, 0) - mapped(t, -d, 0)) / (2 * d)]
    jacobian.append((mapped(t, 0, d) - mapped(t, 0, -d)) / (2 * d))
    assert transform_scale(t) == pytest.approx(np.sqrt(abs(np.linalg.det(jacobian))), rel=1e-6)


def test_points_on_either_side_of_the_vanishing_line_are_of_no_plane():
    line = np.array([1.0, 0, -50])
    assert not plane_transform(line, np.array([1.0, 0, 0, 1]), (40, 5), (60, 5), np.empty(8))


# Matching.

STEP = 2 ** (1 / 3)


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
    at = np.clip(truth / step - 0.5, 0, small - 1.001)
    top, (fy, fx) = at.astype(int), np.moveaxis(at % 1, -1, 0)

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
    made = vote(level, field, level.sources)
    assert np.abs(made - level.target)[inner].mean() < 0.005


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


# The whole.


def test_steps():
    assert sizes_between((10, 20), 4, FULL)[0] == pytest.approx(2 ** (1 / 3))
    assert sizes_between((10, 20), 3, FULL)[0] == pytest.approx(3 ** (1 / 5))
    step, sizes = sizes_between((10, 20), 4, FAST)
    assert step == pytest.approx(2**0.5)
    assert sizes == [(14, 28), (20, 40), (28, 57), (40, 80)]
    for scale in range(2, 9):
        assert sizes_between((7, 9), scale, FULL)[1][-1] == (7 * scale, 9 * scale)


def shapes(size):
    """Two discs of different sizes and a wide stripe: uint8 (size, size, 3)."""
    y, x = np.mgrid[: 4 * size, : 4 * size] / (4 * size)
    discs = (np.hypot(y - 0.35, x - 0.35) < 0.25) | (np.hypot(y - 0.75, x - 0.75) < 0.15)
    stripe = np.abs(y - 0.4 * x - 0.62) < 0.07
    grey = 60 + 120 * discs - 40 * stripe
    grey = grey.reshape(size, 4, size, 4).mean(axis=(1, 3))
    return np.stack([grey, 0.9 * grey, 0.8 * grey + 20], axis=2).astype(np.uint8)


@pytest.mark.parametrize("enlarge", [FULLY, FASTER], ids=["full", "fast"])
def test_edges_that_recur_come_out_better_than_by_bicubic(enlarge):
    original = shapes(128)
    low = resize(original, Fraction(1, 4))
    large = enlarge(low, 4)
    assert large.shape == original.shape
    assert large.dtype == np.uint8
    assert psnr(large, original) > psnr(bicubic(low, 4), original) + 2.5


@pytest.mark.parametrize("scale", [2, 3, 4, 8])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_scale_and_kind_of_picture(scale, channels):
    image = photo_like(24, 24, channels)
    large = FASTER(image, scale)
    assert large.shape == (24 * scale, 24 * scale, channels)
    assert large.dtype == np.uint8
    # Reduced again it is the picture.
    again = resize(large, Fraction(1, scale)).astype(int)
    assert np.abs(again - image).mean() < 3


@pytest.mark.parametrize("size", [(1, 1), (1, 8), (2, 3), (4, 5), (5, 5), (8, 8)])
@pytest.mark.parametrize("scale", [2, 4])
def test_tiny_pictures(size, scale):
    large = FASTER(photo_like(*size), scale)
    assert large.shape == (size[0] * scale, size[1] * scale, 3)
    flat = np.full((*size, 3), 120, np.uint8)
    assert np.all(FASTER(flat, scale) == 120)


def test_grey_is_equal_colours():
    grey = photo_like(20, 18, 1)
    colour = FASTER(np.repeat(grey, 3, axis=2), 2)
    # Sums of three equal costs and one cost times three are rounded differently, if at all.
    differs = colour != np.repeat(FASTER(grey, 2), 3, axis=2)
    assert np.mean(differs) < 0.1


def test_the_same_picture_gives_the_same_result():
    image = photo_like(16, 20)
    np.random.seed(1)  # noqa: NPY002 (the result must not hang on it)
    once = FULLY(image, 2)
    np.random.seed(2)  # noqa: NPY002
    assert np.array_equal(once, FULLY(image, 2))


def test_without_numba_it_is_skipped_with_the_reason(monkeypatch):
    assert all(isinstance(method, Method) for method in selfexsr.METHODS)
    monkeypatch.setattr(selfexsr, "find_spec", lambda name: None)
    skipped = selfexsr.method("selfexsr", fast=False)
    assert isinstance(skipped, Skipped)
    assert skipped.reason == "needs numba; install the extra with: pip install -e '.[fit]'"
