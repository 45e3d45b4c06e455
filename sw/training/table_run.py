"""A training run: everything that it takes to go on exactly where it stopped."""

import argparse
import ast
import math
from pathlib import Path

import numpy as np

from sw.errors import BadInput
from sw.networks.sr_lut import WHITE, Network, export
from sw.output import whole_file
from sw.photos.hard_patches import PatchSampler
from sw.photos.patches import Patches, patch_psnr
from sw.photos.planes import Plane
from sw.scores import Validation
from sw.tables.grid import UniformGrid
from sw.tables.published import FAMILIES
from sw.tables.spec import Upsampler
from sw.training.run import write_log

import torch  # isort: skip  (after sw.network, which says how to get it)

ARCHITECTURE = ("family", "scale", "padding", "colours", "width", "depth")
RECIPE = ("batch", "crop", "rate", "sampler", "round", "seed")
"""Options that must stay what they were when a run is resumed."""

LOG_FIELDS = ("step", "loss", "psnr_y")

EVALUATION_BATCH = 32


def make_networks(options: dict) -> torch.nn.ModuleDict:
    """Networks by colour: ``"L"`` for all of them, or ``"R"``, ``"G"`` and ``"B"``."""
    names = "RGB" if options["colours"] == "each" else "L"
    taps = FAMILIES[options["family"]]
    return torch.nn.ModuleDict(
        {
            name: Network(
                taps, options["scale"], options["padding"], options["width"], options["depth"]
            )
            for name in names
        }
    )


def load_checkpoint(folder: Path) -> dict:
    """Content of the checkpoint in the run folder ``folder``.

    Raises
    ------
    BadInput
        If there is none, it is damaged, or holds NaN.
    """
    path = folder / "checkpoint.pt"
    if not path.is_file():
        raise BadInput(f"{path}: no such checkpoint; `train` without --resume starts a run")
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        options, networks = content["options"], content["networks"]
        missing = {*ARCHITECTURE, *RECIPE} - options.keys()
    except Exception as error:  # unpickling stumbles over a damaged file in many ways
        raise BadInput(f"{path}: damaged, or not a checkpoint of `train`") from error
    if missing:
        raise BadInput(f"{path}: does not say its {', '.join(sorted(missing))}")
    for name, tensor in networks.items():
        if not torch.isfinite(tensor).all():
            raise BadInput(f"{path}: {name} holds values that are no numbers; start a new run")
    return content


def load_networks(folder: Path) -> torch.nn.ModuleDict:
    """Networks of the checkpoint in ``folder``."""
    content = load_checkpoint(folder)
    networks = make_networks(content["options"])
    try:
        networks.load_state_dict(content["networks"])
    except RuntimeError as error:
        raise BadInput(
            f"{folder}/checkpoint.pt: is of another architecture than it says"
        ) from error
    return networks


