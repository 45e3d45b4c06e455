"""From files of weights to networks."""

from pathlib import Path

from sw.errors import BadInput
from sw.networks.build import build
from sw.networks.layers import Enlarger, nn, torch
from sw.networks.weights import Weights, check_is, load


def put(network: nn.Module, weights: Weights, path: Path) -> None:
    """Let ``network`` have ``weights``, which are from ``path``.

    Raises
    ------
    BadInput
        If names or shapes are others.
    """
    state = {name: torch.from_numpy(array) for name, array in weights.arrays.items()}
    wanted = learned(network)
    if {n: a.shape for n, a in state.items()} != {n: a.shape for n, a in wanted.items()}:
        raise BadInput(f"{path}: has not the weights that {weights.network} has")
    network.load_state_dict(state, strict=False)


def learned(network: nn.Module) -> dict[str, torch.Tensor]:
    """State of ``network`` less the counters of batches, which nothing reads."""
    return {name: a for name, a in network.state_dict().items() if a.is_floating_point()}


def load_network(path: Path, name: str, scale: int) -> Enlarger:
    """The network of that name and scale with the weights in ``path``, ready to enlarge.

    Raises
    ------
    BadInput
        If they are of another network or scale, damaged or missing.
    """
    weights = load(path)
    check_is(path, weights, name, scale)
    network = build(name, scale)
    put(network, weights, path)
    return network.eval()
