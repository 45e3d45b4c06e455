"""Drawings to tune on beside photographs: letters, lines and shapes, as on screens and slides.

Photographs contain few of these, and a table that is tuned on photographs alone blurs them. The
drawings are computed from a seed, so they need no files.
"""

import string
from fractions import Fraction

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from sw.photos.planes import Plane
from sw.pictures.bicubic import resize

COUNT = 120
"""Number of drawings."""

SIDE = 384
"""HR pixels on each side of a drawing."""

OVERSAMPLING = 4
"""Drawings are drawn so many times larger and then reduced, which smooths their edges."""

LETTERS = string.ascii_letters * 4 + string.digits + string.punctuation + " " * 30
"""Characters to draw from; repeated ones are more likely."""


def _grey(rng: np.random.Generator) -> int:
    """Any grey level, with black and white more likely than the others."""
    return int(np.clip(rng.integers(-80, 336), 0, 255))


def _draw_text(draw: ImageDraw.ImageDraw, rng: np.random.Generator, side: int) -> None:
    """Draw lines of random letters, thin to bold."""
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


def _draw_shape(draw: ImageDraw.ImageDraw, rng: np.random.Generator, side: int) -> None:
    """Draw a line, an ellipse, a rectangle or a triangle."""
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
    """One grey drawing: uint8, (SIDE, SIDE). It depends only on ``seed`` and Pillow's version."""
    rng, side = np.random.default_rng(seed), SIDE * OVERSAMPLING
    image = Image.new("L", (side, side), _grey(rng))
    draw = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(2, 10))):
        _draw_shape(draw, rng, side)
    for _ in range(int(rng.integers(2, 8))):
        _draw_text(draw, rng, side)
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BOX))


def drawn_planes(scale: int) -> list[Plane]:
    """All drawings as HR planes, with the LR planes that bicubic reduction by ``scale`` gives."""
    drawings = [drawing(seed) for seed in range(COUNT)]
    return [Plane(resize(hr, Fraction(1, scale)), hr) for hr in drawings]
