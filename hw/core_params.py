"""Parameters of a core."""

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from operator import mul

from hw.limits import BEATS, MAX_FRAME_TIMEOUT, MAX_SIZE
from hw.params import (
    StageParams,
    listed,
    matching_lanes,
    natural_pixels_per_beat,
    usable_lanes,
)
from sw.errors import BadInput
from sw.tables.rotation import ROTATIONS
from sw.tables.spec import Upsampler


@dataclass(frozen=True, kw_only=True)
class CoreParams:
    """Parameters of a core.

    Parameters
    ----------
    upsampler : Upsampler
        The chain of stages.
    channels : int
        Colours of a pixel, 1 or 3.
    lanes : tuple of int
        For each stage, see :class:`hw.params.StageParams`.
    max_width, max_height : int
        Largest size of a frame, in LR pixels.
    pixels_per_beat : int
        HR pixels per output beat: 1, 2, 4, 8 or 16.
    frame_timeout : int
        Clocks without a pixel after which a frame that has begun is completed in black, see
        :class:`hw.windows.guard.FrameGuard`; 0 for never, which costs no logic.

    Raises
    ------
    BadInput
        If a parameter has none of these values.
    """

    upsampler: Upsampler
    channels: int = 3
    lanes: tuple[int, ...] = (2,)
    max_width: int = 960
    max_height: int = 540
    pixels_per_beat: int = 4
    frame_timeout: int = 0

    def __post_init__(self) -> None:
        count = len(self.upsampler.stages)
        if len(self.lanes) != count:
            raise BadInput(
                f"lanes is {','.join(map(str, self.lanes))}; it must be {count} number(s), one "
                "for each stage"
            )
        # The size inputs have 16 bits; the lines of every stage have at most 65536 pixels.
        most = min(MAX_SIZE, (MAX_SIZE + 1) // self.input_scales[-1])
        for name, size, largest in (
            ("max_width", self.max_width, most),
            ("max_height", self.max_height, MAX_SIZE),
        ):
            if not 1 <= size <= largest:
                reason = " with this table" if largest < MAX_SIZE else ""
                raise BadInput(f"{name} is {size}; it must be from 1 to {largest}{reason}")
        if not 0 <= self.frame_timeout <= MAX_FRAME_TIMEOUT:
            raise BadInput(
                f"frame_timeout is {self.frame_timeout}; it must be from 0 to {MAX_FRAME_TIMEOUT} "
                "clocks"
            )
        if self.pixels_per_beat not in BEATS:
            raise BadInput(f"pixels_per_beat is {self.pixels_per_beat}; it must be {listed(BEATS)}")
        for number, params in enumerate(self.stages):
            usable = usable_lanes(self.channels, self.input_scales[number])
            if params.lanes not in usable:
                raise BadInput(
                    f"lanes of stage {number + 1} is {params.lanes}; it must be {listed(usable)}, "
                    "so that a line of any picture is a whole number of the stage's beats"
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
        frame_timeout: int = 0,
    ) -> "CoreParams":
        """Parameters whose later stages and output beat keep up with the first stage.

        Parameters
        ----------
        upsampler, channels, max_width, max_height, frame_timeout
            As for the class.
        lanes : tuple of int
            For each stage, or for the first alone; then :func:`hw.params.matching_lanes` gives
            those of the others.
        pixels_per_beat : int, optional
            HR pixels per output beat; by default, what the last stage makes in a clock.
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
            frame_timeout=frame_timeout,
        )

    @cached_property
    def input_scales(self) -> tuple[int, ...]:
        """For each stage, how many times as wide and high as the picture its input is."""
        scales = (stage.scale for stage in self.upsampler.stages[:-1])
        return tuple(accumulate(scales, mul, initial=1))

    @cached_property
    def stages(self) -> tuple[StageParams, ...]:
        """Parameters of the stages."""
        lookups = self.channels * ROTATIONS
        # A stage's output beat is the input beat of the next stage.
        beats = (*(max(1, lanes // lookups) for lanes in self.lanes[1:]), self.pixels_per_beat)
        out, maps = [], 1
        for n, stage in enumerate(self.upsampler.stages):
            params = StageParams(
                stage=stage,
                maps_in=maps,
                channels=self.channels,
                lanes=self.lanes[n],
                max_width=self.max_width * self.input_scales[n],
                pixels_per_beat=beats[n],
                final=n == len(self.lanes) - 1,
            )
            out.append(params)
            maps = params.maps_out
        return tuple(out)

    @property
    def input_bits(self) -> int:
        """Bits of ``s_axis_video_tdata``: one pixel."""
        return 8 * self.channels

    @property
    def output_bits(self) -> int:
        """Bits of ``m_axis_video_tdata``: one beat."""
        return 8 * self.channels * self.pixels_per_beat
