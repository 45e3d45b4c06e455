"""LPIPS (Zhang et al., CVPR 2018), a distance of pictures as a network sees them; lower is nearer.

The package `lpips` brings the learned weights of the distance, but fetches its backbone, AlexNet
or VGG-16 as trained on ImageNet, from the network. Here the backbone is a file that the user has:
torchvision's ``alexnet-owt-7be5be79.pth`` or ``vgg16-397923af.pth``.
"""

import importlib
import sys
import warnings
from pathlib import Path
from types import ModuleType

import numpy as np

from sw.errors import BadInput
from sw.pictures.metrics import Distance
from sw.tables.manifest import sha256

HOW = "install the extra with: pip install -e '.[lpips]'"

PUBLISHED = ("7be5be79", "397923af")
"""How the SHA-256 of torchvision's files begin, of AlexNet and of VGG-16."""

MIN_SIDE = 31
"""Pixels below which nothing is left after AlexNet's pooling."""


def _import(name: str) -> ModuleType:
    with warnings.catch_warnings(action="ignore"):
        return importlib.import_module(name)


def _packages() -> tuple[ModuleType, ModuleType]:
    """The packages torch and lpips."""
    try:
        torch = _import("torch")
        try:
            _import("torchvision")
        except RuntimeError:
            # A torchvision that is built for CUDA has none of its operators beside a PyTorch for
            # CPUs, and stumbles over those whose shapes it describes. LPIPS needs none of them.
            for loaded in [each for each in sys.modules if each.split(".")[0] == "torchvision"]:
                del sys.modules[loaded]
            for operator in ("nms", "qnms"):
                torch.library.define(
                    f"torchvision::{operator}", "(Tensor a, Tensor b, float c) -> Tensor"
                )
            _import("torchvision")
        return torch, _import("lpips")
    except ModuleNotFoundError as error:
        raise BadInput(f"LPIPS needs {error.name}; {HOW}") from error
    except (ImportError, RuntimeError) as error:
        raise BadInput(f"LPIPS needs a torchvision that fits PyTorch ({error}); {HOW}") from error


def is_published(backbone: Path) -> bool:
    """Whether ``backbone`` is torchvision's own file, so that distances are those of papers."""
    return sha256(backbone).startswith(PUBLISHED)


def load_lpips(backbone: Path) -> Distance:
    """LPIPS with the backbone whose state dict is in ``backbone``.

    Returns
    -------
    callable
        From two uint8 pictures (height, width, 3), in the order R, G, B, to their distance. It
        raises BadInput for pictures of less than 31×31.

    Raises
    ------
    BadInput
        If an extra is missing, or the file is not the state dict of AlexNet or VGG-16.
    """
    torch, lpips = _packages()
    try:
        state = torch.load(backbone, map_location="cpu", weights_only=True)
        state = {name: tensor for name, tensor in state.items() if name.startswith("features.")}
    except FileNotFoundError as error:
        raise BadInput(f"{backbone}: no such file; {_wanted()}") from error
    except Exception as error:  # unpickling stumbles over a foreign file in many ways
        raise BadInput(f"{backbone}: not a state dict of PyTorch; {_wanted()}") from error
    # AlexNet has no layer of this number.
    kind = "vgg" if "features.28.weight" in state else "alex"
    with warnings.catch_warnings(action="ignore"):
        distance = lpips.LPIPS(net=kind, pnet_rand=True, verbose=False)
    wanted = distance.net.state_dict()
    # The package cuts the layers into slices, where each keeps its number.
    renamed = {name: f"features.{name.partition('.')[2]}" for name in wanted}
    if any(
        ours not in state or state[ours].shape != wanted[name].shape
        for name, ours in renamed.items()
    ):
        raise BadInput(f"{backbone}: neither AlexNet nor VGG-16; {_wanted()}")
    distance.net.load_state_dict({name: state[ours] for name, ours in renamed.items()})
    distance.eval()

    def between(a: np.ndarray, b: np.ndarray) -> float:
        if min(a.shape[:2]) < MIN_SIDE:
            height, width = a.shape[:2]
            raise BadInput(
                f"{width}×{height} is too small for LPIPS; {MIN_SIDE}×{MIN_SIDE} or more, "
                "less the border, is accepted"
            )
        with torch.no_grad():
            pair = [
                torch.from_numpy(p.astype(np.float32) / 127.5 - 1).permute(2, 0, 1)[None]
                for p in (a, b)
            ]
            return float(distance(*pair))

    return between


def _wanted() -> str:
    return (
        "the state dict of torchvision's AlexNet or VGG-16 is accepted, like "
        "alexnet-owt-7be5be79.pth"
    )
