"""The RTL as a method: ``python -m sim run`` on each picture, compared with the golden model.

The simulation is a separate process, because ``sw`` does not depend on ``sim``.
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

MAX_PIXELS = 256 * 256
"""LR pixels of the largest picture to simulate; one lane takes some seconds for it."""


class RtlDiffers(Exception):
    """The RTL's picture differs from that of the golden model.

    Parameters
    ----------
    message : str
        States how many samples differ.
    pixels : ndarray of uint8, shape (height, width, channels)
        The RTL's picture.
    """

    def __init__(self, message: str, pixels: np.ndarray) -> None:
        super().__init__(message)
        self.pixels = pixels


def is_small_enough(low: np.ndarray) -> bool:
    """Whether the LR picture ``low`` can be simulated in a reasonable time."""
    return low.shape[0] * low.shape[1] <= MAX_PIXELS


def methods(upsamplers: dict[str, Upsampler]) -> list[Method]:
    """The RTL of each of ``upsamplers``, shipped tables by their names, as ``rtl-NAME``.

    Their ``enlarge`` raises what :func:`enlarge` raises.
    """

    def method(name: str, upsampler: Upsampler) -> Method:
        return Method(
            PREFIX + name,
            "rtl",
            lambda pixels, scale: enlarge(pixels, name, upsampler),
            size=upsampler.table_bytes,
            lookups=lookups_per_pixel(upsampler) / upsampler.scale**2,
        )

    return [method(name, upsampler) for name, upsampler in upsamplers.items()]


def enlarge(low: np.ndarray, name: str, upsampler: Upsampler) -> np.ndarray:
    """Enlarge ``low`` by the RTL of the table ``name``, whose golden model is ``upsampler``.

    Raises
    ------
    BadInput
        If the simulation cannot be built or run.
    RtlDiffers
        If a sample differs from the golden model.
    """
    channels = low.shape[2]
    # The RGB core takes grey pictures too, so one simulator serves all pictures.
    pixels = simulate(low.repeat(3 // channels, axis=2), name)
    golden = upscale(low, upsampler).repeat(3 // channels, axis=2)
    different = np.count_nonzero(pixels != golden)
    result = pixels[:, :, :channels]
    if different:
        raise RtlDiffers(
            f"{different} of {golden.size} samples of the RTL differ from the golden model", result
        )
    return result


def simulate(low: np.ndarray, name: str) -> np.ndarray:
    """The picture that the RTL of table ``name`` makes of ``low``, uint8 (height, width, 3).

    Raises
    ------
    BadInput
        If the simulation cannot be built or run.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "low.png"), Path(folder, "high.png")
        write_picture(source, Picture(low, "RGB"))
        # Whether the table keeps flat fields is checked when the methods are chosen.
        options = ["--table", name, "--lanes", "1", "--force"]
        command = ["sim", "run", str(source), str(target), *options]
        done = subprocess.run(
            [sys.executable, "-m", *command], capture_output=True, text=True, check=False
        )
        # Status 1 means that the RTL differs from the model, which the caller checks itself.
        if done.returncode not in (0, 1) or not target.is_file():
            lines = done.stderr.replace("\r", "\n").strip().splitlines()
            reason = lines[-1].removeprefix("error: ") if lines else "it printed no message"
            raise BadInput(f"the simulation of table {name} did not run: {reason}")
        return read_picture(target).pixels
