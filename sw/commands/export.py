"""Make the table of a trained network: its output at every point of the grid, rounded to int8.

RUN is the folder of a run of `train`. A run with a network for each colour gives three tables:
FILE with -R, -G and -B before its ending.

  python -m sw export runs/S --out S.npz
  python -m sw export runs/V --out V.npz --step 1
  python -m sw upscale in.png out.png --table C-R.npz,C-G.npz,C-B.npz

Entries at equal grey levels of all taps are moved so that the table keeps flat fields. Beside each
table a manifest (.json) records how it was made.

Needs the extra `train` (pip install 'srlut[train]').
"""

import argparse
from pathlib import Path

from sw.commands.fit_output import check_table_files, this_command
from sw.commands.table_options import STEPS
from sw.errors import BadInput
from sw.pictures.flat_fields import flat_text
from sw.tables import manifest
from sw.tables.files import save
from sw.tables.flat_sums import flattened
from sw.tables.grid import UniformGrid

NEEDS = ("torch", "skimage")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("folder", type=Path, metavar="RUN", help="folder of a run of `train`")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="table file to write: .npz, or .npy for the published layout",
    )
    parser.add_argument(
        "--step",
        type=int,
        choices=STEPS,
        default=16,
        help="grey levels between grid points; a smaller step makes a larger table "
        "(default: %(default)s)",
    )


def run(args: argparse.Namespace) -> None:
    """Export the tables, each with a manifest."""
    if args.out.suffix not in (".npz", ".npy"):
        raise BadInput(f"{args.out}: the name of a table file must end in .npz or .npy")
    from sw.networks.sr_lut import export  # needs the extra
    from sw.training.table_run import load_checkpoint, load_networks

    content, networks = load_checkpoint(args.folder), load_networks(args.folder)
    outs = {
        name: args.out if name == "L" else args.out.with_stem(f"{args.out.stem}-{name}")
        for name in networks
    }
    for out in outs.values():
        check_table_files(out)
    for name, out in outs.items():
        upsampler = flattened(export(networks[name], UniformGrid(args.step.bit_length() - 1)))
        save(out, upsampler)
        entry = {
            "command": this_command(),
            "network": {**content["options"], "steps": content["step"]},
            "versions": manifest.versions("torch"),
        }
        manifest.write(out, entry)
        print(f"{out}: {upsampler.table_bytes} bytes of entries")
        print(flat_text(upsampler))
