"""How the value of a tap becomes an index into a table and a fraction between two entries."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from sw.errors import BadInput


@dataclass(frozen=True)
class UniformGrid:
    """Grid points at 0, q, 2q … 256, with q = 2**frac_bits grey levels between them.

    Parameters
    ----------
    frac_bits : int
        Bits of a pixel that interpolate, 0 (a point for every grey level) to 8 (black and white).
    """

    frac_bits: int

    def __post_init__(self) -> None:
        if not isinstance(self.frac_bits, int) or not 0 <= self.frac_bits <= 8:
            raise BadInput(f"frac_bits is {self.frac_bits!r}; an integer from 0 to 8 is accepted")

    @property
    def q(self) -> int:
        """Grey levels between grid points, and the sum of the weights of one look-up."""
        return 1 << self.frac_bits

    @property
    def levels(self) -> int:
        """Grid points on each axis of the table: the last one lies at 256, one past white."""
        return (256 >> self.frac_bits) + 1

    @property
    def sum_frac_bits(self) -> int:
        """Fraction bits of the sum of the look-ups: entries are a share of the pixel."""
        return self.frac_bits

    def axes(self, taps: int) -> int:
        """Axes of a table of so many taps."""
        return taps


@dataclass(frozen=True)
class DifferenceGrid:
    """Grid over differences from the centre tap, -255…255, finer around 0.

    The centre tap has no axis and no fraction: the table holds what is added to it, and pictures
    seldom change under a shift of grey levels.

    Parameters
    ----------
    breakpoints : tuple of int
        Grid points from 0 up, mirrored for negative differences. Each is a power of two above the
        one before; the last is past 255.
    unit_bits : int
        Entries are worth 2**-unit_bits grey levels, -1 to 2.
    max_frac_bits : int
        Most bits of a fraction, 0 to 8; what is below is cut off. Few bits make small products.
    """

    breakpoints: tuple[int, ...]
    unit_bits: int = 0
    max_frac_bits: int = 8

    def __post_init__(self) -> None:
        points = tuple(self.breakpoints)
        object.__setattr__(self, "breakpoints", points)
        if not all(isinstance(point, int) for point in points) or len(points) < 2 or points[0] != 0:
            raise BadInput(f"breakpoints are {points}; whole numbers from 0 up are accepted")
        widths = [b - a for a, b in pairwise(points)]
        if any(width < 1 for width in widths):
            raise BadInput(f"breakpoints are {points}; increasing ones are accepted")
        wrong = [width for width in widths if width & (width - 1) or width > 256]
        if wrong:
            raise BadInput(
                f"breakpoints are {points}, {wrong[0]} apart; powers of two up to 256 are accepted"
            )
        if points[-1] <= 255:
            raise BadInput(f"breakpoints are {points}; the last one must lie past 255")
        if self.unit_bits not in (-1, 0, 1, 2):
            raise BadInput(f"unit_bits is {self.unit_bits!r}; -1, 0, 1 or 2 is accepted")
        if not isinstance(self.max_frac_bits, int) or not 0 <= self.max_frac_bits <= 8:
            raise BadInput(f"max_frac_bits is {self.max_frac_bits!r}; 0 to 8 is accepted")

    @cached_property
    def points(self) -> tuple[int, ...]:
        """All grid points, in order."""
        return tuple(-point for point in self.breakpoints[:0:-1]) + self.breakpoints

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """Grey levels from each grid point to the next."""
        return tuple(b - a for a, b in pairwise(self.points))

    @property
    def frac_bits(self) -> int:
        """Bits of a fraction: segments count in parts of the widest one's width, or coarser."""
        return min(max(self.widths).bit_length() - 1, self.max_frac_bits)

    @property
    def q(self) -> int:
        """Sum of the weights of one look-up."""
        return 1 << self.frac_bits

    @property
    def levels(self) -> int:
        """Grid points on each axis of the table."""
        return len(self.points)

    @property
    def sum_frac_bits(self) -> int:
        """Fraction bits of the sum of the look-ups, of which the four rotations make a mean."""
        return self.frac_bits + 2 + self.unit_bits

    def axes(self, taps: int) -> int:
        """Axes of a table of so many taps."""
        return taps - 1


Grid = UniformGrid | DifferenceGrid
