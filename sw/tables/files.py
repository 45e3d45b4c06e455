"""Table files: our own ``.npz``, and the published ``.npy`` of :mod:`sw.tables.published`.

An ``.npz`` holds the entries of every table, in arrays called ``stage0.table0`` and so on, and
``description``, a JSON text with everything else: format, version, and for each stage its scale,
its padding and the taps, grid, source and target of each table.
"""

import json
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO

import numpy as np

from sw.errors import BadInput
from sw.output import whole_file
from sw.places import LUTS
from sw.tables import published
from sw.tables.archive import MAGIC, read_array, read_arrays
from sw.tables.description import array_name, describe, from_arrays
from sw.tables.spec import Upsampler


def shipped_tables() -> list[str]:
    """Names of the tables in ``luts/``, sorted."""
    return sorted(path.stem for path in LUTS.glob("*.npz"))


def table_path(name: str) -> Path:
    """Path of a table that is given as a path, or by its name in ``luts/``.

    Raises
    ------
    BadInput
        If there is no such file.
    """
    names, path = shipped_tables(), Path(name)
    if name in names:
        return LUTS / f"{name}.npz"
    if not name:
        raise BadInput("the name of a table is empty; give a name or the path of a file")
    if path.is_dir():
        raise BadInput(f"{name}: is a folder; give the path of a table file in it")
    if path.is_file():
        table = path.with_suffix(".npz")
        if path.suffix == ".json" and table.is_file():
            raise BadInput(f"{name}: is a manifest; give its table, {table}")
        return path
    by_lower_case = {shipped.lower(): shipped for shipped in names}
    if near := get_close_matches(name.removesuffix(".npz").lower(), by_lower_case, n=1):
        raise BadInput(f"{name}: no table of this name; the nearest is {by_lower_case[near[0]]}")
    if path.suffix or len(path.parts) != 1:
        raise BadInput(f"{name}: no such table file")
    choice = f" or one of these names: {', '.join(names)}" if names else ""
    raise BadInput(f"{name}: no table of this name; give the path of a file{choice}")


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
        If the file is missing, cut short, damaged, or not a table, or if it unpacks to more than
        :data:`sw.tables.archive.MAX_BYTES`, or to more than the free memory.
    """
    try:
        with path.open("rb") as file:
            return _read(file, family)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error
    except FileNotFoundError as error:
        raise BadInput(f"{path}: no such table file") from error
    except (IsADirectoryError, PermissionError) as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from error
    except MemoryError as error:
        raise BadInput(f"{path}: the free memory is too small for this table") from error
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
        array_name(s, t): table.entries
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


def _read(file: BinaryIO, family: str | None) -> Upsampler:
    is_archive = file.read(len(MAGIC)) == MAGIC
    file.seek(0)
    if not is_archive:
        return published.from_array(read_array(file), family)
    if family:
        raise BadInput("an .npz describes itself; a family can be given for an .npy only")
    return from_arrays(read_arrays(file))
