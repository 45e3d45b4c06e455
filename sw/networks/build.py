"""Networks by name, and how many weights and multiplications they have."""

from dataclasses import dataclass
from functools import partial
from math import prod

from sw.errors import BadInput
from sw.networks.btsrn import Btsrn
from sw.networks.espcn import Espcn
from sw.networks.fsrcnn import Fsrcnn
from sw.networks.layers import Enlarger, nn, torch
from sw.networks.published import NETWORKS
from sw.networks.srcnn import Srcnn
from sw.networks.srresnet import Srresnet
from sw.networks.vdsr import Vdsr

MAKERS = {
    "srcnn": partial(Srcnn, middle=1),
    "srcnn-955": partial(Srcnn, middle=5),
    "fsrcnn-s": partial(Fsrcnn, d=32, s=5, m=1),
    "fsrcnn": partial(Fsrcnn, d=56, s=12, m=4),
    "espcn": Espcn,
    "vdsr": Vdsr,
    "srresnet": Srresnet,
    "btsrn": Btsrn,
}


def build(name: str, scale: int) -> Enlarger:
    """The untrained network called ``name``; its weights start at random.

    Raises
    ------
    BadInput
        If there is no such network, or it is not defined for that scale.
    """
    if name not in MAKERS:
        raise BadInput(f"network is {name}; it must be one of {', '.join(MAKERS)}")
    scales = NETWORKS[name].scales
    if scale not in scales:
        choices = " or ".join(map(str, scales))
        raise BadInput(f"scale is {scale}; for {name} it must be {choices}")
    return MAKERS[name](scale)


@dataclass(frozen=True)
class Cost:
    """Cost of a network.

    Parameters
    ----------
    weights : int
        Weights of the convolutions, without biases, slopes and normalisation, as papers count.
    parameters : int
        All learned numbers.
    macs : float
        Multiplications per HR pixel. A deconvolution multiplies each LR pixel by all its weights.
    macs_dense : float
        Multiplications per HR pixel if a deconvolution counts as a convolution of a picture with
        zeros between the pixels, as in some tables of the literature.
    """

    weights: int
    parameters: int
    macs: float
    macs_dense: float


def cost(name: str, scale: int) -> Cost:
    """Cost of the network called ``name``, counted by a run on shapes alone (device ``meta``)."""
    with torch.device("meta"):
        network = build(name, scale)
        lr = torch.empty(1, network.colours, 16, 16)
    weights, sparse, dense = [], [], []

    def count(layer: nn.Module, inputs: tuple[torch.Tensor], output: torch.Tensor) -> None:
        multiplied = inputs[0] if isinstance(layer, nn.ConvTranspose2d) else output
        weights.append(layer.weight.numel())
        sparse.append(layer.weight.numel() * prod(multiplied.shape[2:]))
        dense.append(layer.weight.numel() * prod(output.shape[2:]))

    for layer in network.modules():
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
            layer.register_forward_hook(count)
    hr_pixels = prod(network.eval()(lr).shape[2:])
    return Cost(
        sum(weights),
        sum(parameter.numel() for parameter in network.parameters()),
        sum(sparse) / hr_pixels,
        sum(dense) / hr_pixels,
    )
