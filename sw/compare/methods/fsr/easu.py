"""Edge-adaptive spatial upsampling (EASU), the enlarging pass of AMD FidelityFX FSR 1.0.

As AMD describes it (GPUOpen, FidelityFX Super Resolution 1.0, and its reference ffx_fsr1.h). Each
HR pixel is a mean of the twelve LR pixels around it, b to o, f being the one above and left of it:

        b c
      e f g h
      i j k l
        n o

weighted by a window like Lanczos-2, which is turned along the edge there and drawn out along it.
Exact divisions and roots stand where the reference approximates them on a GPU.
"""

from dataclasses import dataclass

import numpy as np

TAPS = ((-1, 0), (-1, 1), *((y, x) for y in (0, 1) for x in (-1, 0, 1, 2)), (2, 0), (2, 1))
"""Where b, c, e … o lie from f: y, x."""

NEAREST = ((0, 0), (0, 1), (1, 0), (1, 1))
"""Where f, g, j and k lie, the four pixels around the HR pixel."""

REACH = 2
"""LR pixels that the taps reach beyond the picture on each side."""

FLAT = 1 / 32768
"""Squared gradient, of twice the luma in 0…1, below which there is no direction."""


def twice_luma(picture: np.ndarray) -> np.ndarray:
    """R/2 + G + B/2 of ``picture`` (height, width, 1 or 3), the luma that FSR estimates with."""
    if picture.shape[2] == 1:
        return 2 * picture[:, :, 0]
    return picture[:, :, 0] / 2 + picture[:, :, 1] + picture[:, :, 2] / 2


@dataclass(frozen=True)
class Edge:
    """What the pictures' edges are like at some HR pixels.

    Parameters
    ----------
    y, x : ndarray
        Unit vector of the gradient, across the edge.
    strength : ndarray
        0 where there is none or only a thin line or a point, 1 at a clean edge.
    """

    y: np.ndarray
    x: np.ndarray
    strength: np.ndarray


def slope(before: np.ndarray, centre: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, ...]:
    """Difference along an axis at ``centre``, and how much it is an edge: 0 reversal … 1 step."""
    difference = after - before
    largest = np.maximum(np.abs(after - centre), np.abs(centre - before))
    share = np.abs(difference) / np.where(largest > 0, largest, 1)
    return difference, np.minimum(share, 1) ** 2


def find_edge(luma: dict[tuple[int, int], np.ndarray], y: float, x: float) -> Edge:
    """The edge at the point ``y``, ``x`` (0 ≤ y, x < 1) from f on, of the lumas of the taps.

    Each of the four nearest pixels has a gradient from the cross around it; they are mixed with
    bilinear weights.
    """
    total_y = total_x = length = np.zeros_like(luma[0, 0])
    for at_y, at_x in NEAREST:
        weight = (y if at_y else 1 - y) * (x if at_x else 1 - x)
        centre = luma[at_y, at_x]
        along_y, edge_y = slope(luma[at_y - 1, at_x], centre, luma[at_y + 1, at_x])
        along_x, edge_x = slope(luma[at_y, at_x - 1], centre, luma[at_y, at_x + 1])
        total_y = total_y + weight * along_y
        total_x = total_x + weight * along_x
        length = length + weight * (edge_y + edge_x)
    square = total_y**2 + total_x**2
    flat = square < FLAT
    norm = np.sqrt(np.where(flat, 1, square))
    return Edge(total_y / norm, np.where(flat, 1, total_x) / norm, (length / 2) ** 2)


def window(square: np.ndarray, lobe: np.ndarray) -> np.ndarray:
    """The kernel at a distance of the root of ``square``: like Lanczos-2, a product of two squares.

    ``lobe`` is 1/2 for a window that ends at √2 and has no negative lobe to speak of, 0.21 for one
    that ends just beyond 2.
    """
    square = np.minimum(square, 1 / lobe)
    base = 25 / 16 * (2 / 5 * square - 1) ** 2 - (25 / 16 - 1)
    return base * (lobe * square - 1) ** 2


def enlarge_phase(
    taps: dict[tuple[int, int], np.ndarray], edge: Edge, y: float, x: float
) -> np.ndarray:
    """HR pixels at the point ``y``, ``x`` from each f: shape (height, width, channels)."""
    # On a diagonal the neighbours across the edge are √2 away, so the kernel is squeezed by it.
    squeeze = 1 / np.maximum(np.abs(edge.y), np.abs(edge.x)) * (edge.y**2 + edge.x**2)
    across = 1 + (squeeze - 1) * edge.strength
    along = 1 - edge.strength / 2
    lobe = 1 / 2 + (1 / 4 - 0.04 - 1 / 2) * edge.strength
    total = weights = 0
    for (at_y, at_x), pixels in taps.items():
        dy, dx = at_y - y, at_x - x
        u = across * (dx * edge.x + dy * edge.y)
        v = along * (dy * edge.x - dx * edge.y)
        weight = window(u**2 + v**2, lobe)[:, :, None]
        total = total + weight * pixels
        weights = weights + weight
    nearest = [taps[place] for place in NEAREST]
    # Negative lobes ring at edges; no value beyond those of the four neighbours is let through.
    return np.clip(total / weights, np.minimum.reduce(nearest), np.maximum.reduce(nearest))


def easu(picture: np.ndarray, scale: int) -> np.ndarray:
    """Enlarge ``picture``: floats of 0…1, shape (height, width, 1 or 3), R, G, B in this order.

    The border is repeated outwards, as a GPU's sampler does that clamps. ``scale`` is any whole
    number; AMD means EASU for up to 2. At odd scales some HR pixels lie on an LR pixel, which is
    then f, and the taps reach farther to the right and below; otherwise no side is preferred.
    """
    height, width, channels = picture.shape
    padded = np.pad(picture, ((REACH, REACH), (REACH, REACH), (0, 0)), mode="edge")
    luma = twice_luma(padded)
    out = np.empty((height * scale, width * scale, channels))
    for phase_y, phase_x in np.ndindex(scale, scale):
        # All HR pixels of a phase lie at the same point between LR pixels.
        position = [(phase + 0.5) / scale - 0.5 for phase in (phase_y, phase_x)]
        top, left = (int(np.floor(at)) for at in position)
        y, x = position[0] - top, position[1] - left
        boxes = {
            (at_y, at_x): np.s_[
                REACH + top + at_y : REACH + top + at_y + height,
                REACH + left + at_x : REACH + left + at_x + width,
            ]
            for at_y, at_x in TAPS
        }
        edge = find_edge({at: luma[box] for at, box in boxes.items()}, y, x)
        taps = {at: padded[box] for at, box in boxes.items()}
        out[phase_y::scale, phase_x::scale] = enlarge_phase(taps, edge, y, x)
    return out
