"""Enlarge a picture, or every picture in a folder, with a table.

IN is an image that Pillow opens. The ending of OUT chooses its format; all but .jpg keep every
pixel. The scale is that of the table, ×4 for the default. The EXIF orientation is applied;
transparency, colour profile and other metadata are kept as far as the format has them. Three
tables, separated by commas, are used for R, G and B. With --colour luma the brightness alone goes
through the table, and the colour is interpolated: a third of the work. Grey pictures become the
same in both ways; a note names the first one.

An existing OUT is replaced. Only if it is IN itself, --overwrite is needed. A link stays, and the
file that it points to is written. IN can be a pipe (/dev/stdin), but OUT cannot.

If IN is a folder, OUT must be a folder too. It is created if missing and gets a PNG for each
picture, or a file of another --format. The name stays: a.jpg becomes a.png. If there are both a.jpg
and a.png, they become a_jpg.png and a_png.png. Pictures that cannot be enlarged are named and
skipped; the exit status is then 1, or 2 if none could be enlarged.

Results appear only when they are complete, so a run that was interrupted goes on with
--skip-existing. It does not notice another table or changed pictures.

  python -m sw upscale small.png large.png
  python -m sw upscale small.png large.webp --table nano_x2
  python -m sw upscale small.png large.jpg --quality 90
  python -m sw upscale frames/ large/ --table published.npy
  python -m sw upscale photos/ large/ --recursive --skip-existing --jobs 4
  python -m sw upscale small.png large.png --table R.npz,G.npz,B.npz
  python -m sw upscale small.png large.png --colour luma
"""

import argparse
import os
import sys
from pathlib import Path

from sw.commands.enlarger import (
    Enlarger,
    add_picture_arguments,
    check_not_input,
    make_enlarger,
)
from sw.commands.picture_folder import add_folder_arguments, upscale_folder
from sw.commands.table_options import add_colour, add_table_arguments, chosen_tables, grey_note
from sw.errors import BadInput


def upscale_file(source: Path, target: Path, enlarger: Enlarger) -> None:
    """Enlarge the picture in ``source`` into ``target``; print what was written.

    Raises
    ------
    BadInput
        If ``source`` cannot be read or ``target`` cannot be written.
    """
    written = enlarger(source, target, show=True)
    notes = list(written.notes)
    if written.grey and enlarger.colour == "luma":
        notes.append(grey_note([source]))
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    print(f"{target}: {written.result}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("source", type=Path, metavar="IN", help="image file, or folder of them")
    parser.add_argument("target", type=Path, metavar="OUT", help="image file or folder to write")
    parser.add_argument(
        "--overwrite", action="store_true", help="replace the picture if OUT is the same file as IN"
    )
    add_picture_arguments(parser)
    add_table_arguments(parser, per_colour=True)
    add_colour(parser)
    add_folder_arguments(parser)


def run(args: argparse.Namespace) -> int | None:
    """Enlarge a file or a folder."""
    if os.path.isdir(args.source):
        return _run_on_folder(args)
    for name in ("recursive", "skip_existing", "format", "jobs"):
        if getattr(args, name):
            option = name.replace("_", "-")
            raise BadInput(f"--{option}: IN must be a folder, but {args.source} is none")
    if not args.overwrite:
        check_not_input(args.target, args.source)
    enlarger = make_enlarger(args, chosen_tables(args), args.target.suffix)
    return upscale_file(args.source, args.target, enlarger)


def _run_on_folder(args: argparse.Namespace) -> int:
    if args.overwrite:
        raise BadInput(
            f"--overwrite: is for a file, but {args.source} is a folder; OUT must be another folder"
        )
    ending = f".{args.format or 'png'}"
    return upscale_folder(
        args.source,
        args.target,
        make_enlarger(args, chosen_tables(args), ending),
        ending=ending,
        recursive=args.recursive,
        skip_existing=args.skip_existing,
        jobs=args.jobs or 1,
    )
