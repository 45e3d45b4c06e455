"""Line segments of a picture, and the vanishing points that they run to.

Points are y, x in pixels from the picture's upper left corner, where the first pixel's centre is at
0.5, 0.5; vanishing points are homogeneous (y, x, w), w = 0 for parallel lines.
"""

from math import asin, comb, pi

import numpy as np
from scipy.stats import binom
from skimage.feature import canny
from skimage.transform import probabilistic_hough_line

POINTS = 3
"""Vanishing points that are looked for, as of a room or a street."""

TOLERANCE = float(np.sin(np.radians(2)))
"""Sine of the angle by which a segment may miss its vanishing point."""

PAIRS = 3000
"""Pairs of segments whose crossing is tried."""

CHANCE = 0.1
"""Points with as many segments that may be expected of segments that lie at random."""


def find_segments(grey: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Straight edges of ``grey`` (0…1): float64, shape (count, 2 ends, 2), by Canny and Hough.

    Each is fitted to the edge pixels that lie within a pixel and a half of the one that the
    probabilistic Hough transform finds, whose ends are whole pixels.
    """
    edges = canny(grey, sigma=1)
    shortest = max(8, int(0.06 * np.hypot(*grey.shape)))
    found = probabilistic_hough_line(edges, threshold=10, line_length=shortest, line_gap=2, rng=rng)
    ends = np.array(found, float).reshape(-1, 2, 2)[:, :, ::-1]
    points = np.argwhere(edges).astype(float)
    return np.array([fit_segment(pair, points) for pair in ends]).reshape(-1, 2, 2) + 0.5


def fit_segment(ends: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The segment between ``ends`` moved to the middle line of the ``points`` along it."""
    along = (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])
    offset = points - ends[0]
    position = offset @ along
    distance = np.abs(offset[:, 0] * along[1] - offset[:, 1] * along[0])
    near = (distance < 1.5) & (position > -1) & (position < np.linalg.norm(ends[1] - ends[0]) + 1)
    centre = points[near].mean(axis=0)
    direction = np.linalg.svd(points[near] - centre, full_matrices=False)[2][0]
    return centre + ((ends - centre) @ direction)[:, None] * direction


def misses(points: np.ndarray, segments: np.ndarray) -> np.ndarray:
    """Sine of the angle between each segment and the way from its middle to each point.

    ``points`` (p, 3) and ``segments`` (s, 2, 2) give shape (p, s).
    """
    middle = segments.mean(axis=1)
    along = segments[:, 1] - segments[:, 0]
    way = points[:, None, :2] - points[:, None, 2:] * middle
    cross = way[..., 0] * along[:, 1] - way[..., 1] * along[:, 0]
    return np.abs(cross) / np.maximum(
        np.linalg.norm(way, axis=2) * np.linalg.norm(along, axis=1), 1e-12
    )


def crossing(lines: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The point nearest to homogeneous ``lines`` (s, 3), in the sense of least squares."""
    unit = lines / np.linalg.norm(lines[:, :2], axis=1, keepdims=True)
    return np.linalg.svd(unit * weights[:, None], full_matrices=False)[2][2]


def by_chance(support: int, count: int) -> float:
    """How many points to expect to which ``support`` of ``count`` random segments run.

    Each pair crosses in one; another segment, of any direction as likely, runs there within the
    tolerance or not. As Desolneux, Moisan and Morel (2000) count false alarms.
    """
    each = 2 * asin(TOLERANCE) / pi
    return comb(count, 2) * float(binom.sf(support - 3, count - 2, each))


def vanishing_points(
    segments: np.ndarray, shape: tuple[int, int], rng: np.random.Generator
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Up to three vanishing points, the best supported first, each with its segments.

    Pairs of segments propose their crossing; the one to which the most segments run
    is refined on them and they are set aside, then the next is looked for (RANSAC). One that chance
    explains is none.

    Parameters
    ----------
    segments : ndarray, shape (count, 2, 2)
    shape : tuple of int
        Height and width of the picture.
    rng : numpy.random.Generator
        Draws the pairs.

    Returns
    -------
    list of (point, segments)
        Homogeneous (y, x, w) of unit length, and an array like ``segments``.
    """
    # Coordinates of the order of one keep the least squares well conditioned.
    centre, unit = np.array(shape) / 2, float(np.hypot(*shape)) / 2
    left, found = (segments - centre) / unit, []
    while len(left) >= 3 and len(found) < POINTS:
        ends = np.concatenate([left, np.ones((len(left), 2, 1))], axis=2)
        lines = np.cross(ends[:, 0], ends[:, 1])
        length = np.linalg.norm(left[:, 1] - left[:, 0], axis=1)
        first, second = rng.integers(len(left), size=(2, PAIRS))
        proposed = np.cross(lines[first], lines[second])
        proposed = proposed[np.linalg.norm(proposed, axis=1) > 1e-9]
        if not len(proposed):  # all lie on one line
            break
        support = (misses(proposed, left) < TOLERANCE).sum(axis=1)
        point = proposed[np.argmax(support)]
        for _ in range(3):
            near = misses(point[None], left)[0] < TOLERANCE
            if near.sum() >= 2:
                point = crossing(lines[near], length[near])
        near = misses(point[None], left)[0] < TOLERANCE
        if by_chance(int(near.sum()), len(left)) > CHANCE:
            break
        point = np.append(point[:2] * unit + centre * point[2], point[2])
        found.append((point / np.linalg.norm(point), left[near] * unit + centre))
        left = left[~near]
    return found
