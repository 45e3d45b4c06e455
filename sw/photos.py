"""Photographs to fit and train on: a folder of pictures of any sizes, decoded once.

The LR pictures are made of the whole HR ones by the same bicubic reduction as the metrics use.
Both are kept in a file of the cache folder and mapped into memory, so that the operating system
decides how much of them stays there: folders larger than the memory work, and the next run starts
at once.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from sw.bicubic import crop_to_multiple, resize
from sw.errors import BadInput
from sw.images import Picture, read_picture
from sw.output import whole_file


@dataclass(frozen=True)
class Plane:
    """One colour of one photograph.

    Parameters
    ----------
    lr : ndarray of uint8, shape (height, width)
    hr : ndarray of uint8, shape (r * height, r * width)
    colour : str
        ``"R"``, ``"G"`` or ``"B"``, or ``"L"`` of a grey photograph.
    """

    lr: np.ndarray
    hr: np.ndarray
    colour: str = "L"

    def transposed(self) -> "Plane":
        """The plane of the picture mirrored at its diagonal."""
        return Plane(np.ascontiguousarray(self.lr.T), np.ascontiguousarray(self.hr.T), self.colour)


def colours(picture: Picture) -> np.ndarray:
    """Pixels of ``picture`` without alpha: uint8, shape (height, width, 1 or 3)."""
    return picture.pixels[:, :, : len(picture.mode.removesuffix("A"))]


def cache_folder() -> Path:
    """Where decoded photographs are kept unless the user names a folder."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "srlut"


def _key(files: Sequence[Path], scale: int) -> str:
    digest = hashlib.sha256(f"planes 2 scale {scale}\n".encode())
    for path in files:
        about = path.stat()
        digest.update(f"{path.resolve()}\n{about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:24]


def _decode(path: Path, scale: int) -> tuple[np.ndarray, np.ndarray]:
    pixels = crop_to_multiple(colours(read_picture(path)), scale)
    if not pixels.size:
        raise BadInput(f"{path}: smaller than {scale}×{scale}")
    return resize(pixels, Fraction(1, scale)), pixels


def _fill(target: Path, files: Iterable[Path], scale: int) -> None:
    """Decode ``files`` into ``target``, and the list of what it holds into the JSON beside."""
    shapes, skipped = [], []
    with whole_file(target) as file:
        for path in files:
            try:
                lr, hr = _decode(path, scale)
            except BadInput as error:
                skipped.append(str(error))
                continue
            for c, colour in enumerate("RGB" if lr.shape[2] == 3 else "L"):
                file.write(np.ascontiguousarray(lr[:, :, c]))
                file.write(np.ascontiguousarray(hr[:, :, c]))
                shapes.append((*lr.shape[:2], colour))
    with whole_file(target.with_suffix(".json")) as file:
        file.write(json.dumps({"shapes": shapes, "skipped": skipped}).encode())


def read_planes(
    files: Sequence[Path], scale: int, cache: Path, progress: Iterable[Path] | None = None
) -> tuple[list[Plane], list[str]]:
    """Planes of all ``files``, and one sentence for each file that could not be used.

    Parameters
    ----------
    files : sequence of Path
        Any pictures that :func:`sw.images.read_picture` takes, of any sizes.
    scale : int
        HR pixels per LR pixel on each axis; pictures are cropped to a multiple of it.
    cache : Path
        Folder for the decoded pictures, made if missing.
    progress : iterable of Path, optional
        Yields ``files``; a progress bar around them. Not touched if they are in the cache.

    Raises
    ------
    BadInput
        If none of the files can be used, or the cache cannot be written.
    """
    decoded = cache / f"{_key(files, scale)}.planes"
    index = decoded.with_suffix(".json")
    if not (decoded.is_file() and index.is_file()):
        try:
            cache.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(f"{cache}: cannot be made ({error.strerror})") from error
        _fill(decoded, progress or files, scale)
    about = json.loads(index.read_bytes())
    if not about["shapes"]:
        raise BadInput(
            f"none of the {len(files)} image files can be used; the first: {about['skipped'][0]}"
        )
    stored, planes, start = np.memmap(decoded, np.uint8, "r"), [], 0
    for height, width, colour in about["shapes"]:
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
    return planes, about["skipped"]
