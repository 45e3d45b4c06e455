import numpy as np
import pytest

from selfexsr_maps import mapped
from sw.compare.methods.selfexsr.lines import by_chance, find_segments, vanishing_points
from sw.compare.methods.selfexsr.planes import find_planes, resized_planes
from sw.compare.methods.selfexsr.transform import plane_transform, transform_scale


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
    direction = np.array(place) - segments[:20, 1]
    segments[:20, 0] = (
        segments[:20, 1] + 16 * direction / np.linalg.norm(direction, axis=1)[:, None]
    )
    (point, near), *_ = vanishing_points(segments, (200, 200), rng)
    away = np.linalg.norm(np.array(place) - 100)
    assert np.linalg.norm(point[:2] / point[2] - place) < 0.1 * away
    assert 18 <= len(near) <= 26


def test_segments_on_one_line_have_none():
    line = np.array([[[5.0, 5], [5, 9]], [[5, 20], [5, 30]], [[5, 40], [5, 50]]])
    assert vanishing_points(line, (60, 60), np.random.default_rng(0)) == []


def test_three_segments_in_general_position_have_none():
    # Each two of them cross, and the third runs elsewhere.
    segments = np.array([[[10.0, 10], [10, 30]], [[20, 50], [40, 50]], [[10, 10], [30, 32]]])
    assert vanishing_points(segments, (60, 60), np.random.default_rng(0)) == []


def test_what_chance_explains():
    # Of three segments any two cross. The third runs there with a probability of 4° in 180°.
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
    distance = [abs(abs(other @ [80, 80, 1]) - abs(line @ [80, 80, 1])) for other in found[:-1]]
    best = int(np.argmin(distance))
    assert distance[best] < 0.1 * abs(line @ [80, 80, 1])
    assert np.allclose(planes.posterior.sum(axis=0), 1, atol=1e-5)
    assert planes.posterior[best, 80, 80] > 0.5
    assert planes.posterior[-1, 80, 690] > 0.5
    half = resized_planes(planes, 80, 350)
    assert np.allclose(half.posterior.sum(axis=0), 1, atol=1e-5)
    assert half.posterior[best, 40, 40] == pytest.approx(planes.posterior[best, 80, 80], abs=0.02)
    # The line goes through the same points in both sizes.
    a, b, c = planes.lines[best]
    assert half.lines[best] @ [0.5 * 7, 0.5 * (-c - 7 * a) / b, 1] == pytest.approx(0, abs=1e-9)


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
