"""Enlarge a picture, or every picture in a folder, with a table.

IN is any 8-bit image that Pillow opens. The ending of OUT chooses its format; all but .jpg keep
every pixel. The scale is that of the table, ×4 for the default. Transparency is enlarged like a
colour, the EXIF orientation is applied, and a colour profile is kept. Three tables, separated by
commas, are used for R, G and B.

If IN is a folder, OUT must be a folder too. It is created if missing and gets a PNG for each
picture. Pictures that cannot be read are named and skipped; the exit status is 2 then.

  python -m sw upscale small.png large.png
  python -m sw upscale small.png large.webp --table nano_x2
  python -m sw upscale frames/ large/ --table published.npy
  python -m sw upscale small.png large.png --table R.npz,G.npz,B.npz
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
from sw.pictures.formats import check_ending
from sw.pictures.images import image_files, read_picture, write_picture
from sw.tables.spec import Upsampler


def upscale_file(
    source: Path, target: Path, upsamplers: Sequence[Upsampler], max_mpixel: float
) -> None:
    """Enlarge the picture in ``source`` into ``target``, with a progress bar.

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
    """For each of ``files``, the path in ``folder`` of its enlarged picture.

    Raises
    ------
    BadInput
        If two files would have the same path.
    """
    sources: dict[Path, Path] = {}
    for source in files:
        target = folder / f"{source.stem}.png"
        if target in sources:
            raise BadInput(
                f"{source}: would overwrite the enlarged {sources[target].name}; rename one of them"
            )
        sources[target] = source
    return {source: target for target, source in sources.items()}


def upscale_folder(
    source: Path, target: Path, upsamplers: Sequence[Upsampler], max_mpixel: float
) -> None:
    """Enlarge every picture in the folder ``source`` into the folder ``target``.

    Pictures that cannot be read are named on the error output and skipped.

    Raises
    ------
    BadInput
        If a folder is missing or cannot be used; or at the end, if pictures were skipped.
    """
    pairs = targets(image_files(source), target)
    if target.exists() and not target.is_dir():
        raise BadInput(f"{target}: is a file; it must be a folder, because IN is one")
    if target.exists() and target.samefile(source):
        raise BadInput(f"{target}: is the same folder as IN; choose another one for the results")
    if not target.parent.is_dir():
        raise BadInput(f"{target}: there is no folder {target.parent}; make it first")
    try:
        target.mkdir(exist_ok=True)
    except OSError as error:
        raise BadInput(f"{target}: cannot be created ({error.strerror})") from error
    skipped = 0
    with tqdm(pairs.items(), desc=source.name, unit="picture", leave=False) as bar:
        for picture, result in bar:
            check_writable(result)
            try:
                upscale_file(picture, result, upsamplers, max_mpixel)
            except BadInput as error:
                skipped += 1
                tqdm.write(f"skipped {error}", file=sys.stderr)
    if skipped:
        raise BadInput(f"{source}: {skipped} of {len(pairs)} pictures could not be enlarged")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("source", type=Path, metavar="IN", help="image file, or folder of them")
    parser.add_argument("target", type=Path, metavar="OUT", help="image file or folder to write")
    add_table_arguments(parser, per_colour=True)


def run(args: argparse.Namespace) -> None:
    """Enlarge a file or a folder."""
    upsamplers = chosen_tables(args)
    enlarge = upscale_folder if args.source.is_dir() else upscale_file
    enlarge(args.source, args.target, upsamplers, args.max_mpixel)
