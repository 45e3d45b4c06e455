"""Make a table keep flat fields, by moving as few entries as possible.

A flat field, such as a white page or an opaque alpha channel, should come out as it went in. Tables
that were rounded without regard to that change some of the 256 grey levels by one. `flatten` moves
entries by one until all levels are kept, and leaves every other entry as it is. `fit`, `tune` and
`export` write such tables by themselves; tables from elsewhere may need it.

The table is written to --out, with a manifest (.json) beside it: that of TABLE if there is one,
with this command added, and with the scores of --score alone.

  python -m sw flatten published.npy --out mine.npz
  python -m sw flatten published.npy --out mine.npz --score set5/ set14/
"""

import argparse
from pathlib import Path

import numpy as np

from sw.commands.fit_output import add_score_argument, check_output, record, this_command
from sw.commands.table_options import add_family_choice
from sw.errors import BadInput
from sw.pictures.flat_fields import flat_errors, flat_text
from sw.tables import manifest
from sw.tables.files import load, save, table_path
from sw.tables.flat_sums import flattened
from sw.tables.spec import Upsampler


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("table", metavar="TABLE", help="name of a table in luts/, or a path")
    add_family_choice(parser)
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="table file to write"
    )
    add_score_argument(parser)


def run(args: argparse.Namespace) -> None:
    """Write the table and its manifest."""
    path = table_path(args.table)
    upsampler = load(path, args.family)
    content = manifest.read(path) or {}
    check_output(args.out, upsampler, args.score)
    result = flattened(upsampler)
    if errors := np.count_nonzero(flat_errors(result)):
        raise BadInput(
            f"{args.table}: no entries keep {errors} of the 256 grey levels; a table must be on a "
            "difference grid, or on a uniform grid over the picture itself, with a step of 4 or "
            "more at ×3"
        )
    moved = _moved(upsampler, result)
    save(args.out, result)
    print(f"{args.out}: {moved} of {upsampler.table_bytes} entries moved")
    print(flat_text(result))
    commands = [content["command"]] if "command" in content else []
    content["command"] = " && ".join([*commands, this_command()])
    record(result, args.out, args.score, content)


def _moved(before: Upsampler, after: Upsampler) -> int:
    """How many entries differ."""
    return sum(
        int(np.count_nonzero(table.entries != other.entries))
        for stage, others in zip(before.stages, after.stages, strict=True)
        for table, other in zip(stage.tables, others.tables, strict=True)
    )
