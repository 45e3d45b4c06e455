"""Training of a network of the literature, for ``python -m sw baseline``."""

import time
from pathlib import Path
from statistics import fmean

import numpy as np

from sw.errors import BadInput
from sw.networks.build import build
from sw.networks.enlarge import enlarge
from sw.networks.layers import nn, torch
from sw.networks.sr_lut import WHITE
from sw.networks.state import learned_state, start_from
from sw.networks.weights import Weights, save
from sw.photos.crops import PictureCrops
from sw.photos.planes import Plane
from sw.pictures.metrics import psnr_ssim_y
from sw.scores import Validation
from sw.training.run import Run, choose_device, read_checkpoint

OPTIONS = (
    *("network", "scale", "batch", "crops", "optimiser", "rate"),
    *("freeze_convolutions", "bfloat16", "seed"),
)
"""Options that must stay the same when a run is resumed."""

RATES = {"adam": 1e-3, "sgd": 0.1}
"""Learning rates at the start of a run, for losses with white = 1."""

MAX_GRADIENT = 1.0
"""Longer gradients are cut to this norm: with momentum, a large one would spoil the weights."""


class BaselineRun(Run):
    """A run with one of the networks of :mod:`sw.networks.build`.

    Parameters
    ----------
    options : dict
        Values of :data:`OPTIONS`, as ``python -m sw baseline`` describes them. A ``rate`` of None
        means that of :data:`RATES`.
    steps : int
        Length of the run.
    minutes : float or None
        Time limit: the run ends at ``steps`` or at ``minutes``, whichever comes first.
    patience : int or None
        End the run after so many validations in a row without a new best one, and keep the weights
        of the best.
    init : Path or None
        Weights to start from.
    dtype : str
        Type of the weights file, one of :data:`sw.networks.weights.DTYPES`.
    device : str
        A name for :func:`sw.training.run.choose_device`.

    Raises
    ------
    BadInput
        If the device is not available, ``init`` does not fit the network, or the network has no
        layers but the convolutions that ``freeze_convolutions`` would freeze.
    """

    def __init__(
        self,
        options: dict,
        *,
        steps: int,
        minutes: float | None = None,
        patience: int | None = None,
        init: Path | None = None,
        dtype: str = "float32",
        device: str = "auto",
    ) -> None:
        options = {**options, "rate": options["rate"] or RATES[options["optimiser"]]}
        self.minutes, self.patience, self.dtype = minutes, patience, dtype
        self.device = choose_device(device)
        torch.manual_seed(options["seed"])
        self.network = build(options["network"], options["scale"])
        self.init = str(init) if init else None
        if init:
            start_from(self.network, options["network"], init)
        if options["freeze_convolutions"]:
            self._freeze(options["network"])
        # Convolutions are faster if the channels of a pixel are adjacent in memory.
        self.network.to(self.device, memory_format=torch.channels_last)
        trained = [weight for weight in self.network.parameters() if weight.requires_grad]
        optimiser = (
            torch.optim.Adam(trained, lr=options["rate"])
            if options["optimiser"] == "adam"
            else torch.optim.SGD(trained, lr=options["rate"], momentum=0.9)
        )
        super().__init__(options, steps, optimiser)
        self.seconds = 0.0
        self.best: dict[str, torch.Tensor] | None = None
        self.picture_count: int | None = None

    def _freeze(self, name: str) -> None:
        upsampling = self.network.upsampling
        if not upsampling:
            raise BadInput(
                f"--freeze-convolutions: {name} would have nothing left to train; the network must "
                "have upsampling layers, like fsrcnn's deconvolution"
            )
        for key, weight in self.network.named_parameters():
            weight.requires_grad_(key.startswith(upsampling))

    def use(self, planes: list[Plane]) -> None:
        """Train on ``planes``; for a resumed run they must be the same as before.

        Raises
        ------
        BadInput
            If they are too small, or not those of before.
        """
        self.crops = PictureCrops(planes, self.network.colours)
        count = len(self.crops.pictures)
        if self.picture_count not in (None, count):
            raise BadInput("--data: holds other photographs than the run was started with")
        self.picture_count = count
        for size in self.options["crops"]:
            self.crops.check(size // self.options["scale"])

    @property
    def progress(self) -> float:
        """How much of the run is done, from 0 to 1, by steps or by minutes, whichever is more."""
        time_share = self.seconds / (60 * self.minutes) if self.minutes else 0
        return max(super().progress, time_share)

    @property
    def done(self) -> bool:
        """Whether the run is at its end, or has not improved for ``patience`` validations."""
        scores = self.validations
        since_best = len(scores) - 1 - int(np.argmax(scores)) if scores else 0
        return super().done or bool(self.patience and since_best >= self.patience)

    def batch_shape(self) -> tuple[int, int]:
        """Crops in a batch, and LR pixels on each side of them, at this point of the run.

        A batch of larger crops has fewer of them, so that all steps have about as many pixels.
        """
        sizes = self.options["crops"]
        size = sizes[min(int(self.progress * len(sizes)), len(sizes) - 1)]
        count = round(self.options["batch"] * (sizes[0] / size) ** 2)
        return max(1, count), size // self.options["scale"]

    def advance(self) -> float:
        """Take one step and log it. Returns the mean squared error, in grey levels squared."""
        started = time.monotonic()
        loss = super().advance()
        self.seconds += time.monotonic() - started
        return loss

    def backward(self) -> float:
        """Compute the gradients of one batch. Returns its mean squared error, white being 1."""
        count, size = self.batch_shape()
        lr, hr = (
            torch.from_numpy(pixels / np.float32(WHITE)).to(self.device)
            for pixels in self.crops.batch(count, size, self.rng)
        )
        self.network.train()
        # Convolutions pad a crop with zeros. Pixels near its border see them and do not count.
        border = min(self.network.reach, size // 16) * self.options["scale"]
        inner = (..., *[slice(border, hr.shape[-1] - border)] * 2)
        bfloat16 = self.options["bfloat16"]
        with torch.autocast(self.device.type, torch.bfloat16, enabled=bfloat16):
            enlarged = self.network(lr)
        loss = nn.functional.mse_loss(enlarged.float()[inner], hr[inner])
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), MAX_GRADIENT)
        return loss.item()

    def score(self, validation: Validation) -> float:
        """Mean PSNR-Y on the pictures of ``validation``, in dB."""
        self.network.eval()
        scale = self.options["scale"]
        return fmean(
            psnr_ssim_y(hr, enlarge(self.network, lr, scale), scale)["psnr_y"]
            for hr, lr in validation.pairs
        )

    def validate(self, validation: Validation) -> None:
        """Log the score; with ``patience``, keep the weights if it is the best one so far."""
        super().validate(validation)
        if self.patience and self.validations[-1] == max(self.validations):
            state = learned_state(self.network)
            self.best = {name: tensor.cpu().clone() for name, tensor in state.items()}

    def save(self, folder: Path) -> None:
        """Write checkpoint, log and weights into ``folder``.

        The weights are the present ones, or with ``patience`` the best ones.

        Raises
        ------
        BadInput
            If they cannot be written; the files of the last time survive.
        """
        super().save(folder)
        state = self.best or learned_state(self.network)
        arrays = {name: tensor.cpu().numpy() for name, tensor in state.items()}
        origin = {**self.options, "init": self.init, "step": self.step}
        weights = Weights(self.options["network"], self.options["scale"], arrays, origin)
        save(folder / "weights.npz", weights, self.dtype)

    def state(self) -> dict:
        """Everything that a resumed run needs."""
        return {
            **super().state(),
            "init": self.init,
            "seconds": self.seconds,
            "network": self.network.state_dict(),
            "best": self.best,
            "pictures": self.picture_count,
        }

    def read(self, folder: Path) -> dict:
        """Content of the checkpoint in ``folder``; raises as ``read_checkpoint``."""
        return read_checkpoint(folder, "baseline", OPTIONS)

    def restore(self, content: dict) -> None:
        """Continue from ``content``, which :meth:`state` returned."""
        super().restore(content)
        self.network.load_state_dict(content["network"])
        self.seconds, self.init = content["seconds"], content["init"]
        self.best, self.picture_count = content["best"], content["pictures"]
