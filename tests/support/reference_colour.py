"""A slow and independent implementation of the colour formats, in plain Python integers.

It shares no code with the model: the kernel is written as a function of the distance, every HR
sample is worked out alone, and samples outside of the picture are found by clamping.
"""

from fractions import Fraction
from math import ceil, floor

import numpy as np


def kernel(distance):
    """Catmull and Rom's kernel, which is cubic convolution with a = -1/2."""
    d = abs(distance)
    if d >= 2:
        return Fraction(0)
    if d >= 1:
        return (-(d**3) + 5 * d**2 - 8 * d + 4) / 2
    return (3 * d**3 - 5 * d**2 + 2) / 2


def rounded(value):
    """To the nearest whole number, ties upward."""
    return floor(value + Fraction(1, 2))


def weights(place):
    """Weights of the samples around ``place`` in 32nds, by the number of the sample."""
    left = floor(place)
    outer = {n: rounded(32 * kernel(place - n)) for n in (left - 1, left + 2)}
    # Unknown are the weights a of `left` and b of `left` + 1: their sum, and their moment.
    total = 32 - sum(outer.values())
    moment = rounded(32 * (place - left)) - sum((n - left) * w for n, w in outer.items())
    return {**outer, left: total - moment, left + 1: moment}


def interpolate_line(line, scale, cosited=False):
    """Enlarge a list of integers; ``cosited`` samples lie on even pixels of a finer line."""
    out = []
    for i in range(scale * len(line)):
        if cosited:
            # Middle of HR pixel 2i in LR pixels, less half a pixel; then in pairs of pixels.
            place = (Fraction(4 * i + 1, 2 * scale) - Fraction(1, 2)) / 2
        else:
            place = Fraction(2 * i + 1, 2 * scale) - Fraction(1, 2)
        total = sum(w * int(line[min(max(n, 0), len(line) - 1)]) for n, w in weights(place).items())
        out.append(round(Fraction(total, 32)))
    return out


def interpolate(plane, scale, cosited=False):
    """Enlarge a plane of integers: columns of samples first, then lines."""
    tall = np.array([interpolate_line(column, scale) for column in np.transpose(plane)]).T
    return np.array([interpolate_line(line, scale, cosited) for line in tall])


def luma(red, green, blue):
    return floor(Fraction(77 * int(red) + 150 * int(green) + 29 * int(blue) + 128, 256))


def clip(values, dtype=np.uint8, white=255):
    return np.minimum(np.maximum(values, 0), white).astype(dtype)


def upscale_luma(image, enlarge_plane, scale, white=255):
    """R, G, B with the luma enlarged by ``enlarge_plane``."""
    low = np.array([[luma(*pixel) for pixel in line] for line in image])
    high = enlarge_plane(low.astype(image.dtype)).astype(int)
    planes = [interpolate(image[:, :, c].astype(int) - low, scale) for c in range(3)]
    return clip(np.stack([high + plane for plane in planes], axis=2), image.dtype, white)


def upscale_ycbcr422(image, enlarge_plane, scale, white=255):
    """Y beside Cb, Cr, Cb, Cr, … of a line."""
    height, width = image.shape[:2]
    out = np.zeros((scale * height, scale * width, 2), image.dtype)
    out[:, :, 0] = enlarge_plane(image[:, :, 0])
    for c in (0, 1):
        chroma = [[line[x][1] for x in range(c, width, 2)] for line in image]
        enlarged = clip(interpolate(chroma, scale, cosited=True), image.dtype, white)
        for n in range(ceil(scale * width / 2)):
            out[:, 2 * n + c, 1] = enlarged[:, n]
    return out
