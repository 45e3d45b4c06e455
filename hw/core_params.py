"""Parameters of a core."""

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from operator import mul

from amaranth.lib import data

from hw.colour import lag
from hw.colour.hold import HoldLines
from hw.colour.params import TAPS, ChromaParams
from hw.layouts import pixel_layout
from hw.limits import BEATS, INPUT_BEATS, MAX_FRAME_TIMEOUT, MAX_SIZE
from hw.params import (
    StageParams,
    listed,
    matching_lanes,
    natural_pixels_per_beat,
    usable_lanes,
)
from sw.errors import BadInput
from sw.pictures.colour_formats import CHANNELS, TABLE_CHANNELS, black
from sw.tables.rotation import ROTATIONS
from sw.tables.samples import white
from sw.tables.spec import Upsampler


def whole_bytes(bits: int) -> int:
    """``bits``, rounded up to whole bytes, as TDATA of AXI4-Stream must have them."""
    return -(-bits // 8) * 8


@dataclass(frozen=True, kw_only=True)
class CoreParams:
    """Parameters of a core.

    Parameters
    ----------
    upsampler : Upsampler
        The chain of stages, for samples of 8 to 12 bits: ``upsampler.at_bits(10)``.
    colour : str
        Colour format of input and output, a key of
        :data:`sw.pictures.colour_formats.CHANNELS`. In ``rgb`` and ``grey`` all numbers of a pixel
        go through the tables, in the others the luma alone.
    lanes : tuple of int
        For each stage, see :class:`hw.params.StageParams`.
    max_width, max_height : int
        Largest size of a frame, in LR pixels.
    pixels_per_beat : int
        HR pixels per output beat: 1, 2, 4, 8 or 16.
    frame_timeout : int
        Clocks without a pixel after which a frame that has begun is completed in black, see
        :class:`hw.windows.guard.FrameGuard`; 0 for never, which costs no logic.
    input_pixels_per_beat : int
        LR pixels per input beat: 1, 2 or 4; see :class:`hw.windows.input_gearbox.InputGearbox`.
    tkeep : bool
        Whether the output has TKEEP.
    control : bool
        Whether the core has the ports that :class:`hw.control.core.ControlledCore` needs.
    reload : bool
        Whether the tables can be loaded; needs ``control``.

    Raises
    ------
    BadInput
        If a parameter has none of these values.
    """

    upsampler: Upsampler
    colour: str = "rgb"
    lanes: tuple[int, ...] = (2,)
    max_width: int = 960
    max_height: int = 540
    pixels_per_beat: int = 4
    frame_timeout: int = 0
    input_pixels_per_beat: int = 1
    tkeep: bool = False
    control: bool = False
    reload: bool = False

    def __post_init__(self) -> None:
        if self.colour not in CHANNELS:
            raise BadInput(f"colour is {self.colour}; it must be {listed(tuple(CHANNELS))}")
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
        if self.input_pixels_per_beat not in INPUT_BEATS:
            raise BadInput(
                f"input_pixels_per_beat is {self.input_pixels_per_beat}; it must be "
                f"{listed(INPUT_BEATS)}"
            )
        if self.reload and not self.control:
            raise BadInput("reload is for a core with control: registers load the tables")
        self._check_chroma()
        for number, params in enumerate(self.stages):
            usable = usable_lanes(self.table_channels, self.input_scales[number])
            if params.lanes not in usable:
                raise BadInput(
                    f"lanes of stage {number + 1} is {params.lanes}; it must be {listed(usable)}, "
                    "so that a line of any picture is a whole number of the stage's beats"
                )

    def _check_chroma(self) -> None:
        """Refuse what the interpolation of chroma cannot do."""
        if self.has_chroma and self.upsampler.scale == 1:
            raise BadInput(f"colour is {self.colour}; it must be rgb or grey with a table of ×1")
        if self.colour == "ycbcr422" and self.max_width % 2:
            raise BadInput(f"max_width is {self.max_width}; it must be even in ycbcr422")
        if self.colour == "ycbcr422" and self.pixels_per_beat == 1:
            raise BadInput("pixels_per_beat is 1; it must be 2, 4, 8 or 16 in ycbcr422")

    @classmethod
    def for_upsampler(
        cls,
        upsampler: Upsampler,
        *,
        colour: str = "rgb",
        lanes: tuple[int, ...] = (2,),
        pixels_per_beat: int | None = None,
        max_width: int = 960,
        max_height: int = 540,
        frame_timeout: int = 0,
        input_pixels_per_beat: int = 1,
        tkeep: bool = False,
        control: bool = False,
        reload: bool = False,
    ) -> "CoreParams":
        """Parameters whose later stages and output beat keep up with the first stage.

        Parameters
        ----------
        upsampler, colour, max_width, max_height, frame_timeout
            As for the class.
        input_pixels_per_beat, tkeep, control, reload
            As for the class.
        lanes : tuple of int
            For each stage, or for the first alone; then :func:`hw.params.matching_lanes` gives
            those of the others.
        pixels_per_beat : int, optional
            HR pixels per output beat; by default, what the last stage makes in a clock.
        """
        channels = TABLE_CHANNELS.get(colour, 1)
        if len(lanes) == 1:
            lanes = matching_lanes(upsampler, channels, lanes[0])
        if pixels_per_beat is None and lanes:
            scale = upsampler.stages[-1].scale
            pixels_per_beat = natural_pixels_per_beat(scale, channels, lanes[-1])
            if colour == "ycbcr422":
                pixels_per_beat = max(2, pixels_per_beat)
        return cls(
            upsampler=upsampler,
            colour=colour,
            lanes=lanes,
            max_width=max_width,
            max_height=max_height,
            pixels_per_beat=pixels_per_beat,
            frame_timeout=frame_timeout,
            input_pixels_per_beat=input_pixels_per_beat,
            tkeep=tkeep,
            control=control,
            reload=reload,
        )

    @cached_property
    def input_scales(self) -> tuple[int, ...]:
        """For each stage, how many times as wide and high as the picture its input is."""
        scales = (stage.scale for stage in self.upsampler.stages[:-1])
        return tuple(accumulate(scales, mul, initial=1))

    @cached_property
    def stages(self) -> tuple[StageParams, ...]:
        """Parameters of the stages."""
        lookups = self.table_channels * ROTATIONS
        # A stage's output beat is the input beat of the next stage.
        beats = (*(max(1, lanes // lookups) for lanes in self.lanes[1:]), self.pixels_per_beat)
        out, maps = [], 1
        for n, stage in enumerate(self.upsampler.stages):
            params = StageParams(
                stage=stage,
                maps_in=maps,
                channels=self.table_channels,
                lanes=self.lanes[n],
                max_width=self.max_width * self.input_scales[n],
                pixels_per_beat=beats[n],
                final=n == len(self.lanes) - 1,
                tkeep=self.tkeep and n == len(self.lanes) - 1,
                bypass=self.control,
                reload=self.reload,
            )
            out.append(params)
            maps = params.maps_out
        return tuple(out)

    @property
    def sample_bits(self) -> int:
        """Bits of a sample of LR and HR pixels: those for which ``upsampler`` is."""
        return self.upsampler.sample_bits

    @property
    def channels(self) -> int:
        """Numbers of a pixel at the input and at the output."""
        return CHANNELS[self.colour]

    @property
    def table_channels(self) -> int:
        """Numbers of a pixel that go through the tables."""
        return TABLE_CHANNELS[self.colour]

    @property
    def has_chroma(self) -> bool:
        """Whether the luma alone goes through the tables."""
        return self.channels > self.table_channels

    @property
    def pixel(self) -> data.ArrayLayout:
        """A pixel at the input and at the output."""
        return pixel_layout(self.channels, self.sample_bits)

    @property
    def black(self) -> tuple[int, ...]:
        """The numbers of a black pixel."""
        return black(self.colour, self.sample_bits)

    @cached_property
    def chroma(self) -> ChromaParams:
        """Parameters of the interpolation of chroma; ``has_chroma`` must be true."""
        is_luma, shared = self.colour == "luma", self.colour == "ycbcr422"
        most = white(self.sample_bits)
        beat = self.pixels_per_beat // (2 if shared else 1)
        return ChromaParams(
            scale=self.upsampler.scale,
            components=3 if is_luma else 2,
            columns=-(-beat // self.upsampler.scale),
            values=range(-most if is_luma else 0, most + 1),
            cosited=shared,
            max_width=self.max_width // (2 if shared else 1),
            depth=max(2, -(-lag.slots_needed(self.stages) // TAPS)),
            pixels_per_beat=beat,
            bypass=self.control,
        )

    @property
    def lines_held(self) -> int:
        """LR lines by which the luma is held back for the chroma."""
        return lag.lines_held(self.stages) if self.has_chroma else 0

    @property
    def pixels_held(self) -> int:
        """Pixels in the memory of the luma that is held back."""
        return HoldLines.memory_pixels(self.lines_held, self.max_width) if self.lines_held else 0

    @property
    def input_bits(self) -> int:
        """Bits of ``s_axis_video_tdata``: one beat, and bits above it up to whole bytes."""
        return whole_bytes(self.pixel.size * self.input_pixels_per_beat)

    @property
    def output_bits(self) -> int:
        """Bits of ``m_axis_video_tdata``: one beat, and bits above it up to whole bytes."""
        return whole_bytes(self.pixel.size * self.pixels_per_beat)

    @property
    def keep_bits(self) -> int:
        """Bits of ``m_axis_video_tkeep``, one for each byte of a beat."""
        return self.output_bits // 8
