"""What `upscale` does with one picture file, and the options for it."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sw.commands.option_types import whole
from sw.errors import BadInput
from sw.output import check_writable
from sw.pictures.colour_formats import channel_samples
from sw.pictures.enlarge import enlarge
from sw.pictures.formats import FORMATS, check_depth_of_target, check_ending, check_target
from sw.pictures.images import read_header, read_picture, write_picture
from sw.pictures.memory import check_memory, memory_errors
from sw.progress import progress_bar
from sw.tables.samples import SAMPLE_BITS
from sw.tables.spec import Upsampler

QUALITY = 95
"""Quality of a JPEG if ``--quality`` is not given."""


class Written(NamedTuple):
    """What an :class:`Enlarger` says of a picture.

    Parameters
    ----------
    result : str
        Size and format of the result, as in "480×320, PNG".
    notes : tuple of str
        Sentences on how the picture was read, and on what the result cannot hold.
    grey : bool
        Whether the picture is grey, so that all colour formats are the same for it.
    """

    result: str
    notes: tuple[str, ...]
    grey: bool


@dataclass(frozen=True)
class Enlarger:
    """Enlarges picture files with a table.

    Parameters
    ----------
    upsamplers : tuple of Upsampler
        One for all channels, or three for R, G and B.
    colour : str
        ``"rgb"``, or ``"luma"`` with one upsampler.
    max_mpixel : float
        Largest picture to read, in millions of pixels.
    quality : int
        Of a JPEG, 1 to 100.
    to_8_bit : bool
        Whether to reduce pictures of more bits per channel to 8.
    strip : bool
        Whether to leave out the metadata.
    processes : int
        How many pictures are enlarged at the same time, for the check of the memory.
    """

    upsamplers: tuple[Upsampler, ...]
    colour: str
    max_mpixel: float
    quality: int = QUALITY
    to_8_bit: bool = False
    strip: bool = False
    processes: int = 1

    def __call__(self, source: Path, target: Path, *, show: bool) -> Written:
        """Enlarge the picture in ``source`` into ``target``; ``show`` a progress bar or not.

        Raises
        ------
        BadInput
            If ``source`` cannot be read, ``target`` cannot be written or cannot hold the result, or
            there is not enough memory. This is checked before the work where that is possible.
        """
        check_writable(target)
        check_ending(target)
        if str(source) == "-":
            raise BadInput("-: IN must be the name of a file; for standard input, give /dev/stdin")
        bits = self.upsamplers[0].sample_bits
        depth = {"to_8_bit": self.to_8_bit, "sample_bits": bits}
        header = read_header(source, self.max_mpixel, **depth)
        scale = self.upsamplers[0].scale
        height, width = scale * header.height, scale * header.width
        # Only the pixels show whether an alpha channel is opaque, and left out of the result.
        check_target(target, height, width, header.mode.removesuffix("A"), bits)
        name, _ = FORMATS[target.suffix.lower()]
        check_memory(source, self.upsamplers, header, name, self.colour, self.processes)
        with memory_errors(source):
            picture = read_picture(source, self.max_mpixel, **depth)
            check_target(target, height, width, picture.mode, bits)
            with progress_bar(
                total=channel_samples(self.upsamplers[0], picture.pixels, self.colour),
                desc=source.name,
                unit="px",
                unit_scale=True,
                disable=not show,
            ) as bar:
                result = enlarge(picture, self.upsamplers, self.colour, bar.update)
            left_out = write_picture(target, result, quality=self.quality, strip=self.strip)
        grey = picture.mode.removesuffix("A") == "L"
        return Written(f"{width}×{height}, {name}", picture.notes + left_out, grey)


def check_not_input(target: Path, source: Path) -> None:
    """Make sure that writing ``target`` does not replace ``source``.

    Raises
    ------
    BadInput
        If both are one file: by the same path, by another spelling of it, or by a link.
    """
    if os.path.exists(target) and os.path.exists(source) and os.path.samefile(target, source):
        raise BadInput(
            f"{target}: is the same file as IN; choose another name, or add --overwrite to replace "
            "the picture"
        )


def add_picture_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``--quality``, ``--strip``, ``--to-8-bit`` and ``--sample-bits``."""
    parser.add_argument(
        "--quality",
        type=whole(1, 100),
        metavar="N",
        help=f"quality of a JPEG, 1 to 100 (default: {QUALITY})",
    )
    parser.add_argument(
        "--strip",
        action="store_true",
        help="write no metadata: no colour profile, EXIF, text or resolution",
    )
    parser.add_argument(
        "--to-8-bit",
        action="store_true",
        help="take pictures of more than 8 bits per channel too, rounded to 8",
    )
    parser.add_argument(
        "--sample-bits",
        type=whole(SAMPLE_BITS[0], SAMPLE_BITS[-1]),
        default=8,
        metavar="N",
        help="compute with samples of N bits, 8 to 12. With more than 8, pictures of any depth are "
        "taken, and the result is a PNG or TIFF of 16 bits per channel (default: 8)",
    )


def make_enlarger(
    args: argparse.Namespace, upsamplers: tuple[Upsampler, ...], ending: str
) -> Enlarger:
    """Make the enlarger that the options ask for, for results with the ``ending``.

    Raises
    ------
    BadInput
        If ``--quality`` is given for another format than JPEG; or ``--sample-bits`` of more than 8
        with ``--to-8-bit``, for a format of 8 bits, or without the libraries that write 16 bits.
    """
    if args.sample_bits > 8:
        if args.to_8_bit:
            raise BadInput("--to-8-bit: is for samples of 8 bits; leave it out with --sample-bits")
        check_depth_of_target(ending)
    if args.quality and FORMATS.get(ending.lower(), ("",))[0] != "JPEG":
        given = f"not {ending}" if ending else "but OUT has no ending"
        raise BadInput(f"--quality: is for JPEG; the result must be .jpg, {given}")
    return Enlarger(
        tuple(upsampler.at_bits(args.sample_bits) for upsampler in upsamplers),
        args.colour,
        args.max_mpixel,
        args.quality or QUALITY,
        args.to_8_bit,
        args.strip,
    )
