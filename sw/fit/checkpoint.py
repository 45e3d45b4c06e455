"""An unfinished fit on disk, so that an interruption costs little work."""

import json
from dataclasses import fields
from pathlib import Path

import numpy as np

from sw.errors import BadInput
from sw.fit.conjugate_gradients import CgState
from sw.fit.least_squares import State
from sw.output import whole_file
from sw.tables.archive import read_arrays

CG_PREFIX = "cg_"
"""Of the names of the arrays of a :class:`CgState` in the file."""


def save_arrays(path: Path, identity: dict, **arrays: np.ndarray | float) -> None:
    """Write arrays and numbers, together with the ``identity`` of the fit they belong to.

    Parameters
    ----------
    path : Path
    identity : dict
        What the result depends on, as JSON values: options, and digests of the input.
    arrays : ndarray or float

    Raises
    ------
    BadInput
        If the file cannot be written, for example because the disk is full. The previous file is
        kept then.
    """
    with whole_file(path) as file:
        np.savez(file, identity=json.dumps(identity), **arrays)


def load_arrays(path: Path, identity: dict) -> dict[str, np.ndarray | float]:
    """Read what :func:`save_arrays` wrote for the fit with this ``identity``.

    Raises
    ------
    BadInput
        If there is no such file, or it is damaged, holds NaN, belongs to another fit, or is larger
        than the free memory.
    """
    if not path.is_file():
        raise BadInput(f"{path}: no unfinished fit to resume; leave out --resume to start one")
    try:
        with path.open("rb") as file:
            # It was not compressed, and it can be larger than a table.
            arrays = read_arrays(file, limit=path.stat().st_size)
        written = dict(json.loads(str(arrays.pop("identity"))))
        bad = [name for name, value in arrays.items() if not np.isfinite(value).all()]
    except MemoryError as error:
        raise BadInput(f"{path}: the free memory is too small for this unfinished fit") from error
    except Exception as error:  # numpy and zipfile raise many kinds of errors for a damaged file
        raise BadInput(_damaged(path)) from error
    for name in identity.keys() | written.keys():
        if written.get(name) != json.loads(json.dumps(identity.get(name))):
            raise BadInput(
                f"{path}: belongs to a fit with another {name} ({written.get(name)}, now "
                f"{identity.get(name)}); give the same options, or leave out --resume to start anew"
            )
    if bad:
        raise BadInput(
            f"{path}: {bad[0]} holds values that are not finite; leave out --resume to start anew"
        )
    return {name: value if value.ndim else value.item() for name, value in arrays.items()}


def _damaged(path: Path) -> str:
    return (
        f"{path}: damaged, or no unfinished fit of this version; leave out --resume to start anew"
    )


def save_state(path: Path, state: State, identity: dict) -> None:
    """Write ``state`` as :func:`save_arrays` does."""
    numbers = {field.name: getattr(state, field.name) for field in fields(State)}
    cg = numbers.pop("cg")
    if cg:
        numbers |= {CG_PREFIX + field.name: getattr(cg, field.name) for field in fields(CgState)}
    save_arrays(path, identity, **numbers)


def load_state(path: Path, identity: dict) -> State:
    """Read the state that :func:`save_state` wrote for the fit with this ``identity``.

    Raises
    ------
    BadInput
        As :func:`load_arrays`.
    """
    arrays = load_arrays(path, identity)
    cg = {
        name.removeprefix(CG_PREFIX): arrays.pop(name)
        for name in list(arrays)
        if name.startswith(CG_PREFIX)
    }
    try:
        return State(**arrays, cg=CgState(**cg) if cg else None)
    except TypeError as error:
        raise BadInput(_damaged(path)) from error
