"""Opening a picture file with Pillow, and the checks that need no pixels."""

import io
import shlex
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from sw.errors import BadInput
from sw.pictures.depth import check_depth, unreadable_bits

# Our own limit tells the user how to raise it. Pillow's own check would come first.
Image.MAX_IMAGE_PIXELS = None

BYTES_PER_PIXEL = 16
"""Of the largest file that is read from a pipe: four channels of 32 bits."""

PIPE_EXTRA = 1 << 26
"""Bytes that such a file may have beside the pixels."""

SPLIT = (
    'python -c "import sys; from PIL import Image, ImageSequence; '
    "[frame.save(f'frame{n:04}.png') for n, frame in "
    'enumerate(ImageSequence.Iterator(Image.open(sys.argv[1])))]"'
)
"""Command that writes the frames of an animation, given as its argument, as PNG files."""

STILL = {"MPO", "PSD"}
"""Formats whose first picture is the whole one; previews or layers follow it."""

SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51")
"""First bytes of PNG and JPEG 2000, which the icon formats hold."""

_pipes: dict[Path, bytes] = {}
"""What was read from pipes, which can be read only once."""


def _file(path: Path, max_mpixel: float, *, keep: bool) -> BinaryIO:
    """Open ``path``; a pipe is read whole, and with ``keep`` once more at the next call."""
    content = _pipes.pop(path, None)
    if content is None:
        file = path.open("rb")
        if file.seekable():
            return file
        limit = int(max_mpixel * 1e6 * BYTES_PER_PIXEL) + PIPE_EXTRA
        with file:
            content = file.read(limit + 1)
        if len(content) > limit:
            raise BadInput(f"{path}: is longer than {limit} bytes; save it to a file first")
    if keep:
        _pipes[path] = content
    return io.BytesIO(content)


@contextmanager
def opened(
    path: Path, max_mpixel: float, *, keep: bool = False
) -> Iterator[tuple[Image.Image, BinaryIO]]:
    """Open the image in ``path``: the image, whose size is checked, and the file.

    If ``path`` is a pipe and ``keep`` is true, the next call opens the same picture again.

    Raises
    ------
    BadInput
        For every error, also those of the block.
    """
    try:
        # Pillow may warn about a damaged file before it fails; the error is enough.
        with (
            warnings.catch_warnings(action="ignore"),
            _file(path, max_mpixel, keep=keep) as file,
        ):
            try:
                image = Image.open(file)
            except UnidentifiedImageError:
                if bits := unreadable_bits(file):
                    raise BadInput(
                        f"{path}: has {bits} bits per channel, which Pillow cannot read; it must "
                        "have 8: convert it with another program"
                    ) from None
                raise
            _check_size(image, path, max_mpixel)
            yield image, file
    except BadInput:
        raise
    except FileNotFoundError as error:
        raise BadInput(f"{path}: no such file") from error
    except IsADirectoryError as error:
        raise BadInput(f"{path}: is a folder; it must be an image file") from error
    except UnidentifiedImageError as error:
        raise BadInput(f"{path}: not an image that Pillow can open") from error
    except MemoryError as error:
        raise BadInput(
            f"{path}: there is not enough memory to read it; cut it into parts or close other "
            "programs"
        ) from error
    except OSError as error:
        reason = error.strerror or f"the image is damaged or cut short: {error}"
        raise BadInput(f"{path}: cannot be read ({reason})") from error
    except Exception as error:  # decoders raise many kinds of errors for damaged files
        if "MAX_TEXT" in str(error):
            raise BadInput(
                f"{path}: its text or colour profile unpacks to more than Pillow reads; it must be "
                "at most 1 MiB each, 64 MiB in all: remove it first"
            ) from error
        raise BadInput(f"{path}: the image is damaged or cut short ({error})") from error


def _check_size(image: Image.Image, path: Path, max_mpixel: float) -> None:
    width, height = image.size
    if not width or not height:
        raise BadInput(f"{path}: has no pixels ({width}×{height}); it must have at least 1×1")
    if width * height > max_mpixel * 1e6:
        raise BadInput(
            f"{path}: {width}×{height} is {width * height / 1e6:.1f} Mpixel, over the limit of "
            f"{max_mpixel:g}; raise the limit with --max-mpixel N"
        )
    frames = 1 if image.format in STILL else getattr(image, "n_frames", 1)
    if frames > 1:
        command = SPLIT.replace(".png", ".tiff") if image.format == "TIFF" else SPLIT
        raise BadInput(
            f"{path}: holds {frames} pictures; it must hold one: split it first, with: "
            f"{command} {shlex.quote(str(path))}"
        )


def check_embedded(image: Image.Image, file: BinaryIO, path: Path, max_mpixel: float) -> None:
    """Check size and depth of the pictures that an icon file holds, which its header hides."""
    if image.format not in ("ICO", "CUR", "ICNS"):
        return
    file.seek(0)
    content = file.read()
    for signature in SIGNATURES:
        offset = content.find(signature)
        while offset >= 0:
            embedded = io.BytesIO(content[offset:])
            try:
                inner = Image.open(embedded)
            except UnidentifiedImageError:
                inner = None
            if inner:
                _check_size(inner, path, max_mpixel)
                check_depth(inner, embedded, path, to_8_bit=False)
            offset = content.find(signature, offset + 1)
