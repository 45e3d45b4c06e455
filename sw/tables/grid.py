"""Grids: how the value of a tap becomes an index into a table and a fraction between two entries.

A table has entries only at the points of its grid; between them the look-up interpolates. The
index is the number of the point at or below the value. The fraction says how far the value lies
towards the next point, in q-ths of the distance: 0 to q - 1, with q a power of two.

Grids are designed for samples of 8 bits, *grey levels*. ``at_bits`` makes the grid of the same
table for samples of more bits (:mod:`sw.tables.samples`). Its points lie at the same shades; the
sum of the look-ups stays in grey levels.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from sw.errors import BadInput
from sw.tables.samples import check_sample_bits


def is_integer(value: object) -> bool:
    """Whether ``value`` is an ``int``; to Python, True and False are integers too."""
    return isinstance(value, int) and not isinstance(value, bool)


@dataclass(frozen=True)
class UniformGrid:
    """Grid over sample values, with points at 0, q, 2q … 2**sample_bits and q = 2**frac_bits.

    Every tap has an axis of the table. Index and fraction are the high and the low bits of the
    tap's value.

    Parameters
    ----------
    frac_bits : int
        Bits of the fraction. With samples of 8 bits 0 (a point for every grey level) to 8 (points
        at 0 and 256 only); as many more as the samples have.
    sample_bits : int
        Bits of a sample.
    """

    frac_bits: int
    sample_bits: int = 8

    def __post_init__(self) -> None:
        check_sample_bits(self.sample_bits)
        extra = self.sample_bits - 8
        if not is_integer(self.frac_bits) or not extra <= self.frac_bits <= self.sample_bits:
            raise BadInput(
                f"frac_bits is {self.frac_bits!r}; it must be an integer from {extra} to "
                f"{self.sample_bits}"
            )

    def at_bits(self, sample_bits: int) -> "UniformGrid":
        """The grid of the same table for samples of ``sample_bits`` bits.

        No centre is added to the look-ups, so the fraction keeps all bits below the index.
        """
        return UniformGrid(self.frac_bits + sample_bits - self.sample_bits, sample_bits)

    @property
    def q(self) -> int:
        """Levels between grid points; also the sum of the weights of one look-up."""
        return 1 << self.frac_bits

    @property
    def levels(self) -> int:
        """Points on each axis. The last one is at 2**sample_bits, one level past white."""
        return (1 << (self.sample_bits - self.frac_bits)) + 1

    @property
    def sum_frac_bits(self) -> int:
        """Fraction bits of the sum of all look-ups, which is the sample in levels."""
        return self.frac_bits - (self.sample_bits - 8)

    @property
    def sum_shift(self) -> int:
        """Bits by which the sum of all look-ups is shifted left first."""
        return 0

    def axes(self, taps: int) -> int:
        """Axes of a table of ``taps`` taps."""
        return taps


@dataclass(frozen=True)
class DifferenceGrid:
    """Grid over differences from the centre tap, from -white to white, with more points near 0.

    Pictures look much the same when all their grey levels are shifted, so the table does not
    depend on the centre tap's own value: the centre has no axis, and the interpolated entries are
    added to it.

    Parameters
    ----------
    breakpoints : tuple of int
        Grid points in grey levels, from 0 up; the points below 0 mirror them. Neighbours are a
        power of two of at most 256 apart, and the last point is above 255.
    unit_bits : int
        An entry of 1 is worth 2**-unit_bits grey levels. -1 to 2.
    max_frac_bits : int
        Most bits that a fraction may have, 0 to 8; lower bits are cut off. Fewer bits need smaller
        multipliers.
    sample_bits : int
        Bits of a sample.
    """

    breakpoints: tuple[int, ...]
    unit_bits: int = 0
    max_frac_bits: int = 8
    sample_bits: int = 8

    def __post_init__(self) -> None:
        check_sample_bits(self.sample_bits)
        points = tuple(self.breakpoints)
        object.__setattr__(self, "breakpoints", points)
        if not all(map(is_integer, points)) or len(points) < 2 or points[0] != 0:
            raise BadInput(f"breakpoints are {points}; they must be two integers or more, from 0")
        widths = [b - a for a, b in pairwise(points)]
        if any(width < 1 for width in widths):
            raise BadInput(f"breakpoints are {points}; each must be larger than the one before")
        wrong = [width for width in widths if width & (width - 1) or width > 256]
        if wrong:
            raise BadInput(
                f"breakpoints are {points}, two of them {wrong[0]} apart; the distance must be a "
                "power of two, at most 256"
            )
        if points[-1] <= 255:
            raise BadInput(f"breakpoints are {points}; the last one must be above 255")
        if not is_integer(self.unit_bits) or not -1 <= self.unit_bits <= 2:
            raise BadInput(f"unit_bits is {self.unit_bits!r}; it must be -1, 0, 1 or 2")
        if not is_integer(self.max_frac_bits) or not 0 <= self.max_frac_bits <= 8:
            raise BadInput(
                f"max_frac_bits is {self.max_frac_bits!r}; it must be an integer from 0 to 8"
            )

    def at_bits(self, sample_bits: int) -> "DifferenceGrid":
        """The grid of the same table for samples of ``sample_bits`` bits.

        Fractions keep their bits, and so do weights, products and sums. In segments of fewer grey
        levels than q the fraction gains precision; in wider ones its lower bits are cut off.
        """
        return replace(self, sample_bits=sample_bits)

    @cached_property
    def points(self) -> tuple[int, ...]:
        """All grid points in levels, from the lowest to the highest."""
        scaled = tuple(point << (self.sample_bits - 8) for point in self.breakpoints)
        return tuple(-point for point in scaled[:0:-1]) + scaled

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """Levels from each grid point to the next."""
        return tuple(b - a for a, b in pairwise(self.points))

    @property
    def frac_bits(self) -> int:
        """Bits of a fraction, with samples of any bits.

        As many as the grey levels of the widest segment need, at most ``max_frac_bits``.
        """
        widest = max(b - a for a, b in pairwise(self.breakpoints))
        return min(widest.bit_length() - 1, self.max_frac_bits)

    @property
    def q(self) -> int:
        """Parts that every segment is divided into; also the sum of the weights of one look-up."""
        return 1 << self.frac_bits

    @property
    def levels(self) -> int:
        """Points on each axis."""
        return len(self.points)

    @property
    def sum_frac_bits(self) -> int:
        """Fraction bits of the sum of all look-ups: their mean over four rotations, in units.

        Beyond those of 8-bit samples, each bit of a sample takes one of them.
        """
        return max(0, self._sum_scale)

    @property
    def sum_shift(self) -> int:
        """Bits by which the sum of all look-ups is shifted left first: where none are left."""
        return max(0, -self._sum_scale)

    @property
    def _sum_scale(self) -> int:
        return self.frac_bits + 2 + self.unit_bits - (self.sample_bits - 8)

    def axes(self, taps: int) -> int:
        """Axes of a table of ``taps`` taps: one for each tap but the centre."""
        return taps - 1


Grid = UniformGrid | DifferenceGrid
