"""Files with the weights of a network: ``.npz`` files that describe themselves; needs no PyTorch.

A file holds one array for each tensor of weights, float32 or float16, and ``description``, a JSON
text with the network's name, its scale, and how it was trained. It holds no code.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sw.errors import BadInput
from sw.networks.published import NETWORKS
from sw.output import whole_file
from sw.places import LUTS
from sw.tables.archive import read_arrays

FOLDER = LUTS / "baselines"
"""The weights that come with the project, one file for each network."""

FORMAT = "srlut baseline"
VERSION = 1

DTYPES = ("float32", "float16")


@dataclass(frozen=True)
class Weights:
    """Weights of a network.

    Parameters
    ----------
    network : str
        A name in :data:`sw.networks.published.NETWORKS`.
    scale : int
        HR pixels per LR pixel on each axis.
    arrays : dict of str to ndarray of float32
        Named as in the ``state_dict`` of PyTorch.
    origin : dict
        How the network was trained: options, first weights, number of steps.
    """

    network: str
    scale: int
    arrays: dict[str, np.ndarray]
    origin: dict


def weights_path(network: str, scale: int, folder: Path = FOLDER) -> Path:
    """The file in ``folder`` for the weights of ``network`` at ``scale``."""
    return folder / (f"{network}.npz" if scale == 4 else f"{network}_x{scale}.npz")


def save(path: Path, weights: Weights, dtype: str = "float32") -> None:
    """Write ``weights`` as ``dtype``, one of :data:`DTYPES`.

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
        "made": weights.origin,
    }
    arrays = {name: array.astype(dtype) for name, array in weights.arrays.items()}
    with whole_file(path) as file:
        np.savez(file, description=np.array(json.dumps(description)), **arrays)


def load(path: Path) -> Weights:
    """Read a file that :func:`save` wrote.

    Raises
    ------
    BadInput
        If the file is missing, damaged or too large, is no file of weights or one of an unknown
        network, or holds values that are not finite.
    """
    try:
        with path.open("rb") as file:
            arrays = read_arrays(file)
        description = json.loads(str(arrays.pop("description")))
        known = description["format"] == FORMAT and description["version"] == VERSION
        network, scale, origin = (description[key] for key in ("network", "scale", "made"))
    except FileNotFoundError as error:
        raise BadInput(f"{path}: no such file") from error
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error
    except Exception as error:  # NumPy and zipfile raise many kinds of errors here
        raise BadInput(
            f"{path}: is damaged, or is no file of weights that `baseline` writes"
        ) from error
    if not known:
        raise BadInput(f"{path}: format and version must be '{FORMAT}' and {VERSION}")
    if not isinstance(network, str) or network not in NETWORKS:
        raise BadInput(f"{path}: network is {network}; it must be one of {', '.join(NETWORKS)}")
    for name, array in arrays.items():
        if array.dtype.name not in DTYPES:
            raise BadInput(f"{path}: {name} is {array.dtype}; it must be {' or '.join(DTYPES)}")
        if not np.isfinite(array).all():
            raise BadInput(f"{path}: {name} holds values that are not finite")
    arrays = {name: array.astype(np.float32) for name, array in arrays.items()}
    return Weights(network, scale, arrays, origin)


def check_is(path: Path, weights: Weights, network: str, scale: int | None = None) -> None:
    """Make sure that ``weights``, read from ``path``, are those of ``network`` at ``scale``.

    Raises
    ------
    BadInput
        If they are of another network, or of another scale than ``scale``, unless that is None.
    """
    if weights.network != network or scale not in (None, weights.scale):
        expected = network if scale is None else f"{network} ×{scale}"
        found = f"{weights.network} ×{weights.scale}"
        raise BadInput(f"{path}: holds weights of {found}; they must be of {expected}")
