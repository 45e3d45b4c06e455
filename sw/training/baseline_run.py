"""A training run of a network: everything that it takes to go on exactly where it stopped."""

import argparse
import ast
import math
import time
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import numpy as np

from sw.errors import BadInput
from sw.networks.build import build
from sw.networks.enlarge import enlarge
from sw.networks.layers import nn, torch
from sw.networks.sr_lut import WHITE
from sw.networks.state import learned, put
from sw.networks.weights import Weights, check_is, load, save
from sw.output import whole_file
from sw.photos.crops import PictureCrops
from sw.photos.planes import Plane
from sw.pictures.metrics import psnr_ssim_y
from sw.training.run import write_log
from sw.training.table_run import LOG_FIELDS, choose_device

RECIPE = (
    *("network", "scale", "batch", "crops", "optimiser", "rate"),
    *("freeze_convolutions", "bfloat16", "seed"),
)
"""Options that must stay what they were when a run is resumed."""

RATES = {"adam": 1e-3, "sgd": 0.1}
"""First learning rates, of losses in units of white squared."""

LAST_RATE = 0.01
"""Of the first one, to which it falls as a cosine."""

STEEPEST = 1.0
"""Norm to which a gradient is cut; with momentum a steep one would throw the weights away."""


class Training:
    """Network, optimiser, crops and random numbers of a run.

    Parameters
    ----------
    args : argparse.Namespace
        Options of ``python -m sw baseline``.

    Raises
    ------
    BadInput
        If the device is not available, or ``--init`` does not fit.
    """

    def __init__(self, args: argparse.Namespace) -> None:
        self.options = {name: getattr(args, name) for name in RECIPE}
        self.options["rate"] = args.rate or RATES[args.optimiser]
        self.steps, self.minutes, self.patience = args.steps, args.minutes, args.patience
        self.device = choose_device(args.device)
        torch.manual_seed(args.seed)
        self.network = build(args.network, args.scale)
        self.made_from = str(args.init) if args.init else None
        if args.init:
            self._start_from(args.init)
        if args.freeze_convolutions:
            self._freeze()
        # Convolutions are quicker with the channels of a pixel beside each other.
        self.network.to(self.device, memory_format=torch.channels_last)
        tuned = [each for each in self.network.parameters() if each.requires_grad]
        rate = self.options["rate"]
        self.optimiser = (
            torch.optim.Adam(tuned, lr=rate)
            if args.optimiser == "adam"
            else torch.optim.SGD(tuned, lr=rate, momentum=0.9)
        )
        self.rng = np.random.default_rng(args.seed)
        self.step, self.seconds = 0, 0.0
        self.log: list[dict] = []
        self.seen: list[float] = []  # by the validations
        self.best: dict[str, torch.Tensor] | None = None
        self.pictures: int | None = None

    def _start_from(self, path: Path) -> None:
        """Take the weights in ``path``; of another scale, those that are of any scale."""
        weights = load(path)
        check_is(path, weights, self.options["network"])
        arrays, begins = dict(weights.arrays), self.network.upsampling
        if weights.scale != self.options["scale"] and begins:
            own = {name: a.numpy() for name, a in learned(self.network).items()}
            kept = {name: a for name, a in arrays.items() if not name.startswith(begins)}
            arrays = kept | {name: a for name, a in own.items() if name.startswith(begins)}
        put(self.network, replace(weights, arrays=arrays), path)

    def _freeze(self) -> None:
        if not self.network.upsampling:
            raise BadInput(
                f"--freeze-convolutions: {self.options['network']} has no other weights; fsrcnn, "
                "whose deconvolution can be tuned alone, is accepted"
            )
        for name, parameter in self.network.named_parameters():
            parameter.requires_grad_(name.startswith(self.network.upsampling))

    def use(self, planes: list[Plane]) -> None:
        """Train on ``planes``, the same ones if the run was loaded.

        Raises
        ------
        BadInput
            If they are too small, or others than before.
        """
        self.crops = PictureCrops(planes, self.network.colours)
        found = len(self.crops.pictures)
        if self.pictures not in (None, found):
            raise BadInput("--data: holds other photographs than the run was started with")
        self.pictures = found
        for size in self.options["crops"]:
            self.crops.check(size // self.options["scale"])

    @property
    def progress(self) -> float:
        """How much of the run is done, from 0: of the steps or of the minutes, what ends first."""
        of_minutes = self.seconds / (60 * self.minutes) if self.minutes else 0
        return max(self.step / self.steps, of_minutes)

    @property
    def done(self) -> bool:
        """Whether the run is at its end, or has not become better for too long."""
        worse = len(self.seen) - 1 - int(np.argmax(self.seen)) if self.seen else 0
        return self.progress >= 1 or bool(self.patience and worse >= self.patience)

    def stage(self) -> tuple[int, int]:
        """Crops a step, and LR pixels on each side of them, at this point of the run.

        Larger crops are fewer, so that all steps have about as many pixels.
        """
        sizes = self.options["crops"]
        size = sizes[min(int(self.progress * len(sizes)), len(sizes) - 1)]
        count = round(self.options["batch"] * (sizes[0] / size) ** 2)
        return max(1, count), size // self.options["scale"]

    def advance(self) -> float:
        """One step; returns its loss, the mean squared error in grey levels squared."""
        started = time.monotonic()
        count, size = self.stage()
        lr, hr = (
            torch.from_numpy(each / np.float32(WHITE)).to(self.device)
            for each in self.crops.batch(count, size, self.rng)
        )
        fall = 0.5 + 0.5 * math.cos(math.pi * min(1.0, self.progress))
        for group in self.optimiser.param_groups:
            group["lr"] = self.options["rate"] * (LAST_RATE + (1 - LAST_RATE) * fall)
        self.network.train()
        self.optimiser.zero_grad()
        # At the crop's border the network sees zeros that no picture has around it.
        border = min(self.network.reach, size // 16) * self.options["scale"]
        inner = (..., *[slice(border, hr.shape[-1] - border)] * 2)
        short = self.options["bfloat16"]
        with torch.autocast(self.device.type, torch.bfloat16, enabled=short):
            made = self.network(lr)
        loss = nn.functional.mse_loss(made.float()[inner], hr[inner])
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), STEEPEST)
        self.optimiser.step()
        self.step += 1
        self.seconds += time.monotonic() - started
        self.log.append({"step": self.step, "loss": loss.item() * WHITE**2, "psnr_y": None})
        return self.log[-1]["loss"]

    def validate(self, pairs: list[tuple[np.ndarray, np.ndarray]]) -> None:
        """Log the mean PSNR-Y of the HR and LR pictures ``pairs``; keep the best weights."""
        self.network.eval()
        scale = self.options["scale"]
        psnr = fmean(
            psnr_ssim_y(original, enlarge(self.network, low, scale), scale)["psnr_y"]
            for original, low in pairs
        )
        self.log[-1]["psnr_y"] = psnr
        self.seen.append(psnr)
        if self.patience and psnr == max(self.seen):
            self.best = {name: a.cpu().clone() for name, a in learned(self.network).items()}

    def weights(self) -> Weights:
        """Weights as they are; the best ones validated if the run may stop early."""
        state = self.best or learned(self.network)
        arrays = {name: tensor.cpu().numpy() for name, tensor in state.items()}
        made = {**self.options, "init": self.made_from, "step": self.step}
        return Weights(self.options["network"], self.options["scale"], arrays, made)

    def save(self, folder: Path, dtype: str) -> None:
        """Write checkpoint, log and weights, these in ``dtype``, into ``folder``.

        Raises
        ------
        BadInput
            If they cannot be written; those of the last time survive.
        """
        content = {
            "options": self.options,
            "init": self.made_from,
            "step": self.step,
            "seconds": self.seconds,
            "network": self.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "random": str(self.rng.bit_generator.state),
            "log": self.log,
            "best": self.best,
            "pictures": self.pictures,
        }
        with whole_file(folder / "checkpoint.pt") as file:
            torch.save(content, file)
        write_log(folder, LOG_FIELDS, self.log)
        save(folder / "weights.npz", self.weights(), dtype)

    def load(self, folder: Path) -> None:
        """Go on from the checkpoint in ``folder``.

        Raises
        ------
        BadInput
            If there is none, it is damaged, or belongs to a run with other options.
        """
        path = folder / "checkpoint.pt"
        if not path.is_file():
            raise BadInput(f"{path}: no such checkpoint; without --resume a run is started")
        try:
            content = torch.load(path, map_location="cpu", weights_only=True)
            before = {name: content["options"][name] for name in self.options}
        except Exception as error:  # unpickling stumbles over a damaged file in many ways
            raise BadInput(f"{path}: damaged, or not a checkpoint of `baseline`") from error
        for name, value in self.options.items():
            if before[name] != value:
                raise BadInput(
                    f"{folder}: was started with {name} {before[name]}, not {value}; give the "
                    "same, or choose another folder"
                )
        self.network.load_state_dict(content["network"])
        self.optimiser.load_state_dict(content["optimiser"])
        self.rng.bit_generator.state = ast.literal_eval(content["random"])
        self.step, self.seconds, self.log = (content[k] for k in ("step", "seconds", "log"))
        self.best, self.made_from = content["best"], content["init"]
        self.pictures = content["pictures"]
        self.seen = [row["psnr_y"] for row in self.log if row["psnr_y"]]
