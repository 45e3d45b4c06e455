"""Drawings to tune on beside photographs: writing, lines and shapes, as screens and slides show.

Photographs hold little of that, and tables that have seen photographs alone blur it. Drawings are
made here from a seed; no pictures of anyone's are needed.
"""

import string
from fractions import Fraction

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from sw.photos.planes import Plane
from sw.pictures.bicubic import resize

COUNT = 120

SIDE = 384
"""HR pixels on each side of a drawing."""

OVERSAMPLING = 4
"""Drawn so many times larger, then reduced: edges come out smooth."""

LETTERS = string.ascii_letters * 4 + string.digits + string.punctuation + " " * 30


def _grey(rng: np.random.Generator) -> int:
    """Any grey level; black and white often."""
    return int(np.clip(rng.integers(-80, 336), 0, 255))


def _writing(draw: ImageDraw.ImageDraw, rng: np.random.Generator, side: int) -> None:
    """A paragraph of letters at random, thin to bold."""
    size = side * float(np.exp(rng.uniform(np.log(0.02), np.log(0.15))))
    lines = [
        "".join(rng.choice(list(LETTERS), size=int(rng.integers(3, 40))))
        for _ in range(int(rng.integers(1, 12)))
    ]
    draw.multiline_text(
        tuple(rng.uniform(-0.1, 0.8, 2) * side),
        "\n".join(lines),
        fill=_grey(rng),
        font=ImageFont.load_default(size),
        stroke_width=int(size * max(0, rng.uniform(-0.05, 0.05))),
    )


def _shape(draw: ImageDraw.ImageDraw, rng: np.random.Generator, side: int) -> None:
    """A line, an ellipse, a rectangle or a triangle."""
    kind, grey = rng.integers(4), _grey(rng)
    width = int(rng.integers(1, 6) * OVERSAMPLING * rng.uniform(0.5, 1.5))
    points = rng.uniform(-0.1, 1.1, (3, 2)) * side
    box = [*np.minimum(points[0], points[1]), *np.maximum(points[0], points[1])]
    fill = grey if rng.random() < 0.4 else None
    if kind == 0:
        draw.line([tuple(points[0]), tuple(points[1])], fill=grey, width=width)
    elif kind == 1:
        draw.ellipse(box, fill=fill, outline=grey, width=width)
    elif kind == 2:
        draw.rectangle(box, fill=fill, outline=grey, width=width)
    else:
        draw.polygon([tuple(point) for point in points], fill=fill, outline=grey, width=width)


def drawing(seed: int) -> np.ndarray:
    """One drawing: uint8, shape (SIDE, SIDE); the same for the same ``seed`` and Pillow."""
    rng, side = np.random.default_rng(seed), SIDE * OVERSAMPLING
    image = Image.new("L", (side, side), _grey(rng))
    draw = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(2, 10))):
        _shape(draw, rng, side)
    for _ in range(int(rng.integers(2, 8))):
        _writing(draw, rng, side)
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BOX))


def drawn_planes(scale: int) -> list[Plane]:
    """``COUNT`` drawings, reduced for an enlargement by ``scale``."""
    drawings = [drawing(seed) for seed in range(COUNT)]
    return [Plane(resize(each, Fraction(1, scale)), each) for each in drawings]
