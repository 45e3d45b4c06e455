"""Every size of a stage, derived once from its table and a few choices."""

from dataclasses import dataclass
from functools import cached_property

from amaranth.lib import data
from amaranth.utils import bits_for

from sw import banks
from sw.errors import BadInput
from sw.grid import DifferenceGrid
from sw.rotation import ROTATIONS
from sw.spec import Stage, Table

BEATS = (1, 2, 4, 8, 16)


def natural_beat(scale: int, channels: int, lanes: int) -> int:
    """HR pixels per beat that keep up with ``lanes`` look-ups per clock, as far as 16 can."""
    per_clock = scale**2 * lanes / (channels * ROTATIONS)
    return next((beat for beat in BEATS if beat >= per_clock), BEATS[-1])


@dataclass(frozen=True, kw_only=True)
class StageParams:
    """What a stage is made of.

    Parameters
    ----------
    stage : sw.spec.Stage
        Scale, padding and the one table.
    channels : int
        Colours of a pixel, 1 or 3.
    lanes : int
        Look-ups per clock, P: 1, 2 or 4 with one channel; 1, 2, 3, 4, 6 or 12 with three.
    max_width : int
        Largest width of a frame, in LR pixels: sizes the line memories.
    beat : int
        HR pixels per beat of the output: 1, 2, 4, 8 or 16.

    Raises
    ------
    BadInput
        If a choice is not among those.
    """

    stage: Stage
    channels: int = 3
    lanes: int = 2
    max_width: int = 960
    beat: int = 4

    def __post_init__(self) -> None:
        if len(self.stage.tables) != 1:
            raise BadInput(f"a stage has {len(self.stage.tables)} tables; one is accepted so far")
        if self.channels not in (1, 3):
            raise BadInput(f"channels is {self.channels}; 1 or 3 is accepted")
        choices = sorted(
            colours * turns for colours in {1, self.channels} for turns in (1, 2, ROTATIONS)
        )
        if self.lanes not in choices:
            listed = ", ".join(map(str, choices))
            raise BadInput(
                f"lanes is {self.lanes}; {listed} divide the work of {self.channels} channel(s)"
            )
        if not 1 <= self.max_width <= 1 << 16:
            raise BadInput(f"max_width is {self.max_width}; 1 to 65536 is accepted")
        if self.beat not in BEATS:
            raise BadInput(f"beat is {self.beat}; one of {BEATS} is accepted")

    # The table and its look-ups.

    @property
    def table(self) -> Table:
        """The table."""
        return self.stage.tables[0]

    @property
    def scale(self) -> int:
        """HR pixels per LR pixel on each axis, r."""
        return self.stage.scale

    @property
    def block(self) -> int:
        """HR pixels per LR pixel, r²."""
        return self.scale**2

    @property
    def taps(self) -> int:
        """Taps of a look-up."""
        return len(self.table.taps)

    @property
    def banks(self) -> int:
        """Banks of the table, one more than axes."""
        return banks.banks(self.table)

    @property
    def axes(self) -> int:
        """Axes of the table: one for each tap, or for each but the first."""
        return self.table.axes

    @property
    def differences(self) -> bool:
        """Whether the table is indexed by differences, and what it holds added to the pixel."""
        return isinstance(self.table.grid, DifferenceGrid)

    @property
    def frac_bits(self) -> int:
        """Fraction bits of an axis."""
        return self.table.grid.frac_bits

    @property
    def sum_frac_bits(self) -> int:
        """Fraction bits of the sum of all look-ups."""
        return self.table.grid.sum_frac_bits

    @property
    def index_bits(self) -> int:
        """Index bits of an axis: the last grid point is never the lower one."""
        return (self.table.grid.levels - 2).bit_length()

    @property
    def weight_bits(self) -> int:
        """Bits of a weight, 0…q."""
        return self.frac_bits + 1

    @property
    def row_bits(self) -> int:
        """Bits of a row's number within a bank."""
        return bits_for(banks.depth(self.table) - 1)

    @property
    def weighed_bits(self) -> int:
        """Bits of a weighed sum, signed: the weights sum to q, so it is an entry times q."""
        return 8 + self.frac_bits

    # The work of a pixel, shared out to the lanes.

    @property
    def colour_lanes(self) -> int:
        """Channels worked on at a time."""
        return self.channels if self.lanes % self.channels == 0 else 1

    @property
    def rotation_lanes(self) -> int:
        """Rotations worked on at a time."""
        return self.lanes // self.colour_lanes

    @property
    def colour_steps(self) -> int:
        """Groups of channels, one after the other."""
        return self.channels // self.colour_lanes

    @property
    def rotation_steps(self) -> int:
        """Groups of rotations, one after the other, within a group of channels."""
        return ROTATIONS // self.rotation_lanes

    @property
    def steps(self) -> int:
        """Clocks that the lanes spend on a pixel."""
        return self.colour_steps * self.rotation_steps

    @property
    def copies(self) -> int:
        """Copies of the table: each has two ports, which serve two lanes."""
        return -(-self.lanes // 2)

    # Windows and lines.

    @property
    def reach(self) -> int:
        """Pixels that a window reaches beyond its centre on every side, R."""
        return self.stage.reach

    @property
    def side(self) -> int:
        """Pixels on each side of a window, 2R+1."""
        return 2 * self.reach + 1

    @cached_property
    def pixel(self) -> data.ArrayLayout:
        """One pixel: its channels, 8 bits each."""
        return data.ArrayLayout(8, self.channels)

    @property
    def word_columns(self) -> int:
        """LR columns in a word of the line writer's memory: enough for a beat a clock."""
        return -(-self.beat // self.scale)

    @property
    def line_words(self) -> int:
        """Words of the longest line."""
        return -(-self.max_width // self.word_columns)
