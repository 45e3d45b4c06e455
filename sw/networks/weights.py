"""Files of a network's weights: an ``.npz`` that describes itself; needs no PyTorch.

It holds an array for each weight, float32 or float16, and ``description``, a JSON text with the
network's name, its scale, and how it was made. Nothing in it can run.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sw.errors import BadInput
from sw.networks.published import NETWORKS
from sw.output import whole_file
from sw.tables.files import LUTS

FOLDER = LUTS / "baselines"
"""Where weights are looked for that are given by a network's name alone."""

FORMAT = "srlut baseline"
VERSION = 1

DTYPES = ("float32", "float16")


@dataclass(frozen=True)
class Weights:
    """Weights of a network.

    Parameters
    ----------
    network : str
        Its name in :data:`sw.networks.published.NETWORKS`.
    scale : int
    arrays : dict of str to ndarray of float32
        As ``state_dict`` of PyTorch names them.
    made : dict
        What the file says of how it was made.
    """

    network: str
    scale: int
    arrays: dict[str, np.ndarray]
    made: dict


def weights_path(network: str, scale: int, folder: Path = FOLDER) -> Path:
    """Where in ``folder`` the weights of that network and scale are."""
    return folder / (f"{network}.npz" if scale == 4 else f"{network}_x{scale}.npz")


def save(path: Path, weights: Weights, dtype: str = "float32") -> None:
    """Write ``weights`` in ``dtype``, one of :data:`DTYPES`.

    Raises
    ------
    BadInput
        If the file cannot be written.
    """
    description = {
        "format": FORMAT,
        "version": VERSION,
        "network": weights.network,
        "scale": weights.scale,
        "dtype": dtype,
        "made": weights.made,
    }
    arrays = {name: array.astype(dtype) for name, array in weights.arrays.items()}
    with whole_file(path) as file:
        np.savez(file, description=np.array(json.dumps(description)), **arrays)


def load(path: Path) -> Weights:
    """Read a file that :func:`save` wrote.

    Raises
    ------
    BadInput
        If it is missing, damaged, foreign, of an unknown network, or holds values that are no
        numbers.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as content:
            arrays = {name: content[name] for name in content.files if name != "description"}
            description = json.loads(str(content["description"]))
        known = description["format"] == FORMAT and description["version"] == VERSION
        network, scale, made = (description[key] for key in ("network", "scale", "made"))
    except FileNotFoundError as error:
        raise BadInput(f"{path}: no such file of weights") from error
    except Exception as error:  # numpy and zipfile stumble over a foreign file in many ways
        raise BadInput(
            f"{path}: damaged or no weights; those of `baseline` are accepted"
        ) from error
    if not known:
        raise BadInput(f"{path}: of another format or version; {FORMAT} {VERSION} is accepted")
    if network not in NETWORKS:
        raise BadInput(f"{path}: is of {network}; {', '.join(NETWORKS)} are known")
    for name, array in arrays.items():
        if array.dtype.name not in DTYPES:
            raise BadInput(f"{path}: {name} is {array.dtype}; {' and '.join(DTYPES)} are accepted")
        if not np.isfinite(array).all():
            raise BadInput(f"{path}: {name} holds values that are no numbers")
    arrays = {name: array.astype(np.float32) for name, array in arrays.items()}
    return Weights(network, scale, arrays, made)


def check_is(path: Path, weights: Weights, network: str, scale: int | None = None) -> None:
    """Refuse, by name, the weights of another network, or of another scale if one is given.

    Raises
    ------
    BadInput
        If they are.
    """
    if weights.network != network or scale not in (None, weights.scale):
        wanted = network if scale is None else f"{network} ×{scale}"
        raise BadInput(
            f"{path}: is of {weights.network} ×{weights.scale}; weights of {wanted} are accepted"
        )
