"""Planes of a scene: where each may lie, and the vanishing line that says how it is seen.

After Huang, Kang, Ahuja and Kopf, "Image completion using planar structure guidance" (SIGGRAPH
2014), which SelfExSR takes over: two vanishing points span a plane, and it is likely
where segments to both of them lie close by. A plane that faces the camera is likely everywhere.
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter
from skimage.draw import line

from sw.compare.methods.selfexsr.lines import find_segments, vanishing_points
from sw.compare.methods.selfexsr.resize import resize_to

REACH = 60.0
"""LR pixels (σ) to which a segment is evidence, as far as five passes of the authors' filter."""

FACING = 1e-4
"""Evidence for a plane that faces the camera, without any segment."""

DOUBT = 0.1
"""Added to each plane's probability, so that none is ruled out anywhere."""


class Planes(NamedTuple):
    """Planes at one size of the picture; the last faces the camera.

    Parameters
    ----------
    lines : ndarray of float64, shape (planes, 3)
        Homogeneous vanishing lines: a y + b x + c = 0 in pixels from the upper left corner.
    posterior : ndarray of float32, shape (planes, height, width)
        Probability of each plane at each pixel; they sum to 1.
    """

    lines: np.ndarray
    posterior: np.ndarray


def evidence(segments: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """How densely ``segments`` (count, 2, 2) lie around each pixel: float64, ``shape``."""
    drawn = np.zeros(shape)
    for ends in np.floor(segments).astype(int):
        (y0, x0), (y1, x1) = np.clip(ends, 0, np.array(shape) - 1)
        drawn[line(y0, x0, y1, x1)] = 1
    return gaussian_filter(drawn, REACH, mode="nearest")


def find_planes(grey: np.ndarray, rng: np.random.Generator) -> Planes:
    """Planes of ``grey``, a picture of 0…1 of any size."""
    points = vanishing_points(find_segments(grey, rng), grey.shape, rng)
    density = [evidence(segments, grey.shape) for _, segments in points]
    lines, likely = [], []
    for a, b in combinations(range(len(points)), 2):
        lines.append(np.cross(points[a][0], points[b][0]))
        likely.append(density[a] * density[b])
    lines.append(np.array([0.0, 0.0, 1.0]))
    likely.append(np.full(grey.shape, FACING))
    posterior = np.stack(likely) / sum(likely) + DOUBT
    return Planes(np.stack(lines), (posterior / posterior.sum(axis=0)).astype(np.float32))


def planes_at(planes: Planes, height: int, width: int) -> Planes:
    """``planes`` of the same picture in another size."""
    before = planes.posterior.shape[1:]
    posterior = np.stack([resize_to(plane, height, width) for plane in planes.posterior])
    # Bicubic overshoots; a probability stays one.
    posterior = np.maximum(posterior, DOUBT / 10)
    ratio = np.array([height / before[0], width / before[1], 1])
    return Planes(planes.lines / ratio, posterior / posterior.sum(axis=0))