def choose_device(name: str) -> torch.device:
    """The device of that name; ``auto`` is CUDA where there is one.

    Raises
    ------
    BadInput
        If there is no such device.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise BadInput(f"--device {name}: not available here; cpu is") from error
    return device


class Training:
    """Networks, optimiser, patches and random numbers of a run.

    Parameters
    ----------
    args : argparse.Namespace
        Options of ``python -m sw train``.

    Raises
    ------
    BadInput
        If the device is not available.
    """

    def __init__(self, args: argparse.Namespace) -> None:
        self.options = {name: getattr(args, name) for name in (*ARCHITECTURE, *RECIPE)}
        self.steps = args.steps
        self.device = choose_device(args.device)
        torch.manual_seed(args.seed)
        self.networks = make_networks(self.options).to(self.device)
        self.optimiser = torch.optim.Adam(self.networks.parameters(), lr=args.rate)
        self.rng = np.random.default_rng(args.seed)
        self.step = 0
        self.log: list[dict] = []
        self.pending: list[int] = []
        self.drawn: list[int] = []

    @property
    def last_validation(self) -> float | None:
        """PSNR-Y of the last validation, in dB."""
        return next((row["psnr_y"] for row in reversed(self.log) if row["psnr_y"]), None)

    def use(self, planes: list[Plane]) -> None:
        """Train on ``planes``, the same ones if the run was loaded.

        Raises
        ------
        BadInput
            If they are too small, not in colour where that is needed, or others than before.
        """
        if self.options["colours"] == "each":
            planes = [plane for plane in planes if plane.colour != "L"]
            if not planes:
                raise BadInput("--colours each: none of the photographs has colours")
        self.crops = Patches(planes, self.options["crop"])
        if self.crops.too_small:
            print(f"{self.crops.too_small} planes are smaller than a patch, skipped")
        if not hasattr(self, "sampler"):
            self.sampler = PatchSampler(len(self.crops))
        if len(self.sampler.probability) != len(self.crops):
            raise BadInput("--data: holds other photographs than the run was started with")

    def advance(self) -> float:
        """One step; returns its loss, the mean squared error in grey levels squared."""
        if not self.pending:
            self._end_round()
        batch, self.pending = (
            self.pending[: self.options["batch"]],
            self.pending[self.options["batch"] :],
        )
        lr, hr = self.crops.batch(batch, self.rng)
        rate = self._rate()
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad()
        loss = torch.mean((self._run(batch, lr) - self._tensor(hr)) ** 2)
        loss.backward()
        self.optimiser.step()
        self.step += 1
        self.log.append({"step": self.step, "loss": loss.item() * WHITE**2, "psnr_y": None})
        return self.log[-1]["loss"]

    def _rate(self) -> float:
        floor = 0.01
        fall = 0.5 + 0.5 * math.cos(math.pi * min(1.0, self.step / self.steps))
        return self.options["rate"] * (floor + (1 - floor) * fall)

    def _tensor(self, pixels: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(pixels.astype(np.float32)).to(self.device) / WHITE

    def _run(self, patches: list[int], lr: np.ndarray) -> torch.Tensor:
        """The pictures that each patch's colour's network makes of ``lr``."""
        if "L" in self.networks:
            return self.networks["L"](self._tensor(lr))
        r = self.crops.scale
        colours = np.array([self.crops.planes[self.crops.corners[p][0]].colour for p in patches])
        out = torch.empty((len(lr), r * lr.shape[1], r * lr.shape[2]), device=self.device)
        for name, network in self.networks.items():
            which = np.flatnonzero(colours == name)
            if len(which):
                out[torch.from_numpy(which)] = network(self._tensor(lr[which]))
        return out

    def _end_round(self) -> None:
        """Learn which patches of the round were hard, and draw the next round."""
        if self.drawn and self.options["sampler"] == "hard":
            self.sampler.update(np.array(self.drawn), self._gains(self.drawn))
        self.drawn = self.sampler.draw(self.options["round"], self.rng).tolist()
        self.pending = list(self.drawn)

    @torch.no_grad()
    def _gains(self, patches: list[int]) -> np.ndarray:
        """PSNR over bicubic's of each of ``patches``, in dB."""
        gains = []
        for start in range(0, len(patches), EVALUATION_BATCH):
            some = patches[start : start + EVALUATION_BATCH]
            lr, hr = (np.stack(each) for each in zip(*map(self.crops.patch, some), strict=True))
            made = self._run(some, lr).cpu().numpy() * WHITE
            gains += [
                patch_psnr(one, wanted) - self.crops.bicubic_psnr(p)
                for one, wanted, p in zip(made, hr, some, strict=True)
            ]
        return np.array(gains)

    def tables(self, grid: UniformGrid) -> dict[str, Upsampler]:
        """The networks' tables by colour."""
        return {name: export(network, grid) for name, network in self.networks.items()}

    def validate(self, validation: Validation) -> None:
        """Log the PSNR-Y of the tables as they are now, at step 16 (V: every grey level)."""
        grid = UniformGrid(0 if self.options["family"] == "V" else 4)
        self.log[-1]["psnr_y"] = validation.psnr_y(*self.tables(grid).values())

    def save(self, folder: Path) -> None:
        """Write checkpoint and log into ``folder``.

        Raises
        ------
        BadInput
            If they cannot be written; those of the last time survive.
        """
        content = {
            "options": self.options,
            "steps": self.steps,
            "step": self.step,
            "networks": self.networks.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "random": str(self.rng.bit_generator.state),
            "probability": torch.from_numpy(self.sampler.probability),
            "pending": self.pending,
            "drawn": self.drawn,
            "log": self.log,
        }
        with whole_file(folder / "checkpoint.pt") as file:
            torch.save(content, file)
        write_log(folder, LOG_FIELDS, self.log)

    def load(self, folder: Path) -> None:
        """Go on from the checkpoint in ``folder``.

        Raises
        ------
        BadInput
            If there is none, it is damaged, or belongs to a run with other options.
        """
        content = load_checkpoint(folder)
        for name, value in self.options.items():
            before = content["options"][name]
            if before != value:
                raise BadInput(
                    f"{folder}: was started with --{name} {before}, not {value}; give the same, "
                    "or choose another folder"
                )
        self.networks.load_state_dict(content["networks"])
        self.optimiser.load_state_dict(content["optimiser"])
        self.rng.bit_generator.state = ast.literal_eval(content["random"])
        self.sampler = PatchSampler(len(content["probability"]))
        self.sampler.probability = content["probability"].numpy()
        self.step, self.log = content["step"], content["log"]
        self.pending, self.drawn = content["pending"], content["drawn"]
