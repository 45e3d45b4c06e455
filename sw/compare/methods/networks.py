"""Networks of the literature as methods of a comparison."""

from functools import partial
from pathlib import Path

from sw.compare.methods.method import Method, Skipped
from sw.extras import explain
from sw.networks.published import NETWORKS
from sw.networks.weights import FOLDER, weights_path

KIND = "network"


def methods(scale: int, folder: Path = FOLDER) -> list[Method | Skipped]:
    """Every network of :data:`sw.networks.published.NETWORKS`, with its weights in ``folder``.

    Raises
    ------
    BadInput
        If a file there is damaged, or its name states another network or scale.
    """
    missing_extra = explain("torch")
    found: list[Method | Skipped] = []
    for name, network in NETWORKS.items():
        path = weights_path(name, scale, folder)
        if scale not in network.scales:
            defined = " and ".join(f"×{number}" for number in network.scales)
            reason = f"{network.title} is defined for {defined}, not ×{scale}"
        elif not path.is_file():
            reason = (
                f"no weights {path.name} in {folder.name}/; train them (RUN/weights.npz) with: "
                f"python -m sw baseline {name} --scale {scale} --data photos/ --run RUN"
            )
        elif missing_extra:
            reason = missing_extra
        else:
            found.append(_method(name, scale, path))
            continue
        found.append(Skipped(name, KIND, reason))
    return found


def _method(name: str, scale: int, path: Path) -> Method:
    from sw.networks.build import cost
    from sw.networks.enlarge import enlarge
    from sw.networks.state import load_network

    network_cost = cost(name, scale)
    return Method(
        name,
        KIND,
        partial(enlarge, load_network(path, name, scale)),
        size=4 * network_cost.parameters,
        parameters=network_cost.weights,
        macs=network_cost.macs,
    )
