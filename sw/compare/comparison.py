"""The comparison itself: every method enlarges the same pictures, and its results are measured."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
from tqdm import tqdm

from sw.compare.methods import rtl
from sw.compare.methods.method import Method, Skipped
from sw.errors import BadInput
from sw.pictures.bicubic import crop_to_multiple, resize
from sw.pictures.images import MAX_MPIXEL, colours, read_picture
from sw.pictures.lpips import MIN_SIDE
from sw.pictures.metrics import SSIM_WINDOW, Distance, all_metrics

Measures = dict[str, float]
"""What :func:`sw.pictures.metrics.all_metrics` gives, and ``seconds`` and HR ``pixels``."""

Enlarged = dict[str, np.ndarray]
"""For each method, its result for one picture: uint8, with the shape of the original."""


@dataclass(frozen=True)
class Comparison:
    """The results.

    Parameters
    ----------
    scale : int
    sets : dict of str to list of str
        Names of the pictures in each set of pictures.
    methods : list of Method
        Methods that ran, in the order of the request.
    skipped : list of Skipped
        Methods that did not run.
    measured : dict
        For each picture, for each method that enlarged it, the measures.
    differing : list of str
        A sentence for each picture for which the RTL differs from its model.
    """

    scale: int
    sets: dict[str, list[str]]
    methods: list[Method]
    skipped: list[Skipped]
    measured: dict[str, dict[str, Measures]] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)


def read_original(path: Path, scale: int, max_mpixel: float = MAX_MPIXEL) -> np.ndarray:
    """HR pixels of ``path`` without alpha, cropped to multiples of ``scale``.

    Raises
    ------
    BadInput
        If the picture cannot be read.
    """
    return crop_to_multiple(colours(read_picture(path, max_mpixel)), scale)


def compare_methods(
    sets: dict[str, dict[str, Path]],
    methods: Sequence[Method | Skipped],
    scale: int,
    *,
    lpips: Distance | None = None,
    max_mpixel: float = MAX_MPIXEL,
    show: Callable[[str, np.ndarray, Enlarged], None] | None = None,
) -> Comparison:
    """Run ``methods`` on all pictures, with a progress bar that names picture and method.

    A method that raises ``BadInput`` for a picture is skipped, and its earlier results are dropped.

    Parameters
    ----------
    sets : dict
        Paths of pictures by set and name, from :func:`sw.pictures.picture_sets.picture_sets`.
    methods : sequence of Method or Skipped
    scale : int
    lpips : callable, optional
        A perceptual distance, for :func:`sw.pictures.metrics.all_metrics`.
    max_mpixel : float
        The largest HR picture to read, in millions of pixels.
    show : callable, optional
        Called for each picture with its name, the original and the results of the methods.

    Raises
    ------
    BadInput
        If a picture cannot be used. All pictures are checked before the first method runs.
    """
    files = {name: path for pictures in sets.values() for name, path in pictures.items()}
    min_side = 2 * scale + (max(MIN_SIDE, SSIM_WINDOW) if lpips else SSIM_WINDOW)
    for path in files.values():
        height, width = read_original(path, scale, max_mpixel).shape[:2]
        if min(height, width) < min_side:
            raise BadInput(
                f"{path}: {width}×{height} is too small; it must be at least {min_side}×{min_side}"
            )
    comparison = Comparison(
        scale,
        {name: list(pictures) for name, pictures in sets.items()},
        [method for method in methods if isinstance(method, Method)],
        [method for method in methods if isinstance(method, Skipped)],
    )
    total = len(files) * len(comparison.methods)
    with tqdm(total=total, unit="picture", leave=False) as bar:
        for name, path in files.items():
            original = read_original(path, scale, max_mpixel)
            enlarged = _run_on(comparison, name, original, lpips, bar)
            if show:
                show(name, original, enlarged)
    return comparison


def _run_on(
    comparison: Comparison, name: str, original: np.ndarray, lpips: Distance | None, bar: tqdm
) -> Enlarged:
    """Run all methods on the picture ``name`` and add their measures to ``comparison``."""
    scale = comparison.scale
    low = resize(original, Fraction(1, scale))
    enlarged: Enlarged = {}
    measured = comparison.measured[name] = {}
    for method in list(comparison.methods):
        bar.set_description(f"{name} {method.name}")
        started = time.perf_counter()
        pixels = _enlarge(comparison, method, name, low)
        seconds = time.perf_counter() - started
        if pixels is not None:
            enlarged[method.name] = pixels
            measured[method.name] = {
                **all_metrics(original, pixels, scale, lpips),
                "seconds": seconds,
                "pixels": pixels.shape[0] * pixels.shape[1],
            }
        bar.update()
    return enlarged


def _enlarge(
    comparison: Comparison, method: Method, name: str, low: np.ndarray
) -> np.ndarray | None:
    """The result of ``method`` for the picture ``name``; None if it has none."""
    if method.kind == "rtl" and not rtl.is_small_enough(low):
        return None
    try:
        return method.enlarge(low, comparison.scale)
    except rtl.RtlDiffers as error:
        comparison.differing.append(f"{method.name} on {name}: {error}")
        return error.pixels
    except BadInput as error:
        _skip(comparison, method, f"{name}: {error}")
        return None


def _skip(comparison: Comparison, method: Method, reason: str) -> None:
    comparison.methods.remove(method)
    comparison.skipped.append(Skipped(method.name, method.kind, reason))
    for measured in comparison.measured.values():
        measured.pop(method.name, None)
