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
from sw.pictures.bicubic import resize
from sw.pictures.images import MAX_MPIXEL
from sw.pictures.lpips import MIN_SIDE
from sw.pictures.metrics import SSIM_WINDOW, Distance, all_metrics
from sw.progress import progress_bar
from sw.scores import read_original

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
        Names of the pictures in each set of pictures, without those in ``left_out``.
    methods : list of Method
        Methods that ran, in the order of the request.
    skipped : list of Skipped
        Methods that did not run.
    measured : dict
        For each picture, for each method that enlarged it, the measures.
    differing : list of str
        A sentence for each picture for which the RTL differs from its model.
    left_out : dict of str to str
        For each picture that cannot be used, by its name, a sentence with the reason.
    """

    scale: int
    sets: dict[str, list[str]]
    methods: list[Method]
    skipped: list[Skipped]
    measured: dict[str, dict[str, Measures]] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    def leave_out(self, name: str, reason: str) -> None:
        """Take the picture ``name`` out of its set; a set without pictures goes too."""
        self.left_out[name] = reason
        for set_name, pictures in list(self.sets.items()):
            if name in pictures:
                pictures.remove(name)
            if not pictures:
                del self.sets[set_name]


def find_unusable(
    sets: dict[str, dict[str, Path]], scale: int, *, lpips: bool, max_mpixel: float = MAX_MPIXEL
) -> dict[str, str]:
    """Read all pictures of ``sets``; for each that cannot be compared, a sentence by its name."""
    unusable = {}
    files = {name: path for pictures in sets.values() for name, path in pictures.items()}
    for name, path in progress_bar(files.items(), desc="check", unit="picture"):
        try:
            read_original(path, scale, max_mpixel, smallest_side(lpips))
        except BadInput as error:
            unusable[name] = str(error)
    return unusable


def smallest_side(lpips: bool) -> int:
    """Pixels on a side that the metrics need, without the border."""
    return max(MIN_SIDE, SSIM_WINDOW) if lpips else SSIM_WINDOW


def compare_methods(
    sets: dict[str, dict[str, Path]],
    methods: Sequence[Method | Skipped],
    scale: int,
    *,
    unusable: dict[str, str],
    lpips: Distance | None = None,
    max_mpixel: float = MAX_MPIXEL,
    show: Callable[[str, np.ndarray, Enlarged], None] | None = None,
) -> Comparison:
    """Run ``methods`` on all pictures, with a progress bar that names picture and method.

    A method that raises ``BadInput`` for a picture, or has too little memory, is skipped, and its
    earlier results are dropped. A picture that cannot be read is left out.

    Parameters
    ----------
    sets : dict
        Paths of pictures by set and name, from :func:`sw.pictures.picture_sets.picture_sets`.
    methods : sequence of Method or Skipped
    scale : int
    unusable : dict of str to str
        Pictures to leave out, from :func:`find_unusable`.
    lpips : callable, optional
        A perceptual distance, for :func:`sw.pictures.metrics.all_metrics`.
    max_mpixel : float
        The largest HR picture to read, in millions of pixels.
    show : callable, optional
        Called for each picture with its name, the original and the results of the methods.

    Raises
    ------
    BadInput
        If no picture can be used.
    """
    files = {name: path for pictures in sets.values() for name, path in pictures.items()}
    comparison = Comparison(
        scale,
        {name: list(pictures) for name, pictures in sets.items()},
        [method for method in methods if isinstance(method, Method)],
        [method for method in methods if isinstance(method, Skipped)],
    )
    for name, reason in unusable.items():
        comparison.leave_out(name, reason)
        del files[name]
    total = len(files) * len(comparison.methods)
    with progress_bar(total=total, unit="picture") as bar:
        for name, path in files.items():
            try:
                original = read_original(path, scale, max_mpixel, smallest_side(bool(lpips)))
            except BadInput as error:  # it was readable before
                comparison.leave_out(name, str(error))
                continue
            enlarged = _run_on(comparison, name, original, lpips, bar)
            if show:
                show(name, original, enlarged)
    if not comparison.sets:
        first = next(iter(comparison.left_out.values()))
        raise BadInput(f"none of the pictures can be used; the first: {first}")
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
    except MemoryError:
        _skip(comparison, method, f"{name}: there is not enough memory to enlarge it")
        return None


def _skip(comparison: Comparison, method: Method, reason: str) -> None:
    comparison.methods.remove(method)
    comparison.skipped.append(Skipped(method.name, method.kind, reason))
    for measured in comparison.measured.values():
        measured.pop(method.name, None)
