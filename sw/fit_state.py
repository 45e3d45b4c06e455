"""An unfinished fit on disk, so that an interruption loses at most a minute."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from sw.conjugate_gradients import Search
from sw.errors import BadInput
from sw.least_squares import State
from sw.output import whole_file

SEARCH_ARRAYS = ("x", "residual", "direction")


def state_path(out: Path) -> Path:
    """Where the state of the fit that writes ``out`` is kept until it is done."""
    return out.with_name(f"{out.name}.unfinished")


def save_state(path: Path, state: State, about: dict) -> None:
    """Write ``state``; ``about`` says which fit it belongs to (JSON).

    Raises
    ------
    BadInput
        If the file cannot be written, or the disk is full; the last state written survives.
    """
    numbers = {"round": state.round, "done": state.done, "objective": state.objective}
    arrays = {"prior": state.prior, "table": state.table}
    if state.search:
        numbers["rho"] = state.search.rho
        arrays |= {name: getattr(state.search, name) for name in SEARCH_ARRAYS}
    with whole_file(path) as file:
        np.savez(file, about=json.dumps(about), numbers=json.dumps(numbers), **arrays)


def load_state(path: Path, about: dict) -> State:
    """Read the state that :func:`save_state` wrote for the fit ``about``.

    Raises
    ------
    BadInput
        If there is none, it is damaged, holds NaN, or belongs to another fit.
    """
    if not path.is_file():
        raise BadInput(f"{path}: no unfinished fit to resume; leave out --resume to start one")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as content:
            written, numbers = (json.loads(str(content[name])) for name in ("about", "numbers"))
            arrays = {n: content[n] for n in content.files if n not in ("about", "numbers")}
        search = None
        if "rho" in numbers:
            search = Search(*(arrays.pop(name) for name in SEARCH_ARRAYS), numbers.pop("rho"))
        state = State(**arrays, **numbers, search=search)
    except Exception as error:  # numpy and zipfile stumble over a damaged file in many ways
        raise BadInput(
            f"{path}: damaged, not an unfinished fit; leave out --resume to start anew"
        ) from error
    for name in about.keys() | written.keys():
        if written.get(name) != about.get(name):
            raise BadInput(
                f"{path}: belongs to a fit with another {name} ({written.get(name)}, now "
                f"{about.get(name)}); give the same options, or leave out --resume to start anew"
            )
    for node in (asdict(state), asdict(state.search) if state.search else {}):
        for name, value in node.items():
            if isinstance(value, np.ndarray | float) and not np.isfinite(value).all():
                raise BadInput(
                    f"{path}: {name} holds values that are no numbers; leave out --resume to "
                    "start anew"
                )
    return state
