"""Every size of a stage, derived once from its tables and a few choices."""

from dataclasses import dataclass
from functools import cached_property

from amaranth.lib import data

from hw.group_params import GroupParams
from sw.errors import BadInput
from sw.tables.grid import DifferenceGrid
from sw.tables.rotation import ROTATIONS
from sw.tables.spec import Stage, Upsampler

BEATS = (1, 2, 4, 8, 16)

MOST_COLUMNS = 4
"""Pixels that a stage takes at a time."""


def natural_pixels_per_beat(scale: int, channels: int, lanes: int) -> int:
    """HR pixels per beat that keep up with ``lanes`` look-ups per clock, as far as 16 can."""
    per_clock = scale**2 * lanes / (channels * ROTATIONS)
    return next((beat for beat in BEATS if beat >= per_clock), BEATS[-1])


def lane_choices(channels: int) -> list[int]:
    """Lanes that divide the work of a pixel, or do that of several pixels at a time."""
    part = {colours * turns for colours in {1, channels} for turns in (1, 2, ROTATIONS)}
    whole = {channels * ROTATIONS * columns for columns in range(2, MOST_COLUMNS + 1)}
    return sorted(part | whole)


def usable_lanes(channels: int, enlarged: int) -> list[int]:
    """Lanes that a stage can have, its frames coming ``enlarged`` times as wide as the picture.

    A stage that takes several pixels at a time must find lines of a multiple of that.
    """
    whole = channels * ROTATIONS
    return [n for n in lane_choices(channels) if enlarged % max(1, n // whole) == 0]


def matching_lanes(upsampler: Upsampler, channels: int, first: int) -> tuple[int, ...]:
    """Lanes for each stage that keep up with ``first`` lanes in the first, as far as they can."""
    out, enlarged = [first], upsampler.stages[0].scale
    for stage in upsampler.stages[1:]:
        usable = usable_lanes(channels, enlarged)
        out.append(next((n for n in usable if n >= first * enlarged**2), usable[-1]))
        enlarged *= stage.scale
    return tuple(out)


@dataclass(frozen=True, kw_only=True)
class StageParams:
    """What a stage is made of.

    Parameters
    ----------
    stage : sw.tables.spec.Stage
        Scale, padding and tables.
    maps_in : int
        Maps in the pixels that come.
    channels : int
        Colours of a pixel, 1 or 3.
    lanes : int
        Look-ups per clock for each group of tables, P: 1, 2 or 4 with one channel; 1, 2, 3, 4, 6 or
        12 with three. 2, 3 or 4 times the most: so many pixels come at a time.
    max_width : int
        Largest width of a frame as it comes, a multiple of ``columns`` like all widths: sizes the
        line memories.
    pixels_per_beat : int
        Pixels per beat of the output.
    final : bool
        Whether it is the last of a chain: no picture is passed on, there is one map.

    Raises
    ------
    BadInput
        If a choice is not among those.
    """

    stage: Stage
    maps_in: int = 1
    channels: int = 3
    lanes: int = 2
    max_width: int = 960
    pixels_per_beat: int = 4
    final: bool = False

    def __post_init__(self) -> None:
        if self.channels not in (1, 3):
            raise BadInput(f"channels is {self.channels}; 1 or 3 is accepted")
        choices = lane_choices(self.channels)
        if self.lanes not in choices:
            listed = ", ".join(map(str, choices))
            raise BadInput(
                f"lanes is {self.lanes}; {listed} divide the work of {self.channels} channel(s)"
            )
        if not 1 <= self.max_width <= 1 << 16:
            raise BadInput(f"max_width is {self.max_width}; 1 to 65536 is accepted")

    # The tables.

    @cached_property
    def groups(self) -> tuple[GroupParams, ...]:
        """Tables that are looked up at the same place, together."""
        return tuple(GroupParams(tables, self.lanes) for tables in self.stage.groups)

    @property
    def scale(self) -> int:
        """HR pixels per LR pixel on each axis, r."""
        return self.stage.scale

    @property
    def block(self) -> int:
        """HR pixels per LR pixel, r²."""
        return self.scale**2

    @property
    def maps(self) -> int:
        """Maps that the look-ups make."""
        return len(self.stage.maps)

    @property
    def maps_out(self) -> int:
        """Maps in the pixels that go: those, and the picture before them where it is passed on."""
        return self.maps + self.passes_picture

    @property
    def passes_picture(self) -> bool:
        """Whether the picture comes first in the pixels that go."""
        return self.stage.passes_picture and not self.final

    @cached_property
    def differences(self) -> tuple[bool, ...]:
        """For each map, whether what its tables hold is added to the pixel."""
        return tuple(isinstance(of[0].grid, DifferenceGrid) for of in self.stage.maps)

    @cached_property
    def sum_frac_bits(self) -> tuple[int, ...]:
        """For each map, fraction bits of the sum of all look-ups."""
        return tuple(of[0].grid.sum_frac_bits for of in self.stage.maps)

    @property
    def needs_centre(self) -> bool:
        """Whether the pixel itself goes along with its look-ups."""
        return any(self.differences) or self.passes_picture

    @property
    def queues(self) -> bool:
        """Whether pixels go in the order and the beats in which they come: no line is written."""
        return self.scale == 1 and self.pixels_per_beat == self.columns

    # The work of a pixel, shared out to the lanes.

    @property
    def columns(self) -> int:
        """Pixels that come at a time, and are worked on at a time."""
        return max(1, self.lanes // (self.channels * ROTATIONS))

    @property
    def colour_lanes(self) -> int:
        """Channels worked on at a time."""
        return self.channels if self.lanes % self.channels == 0 else 1

    @property
    def sample_lanes(self) -> int:
        """Samples worked on at a time: columns, and in each of them channels."""
        return self.columns * self.colour_lanes

    @property
    def rotation_lanes(self) -> int:
        """Rotations worked on at a time."""
        return self.lanes // self.sample_lanes

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
        """Clocks that the lanes spend on the pixels that come at a time."""
        return self.colour_steps * self.rotation_steps

    # Windows and lines.

    @property
    def reach(self) -> int:
        """Pixels that a window reaches beyond its centre on every side, R."""
        return self.stage.reach

    @property
    def side(self) -> int:
        """Pixels on each side of a window, 2R+1."""
        return 2 * self.reach + 1

    @property
    def reach_beats(self) -> int:
        """Beats in which the R pixels beside a window's centre come."""
        return -(-self.reach // self.columns)

    @property
    def window_columns(self) -> int:
        """Columns that the windows of all pixels of a beat span."""
        return self.side + self.columns - 1

    @cached_property
    def pixel(self) -> data.ArrayLayout:
        """One pixel as it comes: all channels of map 0, of map 1 …, 8 bits each."""
        return data.ArrayLayout(8, self.maps_in * self.channels)

    @cached_property
    def pixels(self) -> data.ArrayLayout:
        """The pixels that come at a time."""
        return data.ArrayLayout(self.pixel, self.columns)

    @cached_property
    def pixel_out(self) -> data.ArrayLayout:
        """One pixel as it goes."""
        return data.ArrayLayout(8, self.maps_out * self.channels)

    @property
    def max_beats(self) -> int:
        """Beats of the longest line as it comes."""
        return self.max_width // self.columns

    @property
    def word_columns(self) -> int:
        """LR columns in a word of the line writer's memory: enough for a beat a clock."""
        return self.columns * -(-self.pixels_per_beat // (self.scale * self.columns))

    @property
    def line_words(self) -> int:
        """Words of the longest line."""
        return -(-self.max_width // self.word_columns)
