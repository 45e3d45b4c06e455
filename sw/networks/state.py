"""Weights of a file, put into a network."""

from dataclasses import replace
from pathlib import Path

from sw.errors import BadInput
from sw.networks.build import build
from sw.networks.layers import Enlarger, nn, torch
from sw.networks.weights import Weights, check_is, load


def learned_state(network: nn.Module) -> dict[str, torch.Tensor]:
    """State of ``network`` without the batch counters of normalisation, which nothing reads."""
    state = network.state_dict()
    return {name: tensor for name, tensor in state.items() if tensor.is_floating_point()}


def set_weights(network: nn.Module, weights: Weights, path: Path) -> None:
    """Put ``weights``, which were read from ``path``, into ``network``.

    Raises
    ------
    BadInput
        If their names or shapes differ from those of the network.
    """
    state = {name: torch.from_numpy(array) for name, array in weights.arrays.items()}
    shapes, expected = (
        {name: tensor.shape for name, tensor in tensors.items()}
        for tensors in (state, learned_state(network))
    )
    if shapes != expected:
        raise BadInput(
            f"{path}: the names or shapes of its weights are not those of {weights.network}"
        )
    network.load_state_dict(state, strict=False)


def start_from(network: Enlarger, name: str, path: Path) -> None:
    """Put the weights in ``path`` into ``network``, called ``name``, to train it further.

    If they are of another scale, the layers that depend on the scale keep their own weights.

    Raises
    ------
    BadInput
        If the file is missing or damaged, or holds the weights of another network.
    """
    weights = load(path)
    check_is(path, weights, name)
    arrays = dict(weights.arrays)
    if weights.scale != network.scale and network.upsampling:
        for key, tensor in learned_state(network).items():
            if key.startswith(network.upsampling):
                arrays[key] = tensor.numpy()
    set_weights(network, replace(weights, arrays=arrays), path)


def load_network(path: Path, name: str, scale: int) -> Enlarger:
    """The network called ``name`` with the weights in ``path``, ready to enlarge.

    Raises
    ------
    BadInput
        If the file is missing or damaged, or holds the weights of another network or scale.
    """
    weights = load(path)
    check_is(path, weights, name, scale)
    network = build(name, scale)
    set_weights(network, weights, path)
    return network.eval()
