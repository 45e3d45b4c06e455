"""Training of the network that a table is exported from, for ``python -m sw train``."""

from pathlib import Path

import numpy as np

from sw.errors import BadInput
from sw.networks.layers import nn, torch
from sw.networks.sr_lut import WHITE, Network, export
from sw.photos.hard_patches import PatchSampler
from sw.photos.patches import Patches, patch_psnr
from sw.photos.planes import Plane
from sw.scores import Validation
from sw.tables.grid import UniformGrid
from sw.tables.published import FAMILIES
from sw.training.run import CHECKPOINT, Run, choose_device, read_checkpoint

ARCHITECTURE = ("family", "scale", "padding", "colours", "width", "depth")
RECIPE = ("batch", "crop", "rate", "sampler", "round", "seed")
OPTIONS = (*ARCHITECTURE, *RECIPE)
"""Options that must stay the same when a run is resumed."""

EVALUATION_BATCH = 32
"""Patches that are enlarged at a time to find the hard ones."""


def make_networks(options: dict) -> nn.ModuleDict:
    """Untrained networks: ``"L"`` for all colours, or ``"R"``, ``"G"`` and ``"B"``."""
    names = "RGB" if options["colours"] == "each" else "L"
    taps = FAMILIES[options["family"]]
    size = options["width"], options["depth"]
    return nn.ModuleDict(
        {name: Network(taps, options["scale"], options["padding"], *size) for name in names}
    )


def load_checkpoint(folder: Path) -> dict:
    """Content of the checkpoint in the run folder ``folder``.

    Raises
    ------
    BadInput
        If there is no checkpoint, it is damaged or incomplete, or holds NaN.
    """
    content = read_checkpoint(folder, "train", OPTIONS)
    for name, tensor in content["networks"].items():
        if not torch.isfinite(tensor).all():
            raise BadInput(
                f"{folder / CHECKPOINT}: {name} holds values that are not finite; start a new run"
            )
    return content


def load_networks(folder: Path) -> nn.ModuleDict:
    """Networks of the checkpoint in ``folder``; raises as :func:`load_checkpoint`."""
    content = load_checkpoint(folder)
    networks = make_networks(content["options"])
    try:
        networks.load_state_dict(content["networks"])
    except RuntimeError as error:
        raise BadInput(
            f"{folder / CHECKPOINT}: the weights do not fit the architecture that it states"
        ) from error
    return networks


class TableRun(Run):
    """A run with one network, or one for each of R, G and B.

    Parameters
    ----------
    options : dict
        Values of :data:`OPTIONS`, as ``python -m sw train`` describes them.
    steps : int
        Length of the run.
    device : str
        A name for :func:`sw.training.run.choose_device`.

    Raises
    ------
    BadInput
        If the device is not available.
    """

    def __init__(self, options: dict, *, steps: int, device: str) -> None:
        self.device = choose_device(device)
        torch.manual_seed(options["seed"])
        self.networks = make_networks(options).to(self.device)
        optimiser = torch.optim.Adam(self.networks.parameters(), lr=options["rate"])
        super().__init__(options, steps, optimiser)
        self.sampler: PatchSampler | None = None
        # Patches of this round: those that are still to be trained on, and all of them.
        self.pending: list[int] = []
        self.drawn: list[int] = []

    def use(self, planes: list[Plane]) -> None:
        """Train on ``planes``; for a resumed run they must be the same as before.

        Raises
        ------
        BadInput
            If they are too small, all grey where colours are needed, or not those of before.
        """
        if self.options["colours"] == "each":
            planes = [plane for plane in planes if plane.colour != "L"]
            if not planes:
                raise BadInput("--colours each: every photograph is grey; it needs coloured ones")
        self.patches = Patches(planes, self.options["crop"])
        if self.patches.too_small:
            print(f"skipped {self.patches.too_small} planes that are smaller than a patch")
        if self.sampler is None:
            self.sampler = PatchSampler(len(self.patches))
        if len(self.sampler.probability) != len(self.patches):
            raise BadInput("--data: holds other photographs than the run was started with")

    def backward(self) -> float:
        """Compute the gradients of one batch. Returns its mean squared error, white being 1."""
        if not self.pending:
            self._start_round()
        size = self.options["batch"]
        batch, self.pending = self.pending[:size], self.pending[size:]
        lr, hr = self.patches.batch(batch, self.rng)
        loss = torch.mean((self._enlarge(batch, lr) - self._tensor(hr)) ** 2)
        loss.backward()
        return loss.item()

    def _tensor(self, pixels: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(pixels.astype(np.float32)).to(self.device) / WHITE

    def _enlarge(self, indices: list[int], lr: np.ndarray) -> torch.Tensor:
        """Enlarge ``lr``, the LR pixels of the patches ``indices``, white being 1.

        The network of a patch's colour enlarges it.
        """
        if "L" in self.networks:
            return self.networks["L"](self._tensor(lr))
        r, corners = self.patches.scale, self.patches.corners
        colours = np.array([self.patches.planes[corners[index][0]].colour for index in indices])
        hr = torch.empty((len(lr), r * lr.shape[1], r * lr.shape[2]), device=self.device)
        for name, network in self.networks.items():
            same_colour = np.flatnonzero(colours == name)
            if len(same_colour):
                hr[torch.from_numpy(same_colour)] = network(self._tensor(lr[same_colour]))
        return hr

    def _start_round(self) -> None:
        """Update the probabilities by the last round's gains, and draw the next round."""
        if self.drawn and self.options["sampler"] == "hard":
            self.sampler.update(np.array(self.drawn), self._gains(self.drawn))
        self.drawn = self.sampler.draw(self.options["round"], self.rng).tolist()
        self.pending = list(self.drawn)

    @torch.no_grad()
    def _gains(self, indices: list[int]) -> np.ndarray:
        """PSNR of each of the patches ``indices`` minus that of bicubic, in dB."""
        gains = []
        for start in range(0, len(indices), EVALUATION_BATCH):
            batch = indices[start : start + EVALUATION_BATCH]
            patches = [self.patches.patch(index) for index in batch]
            enlarged = self._enlarge(batch, np.stack([lr for lr, _ in patches])).cpu().numpy()
            gains += [
                patch_psnr(pixels * WHITE, hr) - self.patches.bicubic_psnr(index)
                for pixels, (_, hr), index in zip(enlarged, patches, batch, strict=True)
            ]
        return np.array(gains)

    def score(self, validation: Validation) -> float:
        """Mean PSNR-Y of the tables as they are now, in dB.

        Tables are exported with 16 grey levels between grid points, those of family V with 1.
        """
        grid = UniformGrid(0 if self.options["family"] == "V" else 4)
        return validation.psnr_y(*(export(network, grid) for network in self.networks.values()))

    def state(self) -> dict:
        """Everything that a resumed run needs."""
        return {
            **super().state(),
            "steps": self.steps,
            "networks": self.networks.state_dict(),
            "probability": torch.from_numpy(self.sampler.probability),
            "pending": self.pending,
            "drawn": self.drawn,
        }

    def read(self, folder: Path) -> dict:
        """Content of the checkpoint in ``folder``; raises as :func:`load_checkpoint`."""
        return load_checkpoint(folder)

    def restore(self, content: dict) -> None:
        """Continue from ``content``, which :meth:`state` returned."""
        super().restore(content)
        self.networks.load_state_dict(content["networks"])
        self.sampler = PatchSampler(len(content["probability"]))
        self.sampler.probability = content["probability"].numpy()
        self.pending, self.drawn = content["pending"], content["drawn"]
