"""Planes of a scene: where each is likely, and its vanishing line.

SelfExSR takes them from Huang, Kang, Ahuja and Kopf, "Image completion using planar structure
guidance" (SIGGRAPH 2014). Two vanishing points span a plane. It is likely where segments towards
both of them are near. The plane that faces the camera is equally likely everywhere.
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter
from skimage.draw import line

from sw.compare.methods.selfexsr.lines import find_segments, vanishing_points
from sw.compare.methods.selfexsr.resize import resize_to

REACH = 60.0
"""σ of the Gaussian, in LR pixels, by which a segment is evidence around it.

It is as wide as five passes of the authors' filter.
"""

FACING = 1e-4
"""Evidence for the plane that faces the camera, which needs no segment."""

DOUBT = 0.1
"""Added to the probability of each plane, so that none is ruled out anywhere."""


class Planes(NamedTuple):
    """Planes at one size of the picture; the last faces the camera.

    Parameters
    ----------
    lines : ndarray of float64, shape (planes, 3)
        Homogeneous vanishing lines: a y + b x + c = 0 in pixels from the upper left corner.
    posterior : ndarray of float32, shape (planes, height, width)
        Probability of each plane at each pixel; at a pixel they sum to 1.
    """

    lines: np.ndarray
    posterior: np.ndarray


def evidence(segments: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Density of ``segments`` (count, 2, 2) around each pixel: float64, of ``shape``."""
    drawn = np.zeros(shape)
    for ends in np.floor(segments).astype(int):
        (y0, x0), (y1, x1) = np.clip(ends, 0, np.array(shape) - 1)
        drawn[line(y0, x0, y1, x1)] = 1
    return gaussian_filter(drawn, REACH, mode="nearest")


def find_planes(grey: np.ndarray, rng: np.random.Generator) -> Planes:
    """Planes of ``grey``, a picture with values of 0…1."""
    points = vanishing_points(find_segments(grey, rng), grey.shape, rng)
    density = [evidence(segments, grey.shape) for _, segments in points]
    lines, weights = [], []
    for a, b in combinations(range(len(points)), 2):
        lines.append(np.cross(points[a][0], points[b][0]))
        weights.append(density[a] * density[b])
    lines.append(np.array([0.0, 0.0, 1.0]))
    weights.append(np.full(grey.shape, FACING))
    posterior = np.stack(weights) / sum(weights) + DOUBT
    return Planes(np.stack(lines), (posterior / posterior.sum(axis=0)).astype(np.float32))


def resized_planes(planes: Planes, height: int, width: int) -> Planes:
    """``planes`` for another size of the same picture."""
    old_height, old_width = planes.posterior.shape[1:]
    posterior = np.stack([resize_to(plane, height, width) for plane in planes.posterior])
    # Bicubic interpolation overshoots; probabilities must stay positive.
    posterior = np.maximum(posterior, DOUBT / 10)
    ratio = np.array([height / old_height, width / old_width, 1])
    return Planes(planes.lines / ratio, posterior / posterior.sum(axis=0))
