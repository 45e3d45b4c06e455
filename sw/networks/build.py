"""Networks by name, and what they cost."""

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
    """The network of that name, as training starts with it.

    Raises
    ------
    BadInput
        If there is none, or it is not defined at that scale.
    """
    if name not in MAKERS:
        raise BadInput(f"{name}: no network of this name; known ones are {', '.join(MAKERS)}")
    scales = NETWORKS[name].scales
    if scale not in scales:
        raise BadInput(f"{name}: has no scale {scale}; {', '.join(map(str, scales))} are accepted")
    return MAKERS[name](scale)


@dataclass(frozen=True)
class Cost:
    """What a network costs.

    Parameters
    ----------
    weights : int
        Of its convolutions, without biases, slopes and normalisation, as papers count.
    parameters : int
        All that is learned.
    macs : float
        Multiplications for each HR pixel. A deconvolution multiplies each LR pixel by all weights.
    macs_dense : float
        The same if a deconvolution is made as a convolution of a picture with zeros between the
        pixels, as some tables of the literature count.
    """

    weights: int
    parameters: int
    macs: float
    macs_dense: float


def cost(name: str, scale: int) -> Cost:
    """Cost of the network of that name, counted by running it without computing anything."""
    with torch.device("meta"):
        network = build(name, scale)
        lr = torch.empty(1, network.colours, 16, 16)
    weights, sparse, dense = [], [], []

    def count(layer: nn.Module, inputs: tuple[torch.Tensor], output: torch.Tensor) -> None:
        deconvolution = isinstance(layer, nn.ConvTranspose2d)
        weights.append(layer.weight.numel())
        pixels = [prod(each.shape[2:]) for each in (*inputs, output)]
        sparse.append(layer.weight.numel() * pixels[0 if deconvolution else 1])
        dense.append(layer.weight.numel() * pixels[1])

    for layer in network.modules():
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
            layer.register_forward_hook(count)
    hr_pixels = prod(network.eval()(lr).shape[2:])
    return Cost(
        sum(weights),
        sum(each.numel() for each in network.parameters()),
        sum(sparse) / hr_pixels,
        sum(dense) / hr_pixels,
    )
