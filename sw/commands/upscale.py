"""Upscale a picture, or a folder of them, with a table.

IN is any 8-bit image that Pillow opens; the ending of OUT chooses its format. Transparency is
upsampled like a colour, the EXIF orientation is applied, a colour profile is carried over. If IN
is a folder, OUT is one too (made if missing) and gets a PNG for each picture.

  python -m sw upscale small.png large.png
  python -m sw upscale frames/ large/ --table F.npz
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from sw.commands.table_options import add_table_arguments, chosen_tables
from sw.errors import BadInput
from sw.golden import sample_count, upscale_channels
from sw.output import check_writable
from sw.pictures.images import check_ending, image_files, read_picture, write_picture
from sw.tables.spec import Upsampler


def upscale_file(
    source: Path, target: Path, upsamplers: Sequence[Upsampler], max_mpixel: float
) -> None:
    """Upscale the picture in ``source`` into ``target``, with a progress bar.

    Raises
    ------
    BadInput
        If ``source`` cannot be read or ``target`` cannot be written.
    """
    check_writable(target)
    check_ending(target)
    picture = read_picture(source, max_mpixel)
    total = sample_count(upsamplers[0], picture.pixels)
    with tqdm(total=total, desc=source.name, unit="px", unit_scale=True, leave=False) as bar:
        pixels = upscale_channels(picture.pixels, upsamplers, bar.update)
    write_picture(target, replace(picture, pixels=pixels))


def targets(files: Iterable[Path], folder: Path) -> dict[Path, Path]:
    """Where in ``folder`` the enlarged picture of each of ``files`` goes.

    Raises
    ------
    BadInput
        If two files would go to the same place.
    """
    sources: dict[Path, Path] = {}
    for source in files:
        target = folder / f"{source.stem}.png"
        if target in sources:
            raise BadInput(f"{source}: would overwrite the result of {sources[target].name}")
        sources[target] = source
    return {source: target for target, source in sources.items()}


def upscale_folder(
    source: Path, target: Path, upsamplers: Sequence[Upsampler], max_mpixel: float
) -> None:
    """Upscale every picture in ``source``; those that cannot be read are named, the rest are done.

    Raises
    ------
    BadInput
        If nothing can be done, or when all is done but some could not be read.
    """
    pairs = targets(image_files(source), target)
    if target.exists() and not target.is_dir():
        raise BadInput(f"{target}: is a file; IN is a folder, so OUT must be one as well")
    if target.exists() and target.samefile(source):
        raise BadInput(f"{target}: is the folder that is read; choose another for the results")
    if not target.parent.is_dir():
        raise BadInput(f"{target}: there is no folder {target.parent}; make it first")
    try:
        target.mkdir(exist_ok=True)
    except OSError as error:
        raise BadInput(f"{target}: cannot be made ({error.strerror})") from error
    failed = 0
    with tqdm(pairs.items(), desc=source.name, unit="picture", leave=False) as bar:
        for each, result in bar:
            check_writable(result)
            try:
                upscale_file(each, result, upsamplers, max_mpixel)
            except BadInput as error:
                failed += 1
                tqdm.write(f"skipped {error}", file=sys.stderr)
    if failed:
        raise BadInput(
            f"{source}: {failed} of {len(pairs)} pictures were skipped; the rest are done"
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("source", type=Path, metavar="IN", help="image file or folder of them")
    parser.add_argument("target", type=Path, metavar="OUT", help="image file or folder to write")
    add_table_arguments(parser)


def run(args: argparse.Namespace) -> None:
    """Upscale a file or a folder."""
    upsamplers = chosen_tables(args)
    do = upscale_folder if args.source.is_dir() else upscale_file
    do(args.source, args.target, upsamplers, args.max_mpixel)
