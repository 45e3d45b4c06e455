"""Scores of tables on HR pictures: reduce each picture, enlarge it again, compare.

The LR pictures come from the HR ones by bicubic reduction in MATLAB's convention. Transparency is
left out.
"""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from statistics import fmean

import numpy as np

from sw.errors import BadInput
from sw.pictures.bicubic import crop_to_multiple, resize
from sw.pictures.colour_formats import upscale_channels
from sw.pictures.images import MAX_MPIXEL, colours, image_files, read_picture
from sw.pictures.interpolation import BASELINES
from sw.pictures.metrics import SSIM_WINDOW, psnr_ssim_y
from sw.progress import progress_bar
from sw.tables.spec import Upsampler

Scores = dict[str, dict[str, float]]
"""For each method, ``psnr_y`` in dB and ``ssim``."""


def read_original(
    path: Path, scale: int, max_mpixel: float = MAX_MPIXEL, window: int = SSIM_WINDOW
) -> np.ndarray:
    """HR pixels of ``path`` without alpha, cropped to multiples of ``scale``.

    Parameters
    ----------
    path : Path
        Any picture that :func:`sw.pictures.images.read_picture` reads.
    scale : int
        HR pixels per LR pixel on each axis.
    max_mpixel : float
        Largest picture that is read, in millions of pixels.
    window : int
        Smallest side in pixels that the metrics take, without a border of ``scale`` pixels.

    Raises
    ------
    BadInput
        If the picture cannot be read or is too small.
    """
    pixels = colours(read_picture(path, max_mpixel))
    height, width = pixels.shape[:2]
    smallest = -(-(window + 2 * scale) // scale) * scale
    if min(height, width) < smallest:
        raise BadInput(
            f"{path}: {width}×{height} is too small to score at scale {scale}; it must be at least "
            f"{smallest}×{smallest}"
        )
    return crop_to_multiple(pixels, scale)


def score_picture(
    path: Path,
    upsamplers: Sequence[Upsampler],
    max_mpixel: float = MAX_MPIXEL,
    colour: str = "rgb",
) -> Scores:
    """Score the table, called ``table``, and the baselines on the HR picture in ``path``.

    Parameters
    ----------
    path : Path
    upsamplers : sequence of Upsampler
        One for all colours, or three for R, G and B.
    max_mpixel : float
        Largest picture that is read, in millions of pixels.
    colour : str
        ``"rgb"``, or ``"luma"`` with one upsampler: see :mod:`sw.pictures.colour_formats`.

    Raises
    ------
    BadInput
        If the picture cannot be read, is too small, or needs more memory than there is.
    """
    scale = upsamplers[0].scale
    methods = {"table": lambda low, _: upscale_channels(low, upsamplers, colour), **BASELINES}
    try:
        original = read_original(path, scale, max_mpixel)
        low = resize(original, Fraction(1, scale))
        return {
            name: psnr_ssim_y(original, enlarge(low, scale), scale)
            for name, enlarge in methods.items()
        }
    except MemoryError as error:
        raise BadInput(f"{path}: there is not enough memory to score it") from error


def score_folder(
    folder: Path,
    upsamplers: Sequence[Upsampler],
    max_mpixel: float = MAX_MPIXEL,
    colour: str = "rgb",
) -> dict:
    """Score every picture in ``folder``, each as :func:`score_picture` does; shows a progress bar.

    Returns
    -------
    dict
        ``{"mean": Scores, "images": {file name: Scores}, "skipped": {file name: sentence}}``. A
        picture that cannot be scored is skipped; the mean is over the others.

    Raises
    ------
    BadInput
        If the folder is missing, or none of its pictures can be scored.
    """
    files = image_files(folder)
    images: dict[str, Scores] = {}
    skipped: dict[str, str] = {}
    with progress_bar(files, desc=f"score {folder}", unit="picture") as bar:
        for path in bar:
            try:
                images[path.name] = score_picture(path, upsamplers, max_mpixel, colour)
            except BadInput as error:
                skipped[path.name] = str(error)
    if not images:
        reason = next(iter(skipped.values()))
        raise BadInput(f"{folder}: none of the pictures can be scored; the first: {reason}")
    first = next(iter(images.values()))
    mean = {
        method: {
            metric: sum(scores[method][metric] for scores in images.values()) / len(images)
            for metric in metrics
        }
        for method, metrics in first.items()
    }
    return {"mean": mean, "images": images, "skipped": skipped}


def check_folder(folder: Path, scale: int) -> None:
    """Make sure, before any long work, that every picture in ``folder`` can be scored.

    Raises
    ------
    BadInput
        If the folder is missing, or one of its pictures cannot be read or is too small.
    """
    for path in image_files(folder):
        read_original(path, scale)


class Validation:
    """Pictures to score on again and again, while a table or network improves: read only once.

    ``pairs`` holds HR and LR pixels of each picture, uint8, shape (height, width, 1 or 3).

    Parameters
    ----------
    folder : Path
        Folder of HR pictures.
    scale : int
        HR pixels per LR pixel on each axis.

    Raises
    ------
    BadInput
        If the folder is missing, or one of its pictures cannot be read or is too small to score.
    """

    def __init__(self, folder: Path, scale: int) -> None:
        self.scale = scale
        self.pairs: list[tuple[np.ndarray, np.ndarray]] = []
        for path in image_files(folder):
            original = read_original(path, scale)
            self.pairs.append((original, resize(original, Fraction(1, scale))))

    def psnr_y(self, *upsamplers: Upsampler) -> float:
        """Mean PSNR-Y over the pictures, in dB, of one table or of three for R, G and B."""
        return fmean(
            psnr_ssim_y(original, upscale_channels(low, upsamplers), self.scale)["psnr_y"]
            for original, low in self.pairs
        )
