"""Sizes of a stage, derived once from its tables and a few choices."""

from dataclasses import dataclass
from functools import cached_property

from amaranth.lib import data

from hw.group_params import GroupParams
from hw.limits import BEATS
from sw.errors import BadInput
from sw.tables.grid import DifferenceGrid
from sw.tables.rotation import ROTATIONS
from sw.tables.spec import Stage, Upsampler

MAX_COLUMNS = 4
"""Most LR pixels that a stage takes per beat."""


def natural_pixels_per_beat(scale: int, channels: int, lanes: int) -> int:
    """The narrowest beat, in HR pixels, that keeps up with ``lanes``; 16 if none does."""
    per_clock = scale**2 * lanes / (channels * ROTATIONS)
    return next((beat for beat in BEATS if beat >= per_clock), BEATS[-1])


def lane_choices(channels: int) -> list[int]:
    """Possible numbers of lanes, in ascending order.

    They share the look-ups of one pixel, or do all those of 2 to 4 pixels in one clock.
    """
    part = {colours * rotations for colours in {1, channels} for rotations in (1, 2, ROTATIONS)}
    several = {channels * ROTATIONS * columns for columns in range(2, MAX_COLUMNS + 1)}
    return sorted(part | several)


def usable_lanes(channels: int, input_scale: int) -> list[int]:
    """Numbers of lanes that a stage can have if its input is ``input_scale`` times the picture.

    A stage that takes several pixels per beat needs lines of whole beats. Pictures may have any
    width, so the pixels per beat must divide ``input_scale``.
    """
    lookups = channels * ROTATIONS
    return [n for n in lane_choices(channels) if input_scale % max(1, n // lookups) == 0]


def matching_lanes(upsampler: Upsampler, channels: int, first: int) -> tuple[int, ...]:
    """Lanes for all stages: ``first`` in the first, the fewest that keep up with it in the others.

    Where none keep up, the most that the stage can have.
    """
    out, input_scale = [first], upsampler.stages[0].scale
    for stage in upsampler.stages[1:]:
        usable = usable_lanes(channels, input_scale)
        out.append(next((n for n in usable if n >= first * input_scale**2), usable[-1]))
        input_scale *= stage.scale
    return tuple(out)


def listed(choices: tuple[int, ...] | list[int]) -> str:
    """``choices`` for a message: "1, 2 or 4"."""
    *others, last = map(str, choices)
    return f"{', '.join(others)} or {last}"


@dataclass(frozen=True, kw_only=True)
class StageParams:
    """Parameters of a stage, and the sizes that follow from them.

    Parameters
    ----------
    stage : sw.tables.spec.Stage
        Scale, padding and tables.
    maps_in : int
        Maps in an input pixel.
    channels : int
        Colours of a pixel, 1 or 3.
    lanes : int
        Look-ups per clock for each group of tables. With one channel 1, 2 or 4, with three channels
        1, 2, 3, 4, 6 or 12. With 2, 3 or 4 times the largest of these the stage takes as many
        pixels per beat.
    max_width : int
        Largest width of an input frame in pixels; gives the depth of the line memories. All widths
        must be multiples of ``columns``.
    pixels_per_beat : int
        Output pixels per beat.
    final : bool
        Whether this is the last stage: its output is one map, without the picture.
    tkeep : bool
        Whether an output beat says which of its pixels belong to the picture.
    bypass : bool
        Whether the stage can repeat pixels instead of looking them up.
    reload : bool
        Whether its tables can be loaded while no frame is in the core.

    Raises
    ------
    BadInput
        If ``channels``, ``lanes`` or ``max_width`` is none of these.
    """

    stage: Stage
    maps_in: int = 1
    channels: int = 3
    lanes: int = 2
    max_width: int = 960
    pixels_per_beat: int = 4
    final: bool = False
    tkeep: bool = False
    bypass: bool = False
    reload: bool = False

    def __post_init__(self) -> None:
        if self.channels not in (1, 3):
            raise BadInput(f"channels is {self.channels}; it must be 1 or 3")
        choices = lane_choices(self.channels)
        if self.lanes not in choices:
            several = "s" if self.channels > 1 else ""
            raise BadInput(
                f"lanes is {self.lanes}; it must be {listed(choices)} with {self.channels} "
                f"channel{several} in the tables"
            )
        if not 1 <= self.max_width <= 1 << 16:
            raise BadInput(f"max_width is {self.max_width}; it must be from 1 to 65536")

    # Tables and maps.

    @cached_property
    def groups(self) -> tuple[GroupParams, ...]:
        """Groups of tables that share their look-ups."""
        return tuple(GroupParams(tables, self.lanes, self.reload) for tables in self.stage.groups)

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
        """Output maps, the passed-through picture included."""
        return self.maps + self.passes_picture

    @property
    def passes_picture(self) -> bool:
        """Whether the output has the picture as its first map."""
        return self.stage.passes_picture and not self.final

    @cached_property
    def is_difference(self) -> tuple[bool, ...]:
        """For each map, whether its grids are difference grids: its sum is added to the pixel."""
        return tuple(isinstance(tables[0].grid, DifferenceGrid) for tables in self.stage.maps)

    @property
    def sample_bits(self) -> int:
        """Bits of a sample, in all maps."""
        return self.stage.sample_bits

    @cached_property
    def sum_frac_bits(self) -> tuple[int, ...]:
        """For each map, fraction bits of the sum of all its look-ups."""
        return tuple(tables[0].grid.sum_frac_bits for tables in self.stage.maps)

    @cached_property
    def sum_shift(self) -> tuple[int, ...]:
        """For each map, bits by which its look-ups are shifted left before they are summed."""
        return tuple(tables[0].grid.sum_shift for tables in self.stage.maps)

    @property
    def adds_centre(self) -> bool:
        """Whether the pixel itself is added to a map, in all frames or in those of a bypass."""
        return any(self.is_difference) or self.bypass

    @property
    def needs_centre(self) -> bool:
        """Whether the pixel itself is needed behind the lanes, so that it travels in the tag."""
        return self.adds_centre or self.passes_picture

    @property
    def has_pixel_queue(self) -> bool:
        """Whether a pixel queue replaces the line writer: output beats are input beats, at ×1."""
        return self.scale == 1 and self.pixels_per_beat == self.columns

    # How lanes share the look-ups of a pixel.

    @property
    def columns(self) -> int:
        """LR pixels per input beat; all of them are worked on at the same time."""
        return max(1, self.lanes // (self.channels * ROTATIONS))

    @property
    def colour_lanes(self) -> int:
        """Channels of a pixel that are worked on at the same time."""
        return self.channels if self.lanes % self.channels == 0 else 1

    @property
    def sample_lanes(self) -> int:
        """Samples that are worked on at the same time; number column·colour_lanes + channel."""
        return self.columns * self.colour_lanes

    @property
    def rotation_lanes(self) -> int:
        """Rotations of a sample that are worked on at the same time."""
        return self.lanes // self.sample_lanes

    @property
    def colour_steps(self) -> int:
        """Groups of channels that are worked on one after the other."""
        return self.channels // self.colour_lanes

    @property
    def rotation_steps(self) -> int:
        """Groups of rotations that are worked on one after the other, within a colour step."""
        return ROTATIONS // self.rotation_lanes

    @property
    def steps(self) -> int:
        """Clocks of the lanes' work on a beat."""
        return self.colour_steps * self.rotation_steps

    # Windows and lines.

    @property
    def reach(self) -> int:
        """Pixels that a window reaches beyond its centre on every side, R."""
        return self.stage.reach

    @property
    def side(self) -> int:
        """Side of a window in pixels, 2R+1."""
        return 2 * self.reach + 1

    @property
    def reach_beats(self) -> int:
        """Beats that hold the R pixels on one side of a window's centre."""
        return -(-self.reach // self.columns)

    @property
    def window_columns(self) -> int:
        """Columns that the windows of a beat cover together."""
        return self.side + self.columns - 1

    @cached_property
    def pixel(self) -> data.ArrayLayout:
        """An input pixel: all channels of map 0, of map 1 …."""
        return data.ArrayLayout(self.sample_bits, self.maps_in * self.channels)

    @cached_property
    def pixels(self) -> data.ArrayLayout:
        """The pixels of an input beat, the leftmost first."""
        return data.ArrayLayout(self.pixel, self.columns)

    @cached_property
    def pixel_out(self) -> data.ArrayLayout:
        """An output pixel: all channels of map 0, of map 1 …."""
        return data.ArrayLayout(self.sample_bits, self.maps_out * self.channels)

    @property
    def max_beats(self) -> int:
        """Beats of the longest input line."""
        return self.max_width // self.columns

    @property
    def word_columns(self) -> int:
        """LR columns in a word of the line writer's memory: enough for one beat per clock."""
        return self.columns * -(-self.pixels_per_beat // (self.scale * self.columns))

    @property
    def line_words(self) -> int:
        """Words of the longest line in the line writer's memory."""
        return -(-self.max_width // self.word_columns)

    @property
    def ring_words(self) -> int:
        """Words of the line writer's memory, a ring with space for two of the longest lines."""
        return 2 * self.line_words
