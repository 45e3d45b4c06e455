"""Edge-adaptive spatial upsampling (EASU), the enlarging pass of AMD FidelityFX FSR 1.0.

After AMD's description (GPUOpen, FidelityFX Super Resolution 1.0) and its reference ffx_fsr1.h.
Each HR pixel is a weighted mean of the twelve LR pixels around it, b to o. The pixel f is the one
above and to the left of it:

        b c
      e f g h
      i j k l
        n o

The weights are a window like Lanczos-2, rotated to the direction of the local edge and stretched
along it. Divisions and roots are exact here; the reference approximates them on a GPU.
"""

from dataclasses import dataclass

import numpy as np

TAPS = ((-1, 0), (-1, 1), *((y, x) for y in (0, 1) for x in (-1, 0, 1, 2)), (2, 0), (2, 1))
"""Offsets of b, c, e … o from f: y, x."""

NEAREST = ((0, 0), (0, 1), (1, 0), (1, 1))
"""Offsets of f, g, j and k, the four pixels around the HR pixel."""

REACH = 2
"""LR pixels that the taps reach beyond the picture on each side."""

FLAT = 1 / 32768
"""Squared gradient of twice the luma (0…1), below which an edge has no direction."""


def twice_luma(picture: np.ndarray) -> np.ndarray:
    """R/2 + G + B/2 of ``picture`` (height, width, 1 or 3), FSR's estimate of luma."""
    if picture.shape[2] == 1:
        return 2 * picture[:, :, 0]
    return picture[:, :, 0] / 2 + picture[:, :, 1] + picture[:, :, 2] / 2


@dataclass(frozen=True)
class Edge:
    """The edges at some HR pixels.

    Parameters
    ----------
    y, x : ndarray
        Unit vector of the gradient, across the edge.
    strength : ndarray
        1 at a clean edge; 0 where there is no edge, or only a thin line or a point.
    """

    y: np.ndarray
    x: np.ndarray
    strength: np.ndarray


def slope(before: np.ndarray, centre: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, ...]:
    """Difference along an axis, and how much it is an edge, from 0 (a peak) to 1 (a step)."""
    difference = after - before
    largest = np.maximum(np.abs(after - centre), np.abs(centre - before))
    share = np.abs(difference) / np.where(largest > 0, largest, 1)
    return difference, np.minimum(share, 1) ** 2


def find_edge(luma: dict[tuple[int, int], np.ndarray], y: float, x: float) -> Edge:
    """The edge at the point ``y``, ``x`` (0 ≤ y, x < 1) relative to f, from the taps' luma.

    Each of the four nearest pixels has a gradient, computed from the cross around it. The
    gradients are averaged with bilinear weights.
    """
    total_y = total_x = length = np.zeros_like(luma[0, 0])
    for tap_y, tap_x in NEAREST:
        weight = (y if tap_y else 1 - y) * (x if tap_x else 1 - x)
        centre = luma[tap_y, tap_x]
        along_y, edge_y = slope(luma[tap_y - 1, tap_x], centre, luma[tap_y + 1, tap_x])
        along_x, edge_x = slope(luma[tap_y, tap_x - 1], centre, luma[tap_y, tap_x + 1])
        total_y = total_y + weight * along_y
        total_x = total_x + weight * along_x
        length = length + weight * (edge_y + edge_x)
    square = total_y**2 + total_x**2
    flat = square < FLAT
    norm = np.sqrt(np.where(flat, 1, square))
    return Edge(total_y / norm, np.where(flat, 1, total_x) / norm, (length / 2) ** 2)


def window(square: np.ndarray, lobe: np.ndarray) -> np.ndarray:
    """The kernel at the distance √``square``, a polynomial close to Lanczos-2.

    It ends at 1/√``lobe``. A ``lobe`` of 1/2 gives a kernel up to √2 almost without a negative
    lobe, and 0.21 one up to just beyond 2.
    """
    square = np.minimum(square, 1 / lobe)
    base = 25 / 16 * (2 / 5 * square - 1) ** 2 - (25 / 16 - 1)
    return base * (lobe * square - 1) ** 2


def enlarge_phase(
    taps: dict[tuple[int, int], np.ndarray], edge: Edge, y: float, x: float
) -> np.ndarray:
    """The HR pixels at ``y``, ``x`` relative to every f: shape (height, width, channels)."""
    # On a diagonal, neighbours across the edge are √2 away, so the kernel is squeezed by √2.
    squeeze = 1 / np.maximum(np.abs(edge.y), np.abs(edge.x)) * (edge.y**2 + edge.x**2)
    across = 1 + (squeeze - 1) * edge.strength
    along = 1 - edge.strength / 2
    lobe = 1 / 2 + (1 / 4 - 0.04 - 1 / 2) * edge.strength
    total = weights = 0
    for (tap_y, tap_x), pixels in taps.items():
        dy, dx = tap_y - y, tap_x - x
        u = across * (dx * edge.x + dy * edge.y)
        v = along * (dy * edge.x - dx * edge.y)
        weight = window(u**2 + v**2, lobe)[:, :, None]
        total = total + weight * pixels
        weights = weights + weight
    nearest = [taps[offset] for offset in NEAREST]
    # Negative lobes ring at edges: clip to the range of the four nearest pixels.
    return np.clip(total / weights, np.minimum.reduce(nearest), np.maximum.reduce(nearest))


def easu(picture: np.ndarray, scale: int) -> np.ndarray:
    """Enlarge ``picture``: floats of 0…1, shape (height, width, 1 or 3), in the order R, G, B.

    Border pixels are repeated outwards, like a clamping sampler of a GPU. ``scale`` may be any
    whole number, though AMD designed EASU for up to 2. At odd scales some HR pixels lie on an LR
    pixel, which is then f: there the taps reach farther to the right and below. Otherwise no side
    is preferred.
    """
    height, width, channels = picture.shape
    padded = np.pad(picture, ((REACH, REACH), (REACH, REACH), (0, 0)), mode="edge")
    luma = twice_luma(padded)
    out = np.empty((height * scale, width * scale, channels))
    for phase_y, phase_x in np.ndindex(scale, scale):
        # All HR pixels of a phase have the same offset from their f.
        position_y, position_x = ((phase + 0.5) / scale - 0.5 for phase in (phase_y, phase_x))
        top, left = int(np.floor(position_y)), int(np.floor(position_x))
        y, x = position_y - top, position_x - left
        boxes = {
            (tap_y, tap_x): np.s_[
                REACH + top + tap_y : REACH + top + tap_y + height,
                REACH + left + tap_x : REACH + left + tap_x + width,
            ]
            for tap_y, tap_x in TAPS
        }
        edge = find_edge({offset: luma[box] for offset, box in boxes.items()}, y, x)
        taps = {offset: padded[box] for offset, box in boxes.items()}
        out[phase_y::scale, phase_x::scale] = enlarge_phase(taps, edge, y, x)
    return out
