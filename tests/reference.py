"""The published method, transcribed slowly and on its own: nothing here comes from the model.

A picture of one colour is turned, padded below and to the right, looked up pixel by pixel in plain
Python integers with one of the n! orders of its fractions, and turned back, as the method's
description has it; the model turns windows and blocks instead.
"""

from fractions import Fraction
from itertools import permutations

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


def interpolate(entries, values, frac_bits):
    """q × the simplex interpolation of ``entries`` at ``values``, one per axis: (r, r) of int."""
    q = 2**frac_bits
    base = [v // q for v in values]
    fraction = [v % q for v in values]
    n = len(values)
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


def rotation(image, taps, frac_bits, entries, padding, k):
    """Sum of one rotation's look-ups over the picture, (r·height, r·width) of int."""
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
            block = interpolate(entries, values, frac_bits)
            out[r * y : r * y + r, r * x : r * x + r] = block
    return np.rot90(out, -k)


def round_clip(total, q):
    """Python rounds a fraction half to even."""
    return min(max(round(Fraction(int(total), q)), 0), 255)


def upscale_plane(image, stages):
    """``image`` (height, width) through ``stages``: (padding, [(taps, frac_bits, entries)…])…"""
    for padding, tables in stages:
        total = sum(
            rotation(image, taps, frac_bits, entries, padding, k)
            for taps, frac_bits, entries in tables
            for k in range(4)
        )
        q = 2 ** tables[0][1]
        rounded = [round_clip(value, q) for value in total.ravel()]
        image = np.array(rounded, np.uint8).reshape(total.shape)
    return image
