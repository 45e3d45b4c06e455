"""The splash picture: a test picture that a board shows until the host sends a picture."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

OVERSAMPLING = 4
"""The picture is drawn so many times larger on each axis and then reduced, for smooth edges."""


def splash(height: int, width: int) -> np.ndarray:
    """Draw the test picture: uint8 (height, width, 3).

    It has slanted lines, rings and text, where methods of enlarging differ; colour bars and a grey
    ramp, where they should not; and a white border of one pixel, which shows the picture's edges.
    """
    tall, wide = height * OVERSAMPLING, width * OVERSAMPLING
    image = Image.new("RGB", (wide, tall), (24, 32, 48))
    draw = ImageDraw.Draw(image)
    colours = ("white", "yellow", "cyan", "lime", "magenta", "red", "blue", "black")
    for n, colour in enumerate(colours):
        draw.rectangle((wide * n // 8, 0, wide * (n + 1) // 8, tall // 6), fill=colour)
    for x in range(wide):
        draw.line((x, tall * 5 // 6, x, tall), fill=(255 * x // wide,) * 3)
    for n in range(9):
        draw.line(
            (wide // 40, tall // 5 + n * tall // 30, wide * 2 // 5, tall // 5 + n * tall // 15),
            fill=(255, 220, 120),
            width=2 + n,
        )
    side = tall * 5 // 9
    left, top = wide * 27 // 40 - side // 2, tall // 2 - side // 2
    for n in range(10):
        inset = side * n // 20
        fill = ((250, 250, 250), (200, 60, 40))[n % 2]
        draw.ellipse(
            (left + inset, top + inset, left + side - inset, top + side - inset), fill=fill
        )
    for n, text in enumerate(("SR-LUT x4", "look-up tables", "0123456789 abcdefgh")):
        size = tall // (10 + 5 * n)
        draw.text(
            (wide // 40, tall * (17 + 3 * n) // 30),
            text,
            fill=(160, 230, 255),
            font=ImageFont.load_default(max(1, size)),
        )
    small = np.array(image.resize((width, height), Image.Resampling.BOX))
    small[[0, -1]] = small[:, [0, -1]] = 255
    return small
