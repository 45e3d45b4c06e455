"""The RTL as a method: ``python -m sim run`` on each picture, held against the golden model.

The simulator is a process of its own, since the tables and the model do not depend on hardware.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from sw.compare.methods.method import Method
from sw.errors import BadInput
from sw.golden import upscale
from sw.pictures.images import Picture, read_picture, write_picture
from sw.tables.cost import lookups_per_pixel
from sw.tables.spec import Upsampler

PREFIX = "rtl-"
MOST_PIXELS = 256 * 256
"""LR pixels of the largest picture that is simulated; one lane takes some seconds for it."""


class Differs(Exception):
    """The RTL's picture is not the golden model's.

    Parameters
    ----------
    message : str
        How many samples differ.
    pixels : ndarray of uint8, shape (height, width, channels)
        What came out of the RTL.
    """

    def __init__(self, message: str, pixels: np.ndarray) -> None:
        super().__init__(message)
        self.pixels = pixels


def takes(low: np.ndarray) -> bool:
    """Whether the LR picture ``low`` is small enough."""
    return low.shape[0] * low.shape[1] <= MOST_PIXELS


def methods(tables: dict[str, Upsampler]) -> list[Method]:
    """The RTL of each of our shipped ``tables``, named ``rtl-NAME``.

    Their ``enlarge`` raises ``BadInput`` with the simulator's own sentence if it cannot run, and
    ``Differs`` if a sample is not the model's.
    """

    def method(name: str, upsampler: Upsampler) -> Method:
        return Method(
            PREFIX + name,
            "rtl",
            lambda pixels, scale: checked(pixels, name, upsampler),
            size=upsampler.table_bytes,
            lookups=lookups_per_pixel(upsampler) / upsampler.scale**2,
        )

    return [method(name, upsampler) for name, upsampler in tables.items()]


def checked(low: np.ndarray, name: str, upsampler: Upsampler) -> np.ndarray:
    """``low`` enlarged by the RTL of table ``name``, which is ``upsampler``.

    Raises
    ------
    BadInput
        If the simulation cannot be built or run.
    Differs
        If a sample is not the golden model's.
    """
    channels = low.shape[2]
    # A grey picture goes through the core for RGB, so that one build serves all pictures.
    pixels = simulate(low.repeat(3 // channels, axis=2), name)
    golden = upscale(low, upsampler).repeat(3 // channels, axis=2)
    different = np.count_nonzero(pixels != golden)
    shown = pixels[:, :, :channels]
    if different:
        raise Differs(
            f"{different} of {golden.size} samples of the RTL differ from the golden model", shown
        )
    return shown


def simulate(low: np.ndarray, name: str) -> np.ndarray:
    """What the RTL of table ``name`` makes of ``low``, uint8 (height, width, 3), whatever it is.

    Raises
    ------
    BadInput
        If the simulation cannot be built or run.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "low.png"), Path(folder, "high.png")
        write_picture(source, Picture(low, "RGB"))
        command = ["sim", "run", str(source), str(target), "--table", name, "--lanes", "1"]
        done = subprocess.run(
            [sys.executable, "-m", *command], capture_output=True, text=True, check=False
        )
        # Status 1 is a difference from the model, which the caller finds as well.
        if done.returncode not in (0, 1) or not target.is_file():
            said = done.stderr.replace("\r", "\n").strip().splitlines() or ["it said nothing"]
            reason = said[-1].removeprefix("error: ")
            raise BadInput(f"the simulation of table {name} did not run: {reason}")
        return read_picture(target).pixels
