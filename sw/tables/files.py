"""Table files: our own ``.npz``, which describes itself, and the published ``.npy`` layouts."""

import json
from math import isqrt
from pathlib import Path
from typing import BinaryIO

import numpy as np

from sw import ROOT
from sw.errors import BadInput
from sw.output import whole_file
from sw.tables.grid import DifferenceGrid, Grid, UniformGrid
from sw.tables.spec import Stage, Table, Taps, Upsampler

LUTS = ROOT / "luts"
"""Where a table is looked for that is given by its name alone."""

FORMAT = "srlut"
VERSION = 3
"""Of the description in an ``.npz``; 1 knew uniform grids and one map. Newer ones are refused."""

FAMILIES: dict[str, Taps] = {
    "S": ((0, 0), (0, 1), (1, 0), (1, 1)),
    "F": ((0, 0), (0, 1), (0, 2)),
    "V": ((0, 0), (0, 1)),
}
"""Taps of the published SR-LUT tables."""

# Published steps of each family. V is interpolation-free: at other steps it must be asked for,
# since 81 entries are S at step 128 and would be V at step 32 as well.
PUBLISHED_FRAC_BITS = {"S": range(3, 9), "F": range(3, 9), "V": range(1)}


def table_path(name: str) -> Path:
    """Path of a table given as a path, or by its name in ``luts/``.

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
        known = ", ".join(sorted(p.stem for p in LUTS.glob("*.npz"))) or "none"
        raise BadInput(f"{name}: no table of this name; known ones are {known}, or give a path")
    return path


def load(path: Path, family: str | None = None) -> Upsampler:
    """Read a table file.

    Parameters
    ----------
    path : Path
        ``.npz`` as :func:`save` writes it, or a published ``.npy``: int8 of shape (levels**n, r*r)
        or (levels**n, 1, r, r), which makes one stage with reflect padding.
    family : str, optional
        ``"S"``, ``"F"`` or ``"V"`` of an ``.npy``; recognised from the entry count if left out.

    Raises
    ------
    BadInput
        If the file is missing, cut short, foreign, or not what it should hold.
    """
    try:
        with path.open("rb") as file:
            return _read(file, family)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error
    except FileNotFoundError as error:
        raise BadInput(f"{path}: no such table file") from error
    except Exception as error:  # numpy and zipfile stumble over a foreign file in many ways
        raise BadInput(
            f"{path}: cut short or not a table; an .npz of this project or a published .npy is "
            "accepted"
        ) from error


def _read(file: BinaryIO, family: str | None) -> Upsampler:
    content = np.load(file, allow_pickle=False)
    if isinstance(content, np.ndarray):
        return _published(content, family)
    with content:
        if family:
            raise BadInput("an .npz describes itself; a family is accepted with an .npy only")
        return _described(content)


def _published(entries: np.ndarray, family: str | None) -> Upsampler:
    if entries.dtype != np.int8:
        raise BadInput(f"entries are {entries.dtype}; int8 is accepted")
    rows = entries.shape[0] if entries.ndim else 0
    scale = isqrt(entries.size // rows) if rows else 0
    flat, block = (rows, scale * scale), (rows, 1, scale, scale)
    if not 2 <= scale <= 4 or entries.shape not in (flat, block):
        raise BadInput(
            f"shape {entries.shape} is not a published layout; (entries, r*r) and "
            "(entries, 1, r, r) with r = 2, 3 or 4 are accepted"
        )
    taps, grid = _recognise(rows, family)
    shape = Table.blank(taps, grid, scale).entries.shape
    table = Table(taps, grid, entries.reshape(shape))
    return Upsampler((Stage(scale, "reflect", (table,)),))


def _recognise(rows: int, family: str | None) -> tuple[Taps, UniformGrid]:
    choices = {family: range(9)} if family else PUBLISHED_FRAC_BITS
    for name, frac_bits in choices.items():
        for bits in frac_bits:
            grid = UniformGrid(bits)
            if grid.levels ** len(FAMILIES[name]) == rows:
                return FAMILIES[name], grid
    if family:
        counts = [UniformGrid(bits).levels ** len(FAMILIES[family]) for bits in range(9)]
        known = ", ".join(map(str, reversed(counts)))
        raise BadInput(f"{rows} entries make no {family} table; {known} do")
    raise BadInput(
        f"{rows} entries make no table that is known; S or F at steps 8 to 256 and V at step 1 "
        "are recognised (S at step 16 has 83521), --family states others"
    )


def _described(content: np.lib.npyio.NpzFile) -> Upsampler:
    try:
        description = json.loads(str(content["description"]))
        if description["format"] != FORMAT:
            raise KeyError
        version = description["version"]
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput("damaged, or an .npz that does not hold a table") from error
    if version not in range(1, VERSION + 1):
        raise BadInput(f"described in version {version!r}; 1 to {VERSION} are accepted")
    try:
        return Upsampler(
            tuple(
                Stage(
                    stage["scale"],
                    stage["padding"],
                    tuple(
                        Table(
                            tuple((dy, dx) for dy, dx in table["taps"]),
                            _grid(table["grid"]),
                            content[_array_name(s, t)],
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


def _grid(grid: dict) -> Grid:
    match grid["kind"]:
        case "uniform":
            return UniformGrid(grid["frac_bits"])
        case "difference":
            return DifferenceGrid(
                tuple(grid["breakpoints"]), grid["unit_bits"], grid.get("most_frac_bits", 8)
            )
        case kind:
            raise BadInput(f"grid is {kind!r}; 'uniform' and 'difference' are accepted")


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


def _array_name(stage: int, table: int) -> str:
    return f"stage{stage}.table{table}"


def describe(upsampler: Upsampler) -> dict:
    """Everything about ``upsampler`` but its entries, ready for JSON."""
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


def save(path: Path, upsampler: Upsampler) -> None:
    """Write ``upsampler`` to ``path``: the same bytes for the same tables.

    Raises
    ------
    BadInput
        If ``path`` does not end in ``.npz`` or ``.npy``, cannot be written, or is an ``.npy`` and
        the table is not of a published layout.
    """
    check_layout(path, upsampler)
    if path.suffix == ".npy":
        table = upsampler.stages[0].tables[0]
        with whole_file(path) as file:
            np.save(file, table.entries.reshape(table.rows, -1))
        return
    arrays = {
        _array_name(s, t): table.entries
        for s, stage in enumerate(upsampler.stages)
        for t, table in enumerate(stage.tables)
    }
    with whole_file(path) as file:
        np.savez_compressed(file, description=np.array(json.dumps(describe(upsampler))), **arrays)


def check_layout(path: Path, upsampler: Upsampler) -> None:
    """Make sure that ``path`` can hold what ``upsampler`` is, whatever its entries.

    Raises
    ------
    BadInput
        If ``path`` does not end in ``.npz`` or ``.npy``, or is an ``.npy`` and the table is not of
        a published layout.
    """
    if path.suffix == ".npz":
        return
    if path.suffix != ".npy":
        raise BadInput(f"{path}: a table file ends in .npz, or .npy for the published layout")
    stage = upsampler.stages[0]
    table = stage.tables[0]
    one = len(upsampler.stages) == 1 and len(stage.tables) == 1
    uniform = isinstance(table.grid, UniformGrid)
    if not (one and uniform and table.taps in FAMILIES.values() and stage.padding == "reflect"):
        raise BadInput(
            f"{path}: only one reflect-padded S, F or V table on a uniform grid makes an .npy; "
            ".npz holds all"
        )
