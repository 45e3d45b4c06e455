"""Networks of the literature as methods of a comparison; those that cannot run here say why."""

from functools import partial
from pathlib import Path

from sw.compare.methods.method import Method, Skipped
from sw.errors import BadInput
from sw.networks.published import NETWORKS
from sw.networks.weights import FOLDER, weights_path

KIND = "network"


def _without_torch() -> str | None:
    """Why networks cannot run at all here, or None if they can."""
    try:
        import sw.networks.layers  # noqa: F401
    except BadInput as error:
        return str(error)
    return None


def methods(scale: int, folder: Path = FOLDER) -> list[Method | Skipped]:
    """Every network of :data:`sw.networks.published.NETWORKS`, with its weights in ``folder``.

    Raises
    ------
    BadInput
        If a file there is damaged, or of another network or scale than its name says.
    """
    without_torch = _without_torch()
    found: list[Method | Skipped] = []
    for name, about in NETWORKS.items():
        path = weights_path(name, scale, folder)
        if scale not in about.scales:
            known = " and ".join(f"×{each}" for each in about.scales)
            found.append(Skipped(name, KIND, f"{about.title} is defined for {known}, not ×{scale}"))
        elif not path.is_file():
            command = f"python -m sw baseline {name} --scale {scale} --data photos/ --run RUN"
            reason = f"no weights {path.name} in {folder.name}/; RUN/weights.npz is made by: "
            found.append(Skipped(name, KIND, reason + command))
        elif without_torch:
            found.append(Skipped(name, KIND, without_torch))
        else:
            found.append(_method(name, scale, path))
    return found


def _method(name: str, scale: int, path: Path) -> Method:
    from sw.networks.build import cost
    from sw.networks.enlarge import enlarge
    from sw.networks.state import load_network

    costs = cost(name, scale)
    return Method(
        name,
        KIND,
        partial(enlarge, load_network(path, name, scale)),
        size=4 * costs.parameters,
        parameters=costs.weights,
        macs=costs.macs,
    )
