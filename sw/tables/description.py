"""Descriptions: the JSON text of a table file, which has everything about it but the entries.

A key that is missing or unknown, or a value of the wrong type, would make another upsampler without
a word. So the keys of every part must be just those of its version, and the classes of
:mod:`sw.tables.spec` and :mod:`sw.tables.grid` check the values.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from reprlib import repr as short

import numpy as np

from sw.errors import BadInput
from sw.tables.grid import DifferenceGrid, Grid, UniformGrid, is_integer
from sw.tables.spec import Stage, Table, Upsampler

FORMAT = "srlut"

VERSION = 3
"""Version of the description that is written. Version 1 had uniform grids and one map only; version
2 had no limit of fraction bits. All of them are read; newer ones are refused."""


def describe(upsampler: Upsampler) -> dict:
    """Everything about ``upsampler`` except its entries, ready for JSON.

    A file serves samples of any bits, so that grids are described as they are for 8 bits.
    """
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
                        "grid": _describe_grid(table.grid.at_bits(8)),
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


def array_name(stage: int, table: int) -> str:
    """Name of the entries of a table in the file; both numbers count from 0."""
    return f"stage{stage}.table{table}"


def from_arrays(arrays: Mapping[str, np.ndarray]) -> Upsampler:
    """Make the upsampler of a table file.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        ``description``, and the entries of every table: see :func:`array_name`.

    Raises
    ------
    BadInput
        If this is no table file, if a part of the description is missing, unknown or wrong, or if
        there are other arrays than those of its tables.
    """
    content = _content(arrays)
    version = content["version"]
    if not is_integer(version) or not 1 <= version <= VERSION:
        raise BadInput(f"has version {short(version)}; it must be 1 to {VERSION}")
    _check_keys(content, ("format", "version", "stages"), "the description")
    stages = []
    unused = set(arrays) - {"description"}
    for s, stage in enumerate(_list(content["stages"], "the stages")):
        where = f"stage {s + 1}"
        _check_keys(stage, ("scale", "padding", "tables"), where)
        tables = []
        for t, table in enumerate(_list(stage["tables"], f"the tables of {where}")):
            name = array_name(s, t)
            if name not in arrays:
                raise BadInput(f"has no array {name}, the entries of a table in its description")
            unused.discard(name)
            tables.append(_table(table, arrays[name], version, f"table {t + 1} of {where}"))
        with _located(where):
            stages.append(Stage(stage["scale"], stage["padding"], tuple(tables)))
    if unused:
        raise BadInput(
            f"has the array {min(unused)!r}; it must have no arrays but the description and the "
            "entries of its tables"
        )
    return Upsampler(tuple(stages))


def _content(arrays: Mapping[str, np.ndarray]) -> dict:
    """The description as a dictionary that has at least the right format and a version."""
    try:
        text = arrays["description"]
        content = json.loads(
            text.item() if text.dtype.kind == "U" else "",
            object_pairs_hook=_distinct,
            parse_constant=_refuse_constant,
        )
        if content["format"] == FORMAT and "version" in content:
            return content
    except BadInput:
        raise
    except (KeyError, TypeError, ValueError, RecursionError):
        pass
    raise BadInput("damaged, or an .npz that does not hold a table")


def _distinct(pairs: list[tuple[str, object]]) -> dict:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadInput(f"the description has the key {twice!r} twice; it must have it once")
    return content


def _refuse_constant(name: str) -> None:
    raise BadInput(f"the description has the number {name}; its numbers must be integers")


@contextmanager
def _located(where: str) -> Iterator[None]:
    """Put ``where`` before the message of a refusal."""
    try:
        yield
    except BadInput as error:
        raise BadInput(f"{where}: {error}") from error


def _check_keys(value: object, keys: tuple[str, ...], where: str) -> None:
    if not isinstance(value, dict):
        raise BadInput(f"{where} is {short(value)}; it must be an object with {', '.join(keys)}")
    for key in keys:
        if key not in value:
            raise BadInput(f"{where} has no key {key!r}; it must have {', '.join(keys)}")
    for key in value:
        if key not in keys:
            raise BadInput(f"{where} has the key {short(key)}; it must have {', '.join(keys)} only")


def _list(value: object, where: str) -> list:
    if not isinstance(value, list):
        raise BadInput(f"{where}: {short(value)} is not a list; it must be one")
    return value


def _table(table: object, entries: np.ndarray, version: int, where: str) -> Table:
    keys = ("taps", "grid", "source", "target")
    _check_keys(table, keys if version > 1 else keys[:2], where)
    taps = [
        tuple(_list(tap, f"a tap of {where}"))
        for tap in _list(table["taps"], f"the taps of {where}")
    ]
    grid = _grid(table["grid"], version, f"the grid of {where}")
    with _located(where):
        return Table(tuple(taps), grid, entries, table.get("source", 0), table.get("target", 0))


def _grid(grid: object, version: int, where: str) -> Grid:
    kinds = {"uniform": ("frac_bits",)}
    if version > 1:
        limit = ("most_frac_bits",) if version > 2 else ()
        kinds["difference"] = ("breakpoints", "unit_bits", *limit)
    kind = grid.get("kind") if isinstance(grid, dict) else grid
    if not isinstance(kind, str) or kind not in kinds:
        raise BadInput(f"{where} is {short(kind)}; its kind must be {' or '.join(kinds)}")
    _check_keys(grid, ("kind", *kinds[kind]), where)
    with _located(where):
        if kind == "uniform":
            return UniformGrid(grid["frac_bits"])
        points = tuple(_list(grid["breakpoints"], "breakpoints"))
        return DifferenceGrid(points, grid["unit_bits"], grid.get("most_frac_bits", 8))
