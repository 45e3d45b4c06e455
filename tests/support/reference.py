"""A slow and independent implementation of the method, to test the golden model against.

It shares no code with the model. It follows the published description: turn the picture, look up
every pixel in plain Python integers, trying all n! orders of the fractions, and turn the result
back. The model turns the windows and the blocks instead.
"""

from fractions import Fraction
from itertools import pairwise, permutations
from math import floor, lcm

import numpy as np


def mirror(i, size):
    """Index of pixel ``i`` of a line of ``size``, mirrored at both ends without edge repeat."""
    if size == 1:
        return 0
    i %= 2 * (size - 1)
    return min(i, 2 * (size - 1) - i)


def clamp(i, size):
    return min(max(i, 0), size - 1)


OUTSIDE = {"reflect": mirror, "edge": clamp}


def uniform(values, q, grey=1):
    """Index and fraction of each value on a grid with a point every q grey levels, and its parts.

    A grey level is ``grey`` levels of the values; a distance has q·grey parts.
    """
    parts = q * grey
    return [v // parts for v in values], [v % parts for v in values], parts


def differences(values, grid, grey=1):
    """Index and fraction of each value's difference from the first one, and q."""
    breakpoints, max_q = grid
    points = sorted({-point for point in breakpoints} | set(breakpoints))
    q = min(lcm(*(b - a for a, b in pairwise(points))), max_q)
    base, fraction = [], []
    for value in values[1:]:
        difference = Fraction(value - values[0], grey)
        index = max(i for i, point in enumerate(points) if point <= difference)
        base.append(index)
        width = points[index + 1] - points[index]
        fraction.append(floor((difference - points[index]) * q / width))
    return base, fraction, q


SPLIT = {"uniform": uniform, "difference": differences}


def interpolate(entries, base, fraction, q):
    """Simplex interpolation of ``entries`` at ``base`` + ``fraction``/q, times q: (r, r) of int."""
    n = len(base)
    order = next(
        order
        for order in permutations(range(n))
        if all(fraction[order[j]] >= fraction[order[j + 1]] for j in range(n - 1))
    )
    total = (q - fraction[order[0]]) * entries[tuple(base)].astype(int)
    vertex = list(base)
    for j, axis in enumerate(order):
        vertex[axis] += 1
        below = fraction[order[j + 1]] if j + 1 < n else 0
        total = total + (fraction[axis] - below) * entries[tuple(vertex)].astype(int)
    return total


def rotation(image, taps, grid, entries, padding, k, grey):
    """The look-ups of rotation k for the whole picture: (r·height, r·width) of int; and q."""
    turned = np.rot90(image, k)
    height, width = turned.shape
    r = entries.shape[-1]
    outside = OUTSIDE[padding]
    out = np.zeros((height * r, width * r), int)
    for y in range(height):
        for x in range(width):
            values = [
                int(turned[outside(y + dy, height), outside(x + dx, width)]) for dy, dx in taps
            ]
            base, fraction, q = SPLIT[grid[0]](values, grid[1], grey)
            block = interpolate(entries, base, fraction, q)
            out[r * y : r * y + r, r * x : r * x + r] = block
    return np.rot90(out, -k), q


def round_clip(total, one, white=255):
    """``total`` / ``one``, rounded half to even, as Python rounds a Fraction, and clipped."""
    return min(max(round(Fraction(total) / one), 0), white)


def make_map(maps, padding, scale, tables, bits):
    """One map from tables ``(source, taps, grid, entries)`` with the same kind of grid.

    ``grid`` is ``("uniform", q)``, or ``("difference", (breakpoints, max_q), unit)``. On the latter
    an entry of 1 is worth ``unit`` grey levels, and the mean of the rotations is added to the
    picture. Samples have ``bits`` bits.
    """
    total, grey = 0, 2 ** (bits - 8)
    for source, taps, grid, entries in tables:
        turns = [rotation(maps[source], taps, grid, entries, padding, k, grey) for k in range(4)]
        total = total + sum(turn for turn, _ in turns)
        kind, q = grid[0], turns[0][1]
    # What a level of the samples is worth in the sum of the look-ups.
    one = Fraction(4 * q if kind == "difference" else q) / grey
    picture = np.zeros_like(total)
    if kind == "difference":
        one /= grid[2]
        picture = maps[0].astype(int).repeat(scale, axis=0).repeat(scale, axis=1)
    rounded = [
        round_clip(int(value) + int(pixel) * one, one, 2**bits - 1)
        for value, pixel in zip(total.ravel(), picture.ravel(), strict=True)
    ]
    return np.array(rounded, image_type(bits)).reshape(total.shape)


def image_type(bits):
    return np.uint8 if bits == 8 else np.uint16


def upscale_plane(image, stages, bits=8):
    """Run ``image`` (height, width) through ``stages``: (padding, scale, tables of each map)."""
    maps = [image]
    for padding, scale, own in stages:
        own_maps = [make_map(maps, padding, scale, tables, bits) for tables in own]
        maps = [maps[0], *own_maps] if scale == 1 else own_maps
    return maps[-1]
