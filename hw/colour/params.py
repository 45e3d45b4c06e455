"""Sizes of the colour path, and the layouts of its streams."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from amaranth.hdl import Shape
from amaranth.lib import data

from sw.golden import round_half_even
from sw.pictures.colour_formats import FRAC_BITS, REACH, phases

Kernels = Sequence[Sequence[int]]
"""For each phase, the weights of the samples -2…2 in 32nds."""

TAPS = 2 * REACH + 1
"""Samples that an interpolated sample depends on, in each direction."""


def interpolated_range(kernels: Kernels, values: range) -> range:
    """Values that interpolation between samples in ``values`` can give, rounded."""
    lowest, highest = values[0], values[-1]
    lows, highs = [], []
    for kernel in kernels:
        positive = sum(weight for weight in kernel if weight > 0)
        negative = sum(weight for weight in kernel if weight < 0)
        lows.append(positive * lowest + negative * highest)
        highs.append(positive * highest + negative * lowest)
    bounds = round_half_even(min(lows), FRAC_BITS), round_half_even(max(highs), FRAC_BITS)
    return range(bounds[0], bounds[1] + 1)


@dataclass(frozen=True, kw_only=True)
class ChromaParams:
    """Parameters of the interpolation of chroma.

    Parameters
    ----------
    scale : int
        HR pixels per LR pixel on each axis, r.
    components : int
        Numbers in a sample: 3 colour differences, or Cb and Cr.
    columns : int
        LR samples per clock.
    values : range
        What a number can be.
    cosited : bool
        Whether the samples lie in the middle of every second pixel of a line, as in 4:2:2.
    max_width : int
        Samples of the longest LR line.
    depth : int
        Lines of each of the five banks of the line memory, at least 2.
    pixels_per_beat : int
        HR samples of an output beat.
    bypass : bool
        Whether samples can be repeated instead of interpolated.
    """

    scale: int
    components: int = 3
    columns: int = 1
    values: range = range(-255, 256)
    cosited: bool = False
    max_width: int = 960
    depth: int = 2
    pixels_per_beat: int = 4
    bypass: bool = False

    @property
    def sample_bits(self) -> int:
        """Bits of a sample of the picture, whose white is the largest of ``values``."""
        return self.values[-1].bit_length()

    @cached_property
    def row_kernels(self) -> Kernels:
        """Weights between lines, for each HR line in the upper half of an LR line.

        Those of the lower half are the same in reverse.
        """
        return phases(self.scale)[: self.phases]

    @cached_property
    def column_kernels(self) -> Kernels:
        """Weights within a line, for each of the r HR samples of an LR sample."""
        return phases(self.scale, cosited=self.cosited)

    @cached_property
    def tall_values(self) -> range:
        """What a number between lines can be."""
        return interpolated_range(self.row_kernels, self.values)

    @cached_property
    def large_values(self) -> range:
        """What an interpolated number can be."""
        return interpolated_range(self.column_kernels, self.tall_values)

    @cached_property
    def tall(self) -> data.ArrayLayout:
        """A sample between lines, before its columns are interpolated."""
        return data.ArrayLayout(Shape.cast(self.tall_values), self.components)

    @cached_property
    def pixel_out(self) -> data.ArrayLayout:
        """An HR sample, neither clipped nor added to anything."""
        return data.ArrayLayout(Shape.cast(self.large_values), self.components)

    @property
    def word_columns(self) -> int:
        """LR samples in a word that is cut into beats."""
        return self.columns

    @property
    def tkeep(self) -> bool:
        """Whether a beat says which of its samples belong to the picture: the luma's beats do."""
        return False

    def samples(self, values: range, count: int) -> data.ArrayLayout:
        """``count`` samples whose numbers are in ``values``, the leftmost first."""
        return data.ArrayLayout(data.ArrayLayout(Shape.cast(values), self.components), count)

    @cached_property
    def flags(self) -> dict[str, range | int]:
        """Members of a word's layout beside its samples: what is special about its end.

        In the last word of a line, ``last_column`` + 1 samples belong to the picture.
        ``frame_last`` marks the last word of the last HR line.
        """
        return {"last_column": range(max(2, self.columns)), "line_last": 1, "frame_last": 1}

    @property
    def words(self) -> int:
        """Words of ``columns`` samples in the longest LR line."""
        return -(-self.max_width // self.columns)

    @property
    def line_bits(self) -> int:
        """Bits of the line memory."""
        return TAPS * self.depth * self.words * self.samples(self.values, self.columns).size

    @property
    def slots(self) -> int:
        """LR lines that the line memory holds."""
        return TAPS * self.depth

    @property
    def phases(self) -> int:
        """HR lines in the upper half of an LR line, with the one in the middle."""
        return (self.scale + 1) // 2
