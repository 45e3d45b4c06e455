"""What the bench must know of the core; it reaches the simulation in an environment variable."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path

from hw.core_params import CoreParams
from sw.pictures.colour_formats import CHANNELS, black
from sw.tables.files import load, save
from sw.tables.spec import Upsampler

VARIABLE = "SRLUT_BENCH"


@dataclass(frozen=True)
class Settings:
    """Parameters of the core, as in :class:`hw.core_params.CoreParams`, and how much to send.

    Parameters
    ----------
    table : str
        File of the table.
    colour : str
    pixels_per_beat, max_width, max_height, frame_timeout, input_pixels_per_beat : int
    tkeep, control, reload : bool
    sample_bits : int
    lanes : tuple of int
        For the tests that count clocks.
    frames : int
        Random frames of a test.
    seed : int
    """

    table: str
    colour: str
    pixels_per_beat: int
    max_width: int
    max_height: int
    frame_timeout: int = 0
    input_pixels_per_beat: int = 1
    tkeep: bool = False
    control: bool = False
    reload: bool = False
    sample_bits: int = 8
    lanes: tuple[int, ...] = ()
    frames: int = 20
    seed: int = 0

    @classmethod
    def of_core(
        cls, params: CoreParams, folder: Path, *, frames: int = 20, seed: int = 0
    ) -> Settings:
        """The settings for a core; its table is written into ``folder``."""
        table = folder / "table.npz"
        save(table, params.upsampler)
        return cls(
            table=str(table),
            frames=frames,
            seed=seed,
            **{
                field.name: getattr(params, field.name)
                for field in fields(cls)
                if hasattr(params, field.name)
            },
        )

    @classmethod
    def from_environment(cls) -> Settings:
        """The settings of this simulation."""
        values = json.loads(os.environ[VARIABLE])
        return cls(**values | {"lanes": tuple(values["lanes"])})

    def to_environment(self) -> dict[str, str]:
        """The environment variable that hands the settings on."""
        return {VARIABLE: json.dumps(asdict(self))}

    @cached_property
    def upsampler(self) -> Upsampler:
        """The table, for samples of these bits."""
        return load(Path(self.table)).at_bits(self.sample_bits)

    @property
    def params(self) -> CoreParams:
        """The parameters of the core."""
        own = {field.name for field in fields(self)}
        values = {f.name: getattr(self, f.name) for f in fields(CoreParams) if f.name in own}
        return CoreParams(upsampler=self.upsampler, **values)

    @property
    def channels(self) -> int:
        """Numbers of a pixel."""
        return CHANNELS[self.colour]

    @property
    def black(self) -> tuple[int, ...]:
        """The numbers of a black pixel."""
        return black(self.colour, self.sample_bits)
