"""LPIPS (Zhang et al., CVPR 2018): a perceptual distance, computed by a network. Lower is better.

The package `lpips` contains the learned weights of the distance, but downloads its backbone,
AlexNet or VGG-16 trained on ImageNet. Here the user gives the backbone as a file: torchvision's
``alexnet-owt-7be5be79.pth`` or ``vgg16-397923af.pth``.
"""

import importlib
import sys
import warnings
from pathlib import Path
from types import ModuleType

import numpy as np

from sw.errors import BadInput
from sw.extras import install, require
from sw.pictures.metrics import Distance
from sw.tables.manifest import sha256

PUBLISHED = ("7be5be79", "397923af")
"""First digits of the SHA-256 of torchvision's files: AlexNet, VGG-16."""

MIN_SIDE = 31
"""Smallest side of a picture in pixels; AlexNet's pooling reduces a smaller one to nothing."""


def _import(name: str) -> ModuleType:
    with warnings.catch_warnings(action="ignore"):
        return importlib.import_module(name)


def _packages() -> tuple[ModuleType, ModuleType]:
    """Import the packages torch and lpips."""
    require("lpips", "torchvision", "torch")
    try:
        torch = _import("torch")
        try:
            _import("torchvision")
        except RuntimeError:
            # A torchvision built for CUDA lacks its operators when PyTorch is built for CPUs, and
            # fails where it registers their shapes. LPIPS needs none of them, so declare them.
            for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
                del sys.modules[name]
            for operator in ("nms", "qnms"):
                torch.library.define(
                    f"torchvision::{operator}", "(Tensor a, Tensor b, float c) -> Tensor"
                )
            _import("torchvision")
        return torch, _import("lpips")
    except (ImportError, RuntimeError) as error:
        raise BadInput(
            f"LPIPS needs a torchvision that fits PyTorch ({error}); install both with: "
            f"{install('lpips')}"
        ) from error


def is_published(backbone: Path) -> bool:
    """Whether ``backbone`` is torchvision's file, so that distances compare with published ones."""
    return sha256(backbone).startswith(PUBLISHED)


def load_lpips(backbone: Path) -> Distance:
    """Load LPIPS with the backbone whose state dict is in the file ``backbone``.

    Returns
    -------
    callable
        Takes two uint8 pictures of shape (height, width, 3), in the order R, G, B, and returns
        their distance. It raises BadInput for pictures smaller than 31×31.

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
    except Exception as error:  # unpickling raises many kinds of errors for a foreign file
        raise BadInput(f"{backbone}: not a state dict of PyTorch; {_wanted()}") from error
    # AlexNet has no layer 28.
    kind = "vgg" if "features.28.weight" in state else "alex"
    with warnings.catch_warnings(action="ignore"):
        distance = lpips.LPIPS(net=kind, pnet_rand=True, verbose=False)
    wanted = distance.net.state_dict()
    # The package groups the layers into slices; a layer keeps its number.
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
                f"{width}×{height} is too small for LPIPS; it must be at least "
                f"{MIN_SIDE}×{MIN_SIDE} without the border"
            )
        with torch.no_grad():
            pair = [
                torch.from_numpy(pixels.astype(np.float32) / 127.5 - 1).permute(2, 0, 1)[None]
                for pixels in (a, b)
            ]
            return float(distance(*pair))

    return between


def _wanted() -> str:
    return (
        "it must be the state dict of torchvision's AlexNet or VGG-16, like "
        "alexnet-owt-7be5be79.pth"
    )
