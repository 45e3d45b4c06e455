"""What a core is made of, and how many clocks it needs for a frame."""

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from operator import mul

from hw.params import BEATS, StageParams, matching_lanes, natural_pixels_per_beat
from hw.stage import UpsamplerStage
from sw.errors import BadInput
from sw.tables.rotation import ROTATIONS
from sw.tables.spec import Upsampler

AROUND_LANES = 12
"""Clocks in guard, line buffer and slice, scheduler, line writer, its queue and gearbox."""

SKID_BEATS = 2
"""Beats that a skid buffer holds."""


@dataclass(frozen=True, kw_only=True)
class CoreParams:
    """What a core is made of.

    Parameters
    ----------
    upsampler : Upsampler
    channels : int
        See :class:`hw.params.StageParams`.
    lanes : tuple of int
        For each stage, see there; :func:`matching_lanes` makes them fit together.
    max_width, max_height : int
        Largest size of a frame, in LR pixels.
    pixels_per_beat : int
        HR pixels per beat of the output: 1, 2, 4, 8 or 16.

    Raises
    ------
    BadInput
        If a choice cannot be had.
    """

    upsampler: Upsampler
    channels: int = 3
    lanes: tuple[int, ...] = (2,)
    max_width: int = 960
    max_height: int = 540
    pixels_per_beat: int = 4

    def __post_init__(self) -> None:
        stages = len(self.upsampler.stages)
        if len(self.lanes) != stages:
            raise BadInput(
                f"lanes are {','.join(map(str, self.lanes))}; a number for each of the {stages} "
                "stage(s) is accepted"
            )
        if not 1 <= self.max_height < 1 << 16:
            raise BadInput(f"max_height is {self.max_height}; 1 to 65535 is accepted")
        if self.pixels_per_beat not in BEATS:
            raise BadInput(f"beat is {self.pixels_per_beat}; one of {BEATS} is accepted")
        for number, (params, enlarged) in enumerate(
            zip(self.stages, self.enlarged, strict=True), 1
        ):
            if enlarged % params.columns:
                raise BadInput(
                    f"lanes of stage {number} is {params.lanes}, which takes {params.columns} "
                    f"pixels a clock, but its lines are {enlarged} times as long as the picture's: "
                    f"it must take a number of pixels that divides {enlarged}"
                )

    @classmethod
    def for_upsampler(
        cls,
        upsampler: Upsampler,
        *,
        channels: int = 3,
        lanes: tuple[int, ...] = (2,),
        pixels_per_beat: int | None = None,
        max_width: int = 960,
        max_height: int = 540,
    ) -> "CoreParams":
        """A core whose later stages and whose output keep up with its first stage.

        Parameters
        ----------
        upsampler, channels, max_width, max_height
            As for the class.
        lanes : tuple of int
            For each stage, or for the first alone: the others then get what matches it.
        pixels_per_beat : int, optional
            HR pixels per beat; if missing, as many as the last stage makes in a clock.
        """
        if len(lanes) == 1:
            lanes = matching_lanes(upsampler, channels, lanes[0])
        if pixels_per_beat is None and lanes:
            scale = upsampler.stages[-1].scale
            pixels_per_beat = natural_pixels_per_beat(scale, channels, lanes[-1])
        return cls(
            upsampler=upsampler,
            channels=channels,
            lanes=lanes,
            max_width=max_width,
            max_height=max_height,
            pixels_per_beat=pixels_per_beat,
        )

    @cached_property
    def enlarged(self) -> tuple[int, ...]:
        """How many times as wide and high as the picture each stage's frames come."""
        scales = (stage.scale for stage in self.upsampler.stages[:-1])
        return tuple(accumulate(scales, mul, initial=1))

    @cached_property
    def stages(self) -> tuple[StageParams, ...]:
        """Sizes of the stages."""
        whole = self.channels * ROTATIONS
        beats = (*(max(1, lanes // whole) for lanes in self.lanes[1:]), self.pixels_per_beat)
        out, maps = [], 1
        for n, stage in enumerate(self.upsampler.stages):
            params = StageParams(
                stage=stage,
                maps_in=maps,
                channels=self.channels,
                lanes=self.lanes[n],
                max_width=self.max_width * self.enlarged[n],
                pixels_per_beat=beats[n],
                final=n == len(self.lanes) - 1,
            )
            out.append(params)
            maps = params.maps_out
        return tuple(out)

    def clocks_of_stage(self, number: int, width: int, height: int) -> int:
        """Clocks that stage ``number`` (from 0) spends on a frame of so many LR pixels.

        Every beat takes the lanes ``steps`` clocks. R lines pass without giving anything, the
        first R pixels of them, and two more in the slice in front of the windows, while the lanes
        are still busy with the frame before. Lines have more than ``steps`` beats here.
        """
        params, times = self.stages[number], self.enlarged[number]
        beats = width * times // params.columns
        ahead = (params.reach_beats + SKID_BEATS) * (params.steps - 1)
        return params.steps * beats * height * times + params.reach * beats - ahead

    def clocks_per_frame(self, width: int, height: int) -> int:
        """Clocks from a frame to the next, nothing in the way and ``beat`` no narrower than needed.

        Those of the slowest stage: exact for one stage, within 1 % for a chain, whose stages wait
        for each other while lines pass.
        """
        return max(self.clocks_of_stage(n, width, height) for n in range(len(self.stages)))

    def latency(self, width: int) -> int:
        """Clocks from a frame's first input beat to its first output beat, nothing in the way.

        Each stage lets R lines and R pixels pass until its first window is whole; a line writer
        then waits for a line. A frame has more lines than that takes. Exact for one stage, out by
        less than the work of two pixels for each further one.
        """
        # When the lines that a stage needs begin and end, as they come.
        beats = width // self.stages[0].columns
        lines = [(y * beats, (y + 1) * beats) for y in range(self._lines_needed())]
        for number, params in enumerate(self.stages):
            beats = width * self.enlarged[number] // params.columns
            lines = [(begin + 1, end + 1) for begin, end in lines]  # by a slice
            out, free = [], 0
            for y, (begin, end) in enumerate(lines):
                begin = max(begin, free)
                free = end = max(begin + (1 if y < params.reach else params.steps) * beats, end)
                if y >= params.reach:
                    # A line's last windows come as the next line begins.
                    if y + 1 < len(lines):
                        end = max(end, lines[y + 1][0])
                    clocks = params.reach_beats + UpsamplerStage.delay(params) + AROUND_LANES
                    out += self._lines_out(params, begin + clocks, end + clocks, beats, out)
            lines = out
        return lines[0][0]

    def _lines_out(
        self, params: StageParams, begin: int, end: int, beats: int, before: list[tuple[int, int]]
    ) -> list[tuple[int, int]]:
        """When the lines begin and end that a stage makes of one, after those ``before``."""
        if params.queues:
            return [(begin, end)]
        clocks = -(-beats * params.columns * params.scale // params.pixels_per_beat)
        start = max(end, before[-1][1]) if before else end
        return [(start + y * clocks, start + (y + 1) * clocks) for y in range(params.scale)]

    def _lines_needed(self) -> int:
        """Lines of the picture before the first line of the output."""
        needed = 1
        for params in reversed(self.stages):
            needed = -(-needed // params.scale) + params.reach + 1
        return needed

    @property
    def input_bits(self) -> int:
        """Bits of a pixel on ``s_axis_video_tdata``."""
        return 8 * self.channels

    @property
    def output_bits(self) -> int:
        """Bits of a beat on ``m_axis_video_tdata``."""
        return 8 * self.channels * self.pixels_per_beat
