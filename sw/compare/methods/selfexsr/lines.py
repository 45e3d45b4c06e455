"""Line segments of a picture, and the vanishing points towards which they run.

Points are y, x in pixels from the upper left corner of the picture; the centre of the first pixel
is at 0.5, 0.5. Vanishing points are homogeneous (y, x, w); w is 0 for parallel lines.
"""

from math import asin, comb, pi

import numpy as np
from scipy.stats import binom
from skimage.feature import canny
from skimage.transform import probabilistic_hough_line

POINTS = 3
"""Most vanishing points to look for: a room or a street has three."""

TOLERANCE = float(np.sin(np.radians(2)))
"""Sine of the angle by which a segment may miss its vanishing point."""

PAIRS = 3000
"""Pairs of segments whose crossing is tried."""

CHANCE = 0.1
"""A vanishing point is kept if random segments give fewer than so many points like it."""


def find_segments(grey: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Straight edges of ``grey`` (0…1), by Canny and Hough: float64, shape (count, 2 ends, 2).

    The ends that the probabilistic Hough transform finds are whole pixels. Each segment is
    therefore fitted to the edge pixels within a pixel and a half of it.
    """
    edges = canny(grey, sigma=1)
    shortest = max(8, int(0.06 * np.hypot(*grey.shape)))
    found = probabilistic_hough_line(edges, threshold=10, line_length=shortest, line_gap=2, rng=rng)
    ends = np.array(found, float).reshape(-1, 2, 2)[:, :, ::-1]
    points = np.argwhere(edges).astype(float)
    return np.array([fit_segment(pair, points) for pair in ends]).reshape(-1, 2, 2) + 0.5


def fit_segment(ends: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The segment between ``ends``, moved onto the line fitted to the ``points`` beside it."""
    along = (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])
    offset = points - ends[0]
    position = offset @ along
    distance = np.abs(offset[:, 0] * along[1] - offset[:, 1] * along[0])
    near = (distance < 1.5) & (position > -1) & (position < np.linalg.norm(ends[1] - ends[0]) + 1)
    centre = points[near].mean(axis=0)
    direction = np.linalg.svd(points[near] - centre, full_matrices=False)[2][0]
    return centre + ((ends - centre) @ direction)[:, None] * direction


def misses(points: np.ndarray, segments: np.ndarray) -> np.ndarray:
    """Sine of the angle between each segment and the line from its middle to each point.

    ``points`` of shape (points, 3) and ``segments`` of shape (segments, 2, 2) give an array of
    shape (points, segments).
    """
    middle = segments.mean(axis=1)
    along = segments[:, 1] - segments[:, 0]
    towards = points[:, None, :2] - points[:, None, 2:] * middle
    cross = towards[..., 0] * along[:, 1] - towards[..., 1] * along[:, 0]
    return np.abs(cross) / np.maximum(
        np.linalg.norm(towards, axis=2) * np.linalg.norm(along, axis=1), 1e-12
    )


def crossing(lines: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The point nearest to three or more homogeneous ``lines`` (count, 3), by least squares."""
    unit = lines / np.linalg.norm(lines[:, :2], axis=1, keepdims=True)
    return np.linalg.svd(unit * weights[:, None], full_matrices=False)[2][2]


def by_chance(support: int, count: int) -> float:
    """Expected number of points towards which ``support`` of ``count`` random segments run.

    Each pair of segments crosses in a point. Any other segment has a random direction, which is
    within the tolerance of the point or not. This is the number of false alarms of Desolneux,
    Moisan and Morel (2000).
    """
    probability = 2 * asin(TOLERANCE) / pi
    return comb(count, 2) * float(binom.sf(support - 3, count - 2, probability))


def vanishing_points(
    segments: np.ndarray, shape: tuple[int, int], rng: np.random.Generator
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Up to three vanishing points, the best supported first, each with its segments.

    Random pairs of segments propose their crossings (RANSAC). The crossing towards which most
    segments run is refined on these, which are then set aside for the next search. The search ends
    at a point that chance explains.

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
    remaining, found = (segments - centre) / unit, []
    while len(remaining) >= 3 and len(found) < POINTS:
        ends = np.concatenate([remaining, np.ones((len(remaining), 2, 1))], axis=2)
        lines = np.cross(ends[:, 0], ends[:, 1])
        length = np.linalg.norm(remaining[:, 1] - remaining[:, 0], axis=1)
        first, second = rng.integers(len(remaining), size=(2, PAIRS))
        proposed = np.cross(lines[first], lines[second])
        proposed = proposed[np.linalg.norm(proposed, axis=1) > 1e-9]
        if not len(proposed):  # all segments lie on one line
            break
        support = (misses(proposed, remaining) < TOLERANCE).sum(axis=1)
        point = proposed[np.argmax(support)]
        for _ in range(3):
            near = misses(point[None], remaining)[0] < TOLERANCE
            # Two lines cross exactly; there is nothing to refine.
            if near.sum() >= 3:
                point = crossing(lines[near], length[near])
        near = misses(point[None], remaining)[0] < TOLERANCE
        if by_chance(int(near.sum()), len(remaining)) > CHANCE:
            break
        point = np.append(point[:2] * unit + centre * point[2], point[2])
        found.append((point / np.linalg.norm(point), remaining[near] * unit + centre))
        remaining = remaining[~near]
    return found
