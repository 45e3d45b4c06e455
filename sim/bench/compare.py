"""Compare frames of the RTL with those of the golden model, and show the first difference."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sw.pictures.images import Picture, write_picture
from sw.tables.spec import Upsampler


@dataclass(frozen=True)
class Verdict:
    """The result of a comparison of frames.

    Parameters
    ----------
    samples, different : int
        Samples compared; samples that differ.
    first : tuple of int or None
        (frame, y, x, channel) of the first difference in raster order.
    """

    samples: int
    different: int
    first: tuple[int, int, int, int] | None


def compare(golden: list[np.ndarray], rtl: list[np.ndarray]) -> Verdict:
    """Compare frames, samples (height, width, channels), of equal shapes."""
    different, first = 0, None
    for number, (expected, got) in enumerate(zip(golden, rtl, strict=True)):
        unequal = np.argwhere(expected != got)
        different += len(unequal)
        if first is None and len(unequal):
            y, x, channel = (int(index) for index in unequal[0])
            first = number, y, x, channel
    return Verdict(sum(frame.size for frame in golden), different, first)


def save_difference(
    verdict: Verdict,
    golden: list[np.ndarray],
    rtl: list[np.ndarray],
    folder: Path,
    sample_bits: int,
) -> None:
    """Save the first frame that differs: golden.png, rtl.png, difference.png in ``folder``.

    Samples are shown in grey levels of 8 bits, three as R, G and B. Of two, in 4:2:2, those of luma
    are on the left and those of chroma on the right.
    """
    folder.mkdir(parents=True, exist_ok=True)
    expected, got = golden[verdict.first[0]], rtl[verdict.first[0]]
    difference = np.abs(expected.astype(int) - got)
    # A difference of one level must be visible too.
    shown = np.where(difference, np.maximum(64, np.minimum(255, 8 * difference)), 0)
    pictures = {
        "golden": (expected >> sample_bits - 8).astype(np.uint8),
        "rtl": (got >> sample_bits - 8).astype(np.uint8),
        "difference": shown.astype(np.uint8),
    }
    for name, pixels in pictures.items():
        if pixels.shape[2] == 2:
            pixels = np.concatenate([pixels[:, :, :1], pixels[:, :, 1:]], axis=1)
        write_picture(
            folder / f"{name}.png", Picture(pixels, "L" if pixels.shape[2] == 1 else "RGB")
        )


def explain(
    verdict: Verdict,
    low: list[np.ndarray],
    golden: list[np.ndarray],
    rtl: list[np.ndarray],
    upsampler: Upsampler,
) -> str:
    """Describe the first sample that differs, with the LR window that it depends on."""
    number, y, x, channel = verdict.first
    r = upsampler.scale
    reach = max(stage.reach for stage in upsampler.stages)
    plane = low[number][:, :, channel]
    rows = range(max(0, y // r - reach), min(len(plane), y // r + reach + 1))
    columns = slice(max(0, x // r - reach), x // r + reach + 1)
    digits = 3 if upsampler.sample_bits < 10 else 4
    window = "\n".join(
        "  " + " ".join(f"{level:{digits}}" for level in plane[row, columns]) for row in rows
    )
    return (
        f"first difference: frame {number}, y {y}, x {x}, channel {channel}: "
        f"golden {golden[number][y, x, channel]}, RTL {rtl[number][y, x, channel]}; "
        f"LR window around ({y // r}, {x // r}):\n{window}"
    )
