"""Table files: our own ``.npz``, and the published ``.npy`` of :mod:`sw.tables.published`.

An ``.npz`` holds the entries of every table, in arrays called ``stage0.table0`` and so on, and
``description``, a JSON text with everything else: format, version, and for each stage its scale,
its padding and the taps, grid, source and target of each table.
"""

import json
from pathlib import Path
from typing import BinaryIO

import numpy as np

from sw import ROOT
from sw.errors import BadInput
from sw.output import whole_file
from sw.tables import published
from sw.tables.grid import DifferenceGrid, Grid, UniformGrid
from sw.tables.spec import Stage, Table, Upsampler

LUTS = ROOT / "luts"
"""Folder of the tables that can be given by their name alone."""

FORMAT = "srlut"

VERSION = 3
"""Version of the description that is written. Version 1 had uniform grids and one map only; version
2 had no limit of fraction bits. All of them are read; newer ones are refused."""


def table_path(name: str) -> Path:
    """Path of a table that is given as a path, or by its name in ``luts/``.

    Raises
    ------
    BadInput
        If there is no such file.
    """
    path = Path(name)
    if path.suffix or len(path.parts) != 1:
        if not path.is_file():
            raise BadInput(f"{name}: no such table file")
        return path
    path = LUTS / f"{name}.npz"
    if not path.is_file():
        names = ", ".join(sorted(path.stem for path in LUTS.glob("*.npz")))
        choice = f" or one of these names: {names}" if names else ""
        raise BadInput(f"{name}: no table of this name; give the path of a file{choice}")
    return path


def load(path: Path, family: str | None = None) -> Upsampler:
    """Read a table file.

    Parameters
    ----------
    path : Path
        ``.npz`` as :func:`save` writes it, or ``.npy`` of a published layout.
    family : str, optional
        ``"S"``, ``"F"`` or ``"V"`` of an ``.npy``; recognised from the number of entries if left
        out.

    Raises
    ------
    BadInput
        If the file is missing, cut short, damaged, or not a table.
    """
    try:
        with path.open("rb") as file:
            return _read(file, family)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error
    except FileNotFoundError as error:
        raise BadInput(f"{path}: no such table file") from error
    except Exception as error:  # numpy and zipfile raise many kinds of errors for a foreign file
        raise BadInput(
            f"{path}: cut short or not a table; it must be an .npz of this project or a published "
            ".npy"
        ) from error


def save(path: Path, upsampler: Upsampler) -> None:
    """Write ``upsampler`` to ``path``. The same tables always give the same bytes.

    Raises
    ------
    BadInput
        If ``path`` cannot be written or cannot hold ``upsampler``: see :func:`check_layout`.
    """
    check_layout(path, upsampler)
    if path.suffix == ".npy":
        with whole_file(path) as file:
            np.save(file, published.to_array(upsampler))
        return
    arrays = {
        _array_name(s, t): table.entries
        for s, stage in enumerate(upsampler.stages)
        for t, table in enumerate(stage.tables)
    }
    with whole_file(path) as file:
        np.savez_compressed(file, description=np.array(json.dumps(describe(upsampler))), **arrays)


def check_layout(path: Path, upsampler: Upsampler) -> None:
    """Make sure that a file with the ending of ``path`` can hold ``upsampler``.

    Raises
    ------
    BadInput
        If ``path`` does not end in ``.npz`` or ``.npy``, or ends in ``.npy`` and the upsampler has
        no published layout.
    """
    if path.suffix not in (".npz", ".npy"):
        raise BadInput(
            f"{path}: a table file must end in .npz, or in .npy for the published layout"
        )
    if path.suffix == ".npy" and not published.is_published_layout(upsampler):
        raise BadInput(
            f"{path}: an .npy can hold only one S, F or V table on a uniform grid with reflect "
            "padding; write an .npz"
        )


def _array_name(stage: int, table: int) -> str:
    return f"stage{stage}.table{table}"


def describe(upsampler: Upsampler) -> dict:
    """Everything about ``upsampler`` except its entries, ready for JSON."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "stages": [
            {
                "scale": stage.scale,
                "padding": stage.padding,
                "tables": [
                    {
                        "taps": table.taps,
                        "grid": _describe_grid(table.grid),
                        "source": table.source,
                        "target": table.target,
                    }
                    for table in stage.tables
                ],
            }
            for stage in upsampler.stages
        ],
    }


def _describe_grid(grid: Grid) -> dict:
    if isinstance(grid, UniformGrid):
        return {"kind": "uniform", "frac_bits": grid.frac_bits}
    return {
        "kind": "difference",
        "breakpoints": grid.breakpoints,
        "unit_bits": grid.unit_bits,
        # The key's name is part of the file format.
        "most_frac_bits": grid.max_frac_bits,
    }


def _read(file: BinaryIO, family: str | None) -> Upsampler:
    content = np.load(file, allow_pickle=False)
    if isinstance(content, np.ndarray):
        return published.from_array(content, family)
    with content:
        if family:
            raise BadInput("an .npz describes itself; a family can be given for an .npy only")
        return _from_description(content)


def _from_description(content: np.lib.npyio.NpzFile) -> Upsampler:
    try:
        description = json.loads(str(content["description"]))
        if description["format"] != FORMAT:
            raise KeyError
        version = description["version"]
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput("damaged, or an .npz that does not hold a table") from error
    if version not in range(1, VERSION + 1):
        raise BadInput(f"has version {version!r}; it must be 1 to {VERSION}")
    try:
        return Upsampler(
            tuple(
                Stage(
                    stage["scale"],
                    stage["padding"],
                    tuple(
                        Table(
                            tuple((dy, dx) for dy, dx in table["taps"]),
                            _read_grid(table["grid"]),
                            content[_array_name(s, t)],
                            # Version 1 has neither.
                            table.get("source", 0),
                            table.get("target", 0),
                        )
                        for t, table in enumerate(stage["tables"])
                    ),
                )
                for s, stage in enumerate(description["stages"])
            )
        )
    except BadInput:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput("damaged: the description and the tables do not fit together") from error


def _read_grid(grid: dict) -> Grid:
    known = {"kind", "frac_bits", "breakpoints", "unit_bits", "most_frac_bits"}
    if unknown := sorted(grid.keys() - known):
        # Read without it, the table would mean something else.
        raise BadInput(f"grid has the key {unknown[0]!r}; it must have none but {sorted(known)}")
    match grid["kind"]:
        case "uniform":
            return UniformGrid(grid["frac_bits"])
        case "difference":
            # Version 2 has no "most_frac_bits".
            return DifferenceGrid(
                tuple(grid["breakpoints"]), grid["unit_bits"], grid.get("most_frac_bits", 8)
            )
        case kind:
            raise BadInput(f"grid is {kind!r}; it must be 'uniform' or 'difference'")
