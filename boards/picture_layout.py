"""Sizes of pictures on a board, and their layout in the frame buffer."""

from dataclasses import dataclass

from amaranth.lib import data

WORD_PIXELS = 3
"""Pixels in a word of the frame buffer: 72 bits, which fill eight block RAMs in 9-bit mode."""

PIXEL_BYTES = 3

SCALE = 4
"""HR pixels per LR pixel on each axis."""


@dataclass(frozen=True)
class Limits:
    """Largest picture of a board, in pixels."""

    height: int
    width: int

    @property
    def line_words(self) -> int:
        """Words of the longest line; every line begins with a new word."""
        return -(-self.width // WORD_PIXELS)

    @property
    def words(self) -> int:
        """Words of the largest picture."""
        return self.height * self.line_words


def size_layout(limits: Limits) -> data.StructLayout:
    """Size of a picture, and the number of words of each line."""
    return data.StructLayout(
        {
            "height": range(limits.height + 1),
            "width": range(limits.width + 1),
            "line_words": range(limits.line_words + 1),
        }
    )


def pixel_layout() -> data.StructLayout:
    """A pixel: red in the low byte, as in the protocol and at the core's input."""
    return data.StructLayout({"red": 8, "green": 8, "blue": 8})


def word_layout() -> data.ArrayLayout:
    """A word: the leftmost pixel in the low bits."""
    return data.ArrayLayout(pixel_layout(), WORD_PIXELS)
