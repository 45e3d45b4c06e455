"""Photographs to fit and train on: a folder of pictures of any sizes, decoded once.

Each photograph is taken in several sizes, reduced by bicubic: lens, sensor and demosaicing blur a
photograph at its full size, and a smaller one has the edges that upsampling should learn to make.
The LR pictures are made of the whole HR ones by the same bicubic reduction as the metrics use. All
are kept in a file of the cache folder and mapped into memory, so that the operating system decides
how much of them stays there: folders larger than the memory work, and the next run starts at once.
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
"""Sizes in which a photograph is taken, unless the user asks for others."""


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


def _key(files: Sequence[Path], scale: int, sizes: Sequence[Fraction]) -> str:
    named = " ".join(map(str, sizes))
    digest = hashlib.sha256(f"planes 3 scale {scale} sizes {named}\n".encode())
    for path in files:
        about = path.stat()
        digest.update(f"{path.resolve()}\n{about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:24]


def _decode(
    path: Path, scale: int, sizes: Sequence[Fraction]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """LR and HR pixels in each of ``sizes`` that leaves any."""
    pixels, pairs = colours(read_picture(path)), []
    for ratio in sizes:
        hr = crop_to_multiple(resize(pixels, ratio) if ratio != 1 else pixels, scale)
        if hr.size:
            pairs.append((resize(hr, Fraction(1, scale)), hr))
    if not pairs:
        at = f" at {max(sizes)} of its size" if max(sizes) != 1 else ""
        raise BadInput(f"{path}: smaller than {scale}×{scale}{at}")
    return pairs


def _fill(target: Path, files: Iterable[Path], scale: int, sizes: Sequence[Fraction]) -> None:
    """Decode ``files`` into ``target``, and the list of what it holds into the JSON beside."""
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
    """Planes of all ``files``, and one sentence for each file that could not be used.

    Parameters
    ----------
    files : sequence of Path
        Any pictures that :func:`sw.pictures.images.read_picture` takes, of any sizes.
    scale : int
        HR pixels per LR pixel on each axis; pictures are cropped to a multiple of it.
    sizes : sequence of Fraction
        Each photograph is taken in each of them, up to 1.
    cache : Path
        Folder for the decoded pictures, made if missing.
    progress : iterable of Path, optional
        Yields ``files``; a progress bar around them. Not touched if they are in the cache.

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
            raise BadInput(f"{cache}: cannot be made ({error.strerror})") from error
        _fill(decoded, progress or files, scale, sizes)
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
