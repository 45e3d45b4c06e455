"""Photographs to fit and train on: pictures of any sizes, decoded once and cached.

Each photograph is used in several sizes, reduced by bicubic. At its full size a photograph is
blurred by lens, sensor and demosaicing; a smaller one has the sharp edges that upsampling should
learn. The LR pictures come from the whole HR ones by the same bicubic reduction that scores use.

All planes are written to one file in a cache folder and mapped into memory. The operating system
decides how much of it stays in memory, so folders larger than the memory work, and the next run
starts at once.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from sw.errors import BadInput
from sw.output import whole_file
from sw.pictures.bicubic import crop_to_multiple, resize
from sw.pictures.images import colours, read_picture

SIZES = (Fraction(2, 3), Fraction(1, 2))
"""Default sizes in which each photograph is used, relative to its full size."""


@dataclass(frozen=True)
class Plane:
    """One colour of one photograph.

    Parameters
    ----------
    lr : ndarray of uint8, shape (height, width)
        The plane reduced by the scale r.
    hr : ndarray of uint8, shape (r * height, r * width)
        The plane.
    colour : str
        ``"R"``, ``"G"`` or ``"B"``; ``"L"`` for a grey photograph.
    """

    lr: np.ndarray
    hr: np.ndarray
    colour: str = "L"

    def transposed(self) -> "Plane":
        """The plane mirrored at its diagonal."""
        return Plane(np.ascontiguousarray(self.lr.T), np.ascontiguousarray(self.hr.T), self.colour)


def _key(files: Sequence[Path], scale: int, sizes: Sequence[Fraction]) -> str:
    """Name of the cached file: it changes with the arguments and with any of the files."""
    size_text = " ".join(map(str, sizes))
    digest = hashlib.sha256(f"planes 3 scale {scale} sizes {size_text}\n".encode())
    for path in files:
        status = path.stat()
        digest.update(f"{path.resolve()}\n{status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:24]


def _decode(
    path: Path, scale: int, sizes: Sequence[Fraction]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """LR and HR pixels of ``path`` in each of ``sizes`` that leaves at least one LR pixel."""
    pixels, pairs = colours(read_picture(path)), []
    for ratio in sizes:
        hr = crop_to_multiple(resize(pixels, ratio) if ratio != 1 else pixels, scale)
        if hr.size:
            pairs.append((resize(hr, Fraction(1, scale)), hr))
    if not pairs:
        reduced = f" at {max(sizes)} of its size" if max(sizes) != 1 else ""
        raise BadInput(f"{path}: smaller than {scale}×{scale}{reduced}")
    return pairs


def _fill(target: Path, files: Iterable[Path], scale: int, sizes: Sequence[Fraction]) -> None:
    """Decode ``files`` into ``target``; write their shapes and errors to a JSON file beside it."""
    shapes, skipped = [], []
    with whole_file(target) as file:
        for path in files:
            try:
                pairs = _decode(path, scale, sizes)
            except BadInput as error:
                skipped.append(str(error))
                continue
            for lr, hr in pairs:
                for c, colour in enumerate("RGB" if lr.shape[2] == 3 else "L"):
                    file.write(np.ascontiguousarray(lr[:, :, c]))
                    file.write(np.ascontiguousarray(hr[:, :, c]))
                    shapes.append((*lr.shape[:2], colour))
    with whole_file(target.with_suffix(".json")) as file:
        file.write(json.dumps({"shapes": shapes, "skipped": skipped}).encode())


def read_planes(
    files: Sequence[Path],
    scale: int,
    sizes: Sequence[Fraction],
    cache: Path,
    progress: Iterable[Path] | None = None,
) -> tuple[list[Plane], list[str]]:
    """Read the planes of ``files``, from the cache if they are there.

    Parameters
    ----------
    files : sequence of Path
        Pictures that :func:`sw.pictures.images.read_picture` reads, of any sizes.
    scale : int
        HR pixels per LR pixel on each axis. Pictures are cropped to a multiple of it.
    sizes : sequence of Fraction
        Sizes in which each photograph is used, relative to its full size, up to 1.
    cache : Path
        Folder for the decoded pictures, created if missing.
    progress : iterable of Path, optional
        Yields ``files``, as a progress bar around them does. Not used if they are in the cache.

    Returns
    -------
    planes : list of Plane
        R, G and B of a picture in a row, or grey alone, in the order of ``files``.
    skipped : list of str
        One sentence for each file that cannot be used.

    Raises
    ------
    BadInput
        If none of the files can be used, or the cache cannot be written.
    """
    decoded = cache / f"{_key(files, scale, sizes)}.planes"
    index = decoded.with_suffix(".json")
    if not (decoded.is_file() and index.is_file()):
        try:
            cache.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(f"{cache}: cannot be created ({error.strerror})") from error
        _fill(decoded, progress or files, scale, sizes)
    content = json.loads(index.read_bytes())
    if not content["shapes"]:
        raise BadInput(
            f"none of the {len(files)} image files can be used; the first: {content['skipped'][0]}"
        )
    stored, planes, start = np.memmap(decoded, np.uint8, "r"), [], 0
    for height, width, colour in content["shapes"]:
        middle = start + height * width
        end = middle + height * width * scale**2
        planes.append(
            Plane(
                stored[start:middle].reshape(height, width),
                stored[middle:end].reshape(height * scale, width * scale),
                colour,
            )
        )
        start = end
    return planes, content["skipped"]
