"""Grids: how the value of a tap becomes an index into a table and a fraction between two entries.

A table has entries only at the points of its grid; between them the look-up interpolates. The
index is the number of the point at or below the value. The fraction says how far the value lies
towards the next point, in q-ths of the distance: 0 to q - 1, with q a power of two.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from sw.errors import BadInput


def is_integer(value: object) -> bool:
    """Whether ``value`` is an ``int``; to Python, True and False are integers too."""
    return isinstance(value, int) and not isinstance(value, bool)


@dataclass(frozen=True)
class UniformGrid:
    """Grid over pixel values, with points at 0, q, 2q … 256 and q = 2**frac_bits.

    Every tap has an axis of the table. Index and fraction are the high and the low bits of the
    tap's value.

    Parameters
    ----------
    frac_bits : int
        Bits of the fraction: 0 (a point for every grey level) to 8 (points at 0 and 256 only).
    """

    frac_bits: int

    def __post_init__(self) -> None:
        if not is_integer(self.frac_bits) or not 0 <= self.frac_bits <= 8:
            raise BadInput(f"frac_bits is {self.frac_bits!r}; it must be an integer from 0 to 8")

    @property
    def q(self) -> int:
        """Grey levels between grid points; also the sum of the weights of one look-up."""
        return 1 << self.frac_bits

    @property
    def levels(self) -> int:
        """Points on each axis. The last one is at 256, one grey level past white."""
        return (256 >> self.frac_bits) + 1

    @property
    def sum_frac_bits(self) -> int:
        """Fraction bits of the sum of all look-ups, which is the pixel in grey levels."""
        return self.frac_bits

    def axes(self, taps: int) -> int:
        """Axes of a table of ``taps`` taps."""
        return taps


@dataclass(frozen=True)
class DifferenceGrid:
    """Grid over differences from the centre tap, -255…255, with more points near 0.

    Pictures look much the same when all their grey levels are shifted, so the table does not
    depend on the centre tap's own value: the centre has no axis, and the interpolated entries are
    added to it.

    Parameters
    ----------
    breakpoints : tuple of int
        Grid points from 0 up; the points below 0 mirror them. Neighbours are a power of two of at
        most 256 apart, and the last point is above 255.
    unit_bits : int
        An entry of 1 is worth 2**-unit_bits grey levels. -1 to 2.
    max_frac_bits : int
        Most bits that a fraction may have, 0 to 8; lower bits are cut off. Fewer bits need smaller
        multipliers.
    """

    breakpoints: tuple[int, ...]
    unit_bits: int = 0
    max_frac_bits: int = 8

    def __post_init__(self) -> None:
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

    @cached_property
    def points(self) -> tuple[int, ...]:
        """All grid points, from the lowest to the highest."""
        return tuple(-point for point in self.breakpoints[:0:-1]) + self.breakpoints

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """Grey levels from each grid point to the next."""
        return tuple(b - a for a, b in pairwise(self.points))

    @property
    def frac_bits(self) -> int:
        """Bits of a fraction: as many as the widest segment needs, at most ``max_frac_bits``."""
        return min(max(self.widths).bit_length() - 1, self.max_frac_bits)

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
        """Fraction bits of the sum of all look-ups: their mean over four rotations, in units."""
        return self.frac_bits + 2 + self.unit_bits

    def axes(self, taps: int) -> int:
        """Axes of a table of ``taps`` taps: one for each tap but the centre."""
        return taps - 1


Grid = UniformGrid | DifferenceGrid
