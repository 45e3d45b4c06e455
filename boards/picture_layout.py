"""Sizes of pictures on a board, and how they lie in its memory."""

from dataclasses import dataclass

from amaranth.lib import data

WORD_PIXELS = 3
"""Pixels in a word of the frame buffer: 72 bits, which fill block RAMs of 9 bits a word."""

PIXEL_BYTES = 3

SCALE = 4
"""Pixels of the screen for each of the picture's, on each axis."""


@dataclass(frozen=True)
class Limits:
    """Largest picture that a board takes, in pixels."""

    height: int
    width: int

    @property
    def line_words(self) -> int:
        """Words of the longest line; each line begins with a word of its own."""
        return -(-self.width // WORD_PIXELS)

    @property
    def words(self) -> int:
        """Words of the largest picture."""
        return self.height * self.line_words


def size_layout(limits: Limits) -> data.StructLayout:
    """Size of a picture, and words of each of its lines."""
    return data.StructLayout(
        {
            "height": range(limits.height + 1),
            "width": range(limits.width + 1),
            "line_words": range(limits.line_words + 1),
        }
    )


def pixel_layout() -> data.StructLayout:
    """A pixel; red is in the low byte, as it comes from the host and as the core takes it."""
    return data.StructLayout({"red": 8, "green": 8, "blue": 8})


def word_layout() -> data.ArrayLayout:
    """The pixels of a word, the leftmost first."""
    return data.ArrayLayout(pixel_layout(), WORD_PIXELS)
