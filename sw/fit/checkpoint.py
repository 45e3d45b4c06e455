"""An unfinished fit on disk, so that an interruption loses at most a minute."""

import json
from dataclasses import fields
from pathlib import Path

import numpy as np

from sw.errors import BadInput
from sw.fit.conjugate_gradients import CgState
from sw.fit.least_squares import State
from sw.output import whole_file

OF_SEARCH = "search_"


def save_arrays(path: Path, about: dict, **arrays: np.ndarray | float) -> None:
    """Write arrays and numbers; ``about`` says which fit they belong to (JSON).

    Raises
    ------
    BadInput
        If the file cannot be written, or the disk is full; the last one written survives.
    """
    with whole_file(path) as file:
        np.savez(file, about=json.dumps(about), **arrays)


def load_arrays(path: Path, about: dict) -> dict[str, np.ndarray | float]:
    """Read what :func:`save_arrays` wrote for the fit ``about``.

    Raises
    ------
    BadInput
        If there is nothing, it is damaged, holds NaN, or belongs to another fit.
    """
    if not path.is_file():
        raise BadInput(f"{path}: no unfinished fit to resume; leave out --resume to start one")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as content:
            written = json.loads(str(content["about"]))
            arrays = {name: content[name] for name in content.files if name != "about"}
        bad = [name for name, value in arrays.items() if not np.isfinite(value).all()]
    except Exception as error:  # numpy and zipfile stumble over a damaged file in many ways
        raise BadInput(
            f"{path}: damaged, not an unfinished fit; leave out --resume to start anew"
        ) from error
    for name in about.keys() | written.keys():
        if written.get(name) != json.loads(json.dumps(about.get(name))):
            raise BadInput(
                f"{path}: belongs to a fit with another {name} ({written.get(name)}, now "
                f"{about.get(name)}); give the same options, or leave out --resume to start anew"
            )
    if bad:
        raise BadInput(
            f"{path}: {bad[0]} holds values that are no numbers; leave out --resume to start anew"
        )
    return {name: value if value.ndim else value.item() for name, value in arrays.items()}


def save_state(path: Path, state: State, about: dict) -> None:
    """Write ``state`` as :func:`save_arrays` does."""
    numbers = {each.name: getattr(state, each.name) for each in fields(State)}
    search = numbers.pop("search")
    if search:
        numbers |= {OF_SEARCH + each.name: getattr(search, each.name) for each in fields(CgState)}
    save_arrays(path, about, **numbers)


def load_state(path: Path, about: dict) -> State:
    """Read the state that :func:`save_state` wrote for the fit ``about``; raises as above."""
    arrays = load_arrays(path, about)
    search = {
        name.removeprefix(OF_SEARCH): arrays.pop(name)
        for name in list(arrays)
        if name.startswith(OF_SEARCH)
    }
    try:
        return State(**arrays, search=CgState(**search) if search else None)
    except TypeError as error:
        raise BadInput(
            f"{path}: damaged, not an unfinished fit; leave out --resume to start anew"
        ) from error
