"""What all training runs share: the step, the loop, the checkpoint and the log.

A run folder holds ``checkpoint.pt``, from which an interrupted run continues, and ``log.csv``.
"""

import ast
import csv
import io
import time
from abc import ABC, abstractmethod
from collections.abc import Collection
from pathlib import Path

import numpy as np

from sw.errors import BadInput
from sw.networks.layers import torch
from sw.networks.sr_lut import WHITE
from sw.output import whole_file
from sw.photos.planes import Plane
from sw.progress import progress_bar
from sw.schedule import cosine_rate
from sw.scores import Validation

CHECKPOINT = "checkpoint.pt"
LOG_FIELDS = ("step", "loss", "psnr_y")

LAST_RATE = 0.01
"""Learning rate at the end of a run, as a share of the first."""

SAVE_SECONDS = 60
"""A run is saved when so much time has passed since the last time."""


class Run(ABC):
    """A training run. When it is interrupted and resumed, it ends with the same network.

    Parameters
    ----------
    options : dict
        Options that must not change when the run is resumed, ``rate`` and ``seed`` among them.
    steps : int
        Length of the run.
    optimiser : torch.optim.Optimizer
    """

    def __init__(self, options: dict, steps: int, optimiser: torch.optim.Optimizer) -> None:
        self.options, self.steps, self.optimiser = options, steps, optimiser
        self.rng = np.random.default_rng(options["seed"])
        self.step = 0
        self.log: list[dict] = []
        self.validations: list[float] = []

    @abstractmethod
    def use(self, planes: list[Plane]) -> None:
        """Train on ``planes``; for a resumed run they must be the same as before."""

    @abstractmethod
    def backward(self) -> float:
        """Compute the gradients of one batch. Returns its mean squared error, white being 1."""

    @abstractmethod
    def score(self, validation: Validation) -> float:
        """Mean PSNR-Y on the pictures of ``validation``, in dB."""

    @abstractmethod
    def read(self, folder: Path) -> dict:
        """Content of the checkpoint in ``folder``; raises as :func:`read_checkpoint`."""

    @property
    def progress(self) -> float:
        """How much of the run is done, from 0 to 1."""
        return self.step / self.steps

    @property
    def done(self) -> bool:
        """Whether the run is at its end."""
        return self.progress >= 1

    def advance(self) -> float:
        """Take one step and log it. Returns the mean squared error, in grey levels squared."""
        rate = cosine_rate(self.options["rate"], LAST_RATE, self.progress)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad()
        loss = self.backward() * WHITE**2
        self.optimiser.step()
        self.step += 1
        self.log.append({"step": self.step, "loss": loss, "psnr_y": None})
        return loss

    def validate(self, validation: Validation) -> None:
        """Log the score on the pictures of ``validation``."""
        psnr = self.score(validation)
        self.log[-1]["psnr_y"] = psnr
        self.validations.append(psnr)

    def train(self, folder: Path, validation: Validation | None, every: int) -> None:
        """Take all steps that are left, with a progress bar, and keep the run in ``folder``.

        Parameters
        ----------
        folder : Path
            Created if it is missing.
        validation : Validation or None
            Pictures to score the run on.
        every : int
            Steps between scores; the last step is scored in any case.

        Raises
        ------
        BadInput
            If the folder cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(f"{folder}: cannot create the folder ({error.strerror})") from error
        saved = time.monotonic()
        with progress_bar(total=self.steps, initial=self.step, unit="step") as bar:
            while not self.done:
                loss = self.advance()
                bar.update()
                if validation and (self.step % every == 0 or self.progress >= 1):
                    self.validate(validation)
                psnr = f", {self.validations[-1]:.3f} dB" if self.validations else ""
                bar.set_postfix_str(f"loss {loss:.1f}{psnr}")
                if time.monotonic() - saved > SAVE_SECONDS:
                    self.save(folder)
                    saved = time.monotonic()
        self.save(folder)

    def state(self) -> dict:
        """Everything that a resumed run needs, for ``torch.save``."""
        return {
            "options": self.options,
            "step": self.step,
            "optimiser": self.optimiser.state_dict(),
            "random": str(self.rng.bit_generator.state),
            "log": self.log,
        }

    def restore(self, content: dict) -> None:
        """Continue from ``content``, which :meth:`state` returned."""
        self.step, self.log = content["step"], content["log"]
        self.optimiser.load_state_dict(content["optimiser"])
        self.rng.bit_generator.state = ast.literal_eval(content["random"])
        self.validations = [row["psnr_y"] for row in self.log if row["psnr_y"]]

    def save(self, folder: Path) -> None:
        """Write checkpoint and log into ``folder``.

        Raises
        ------
        BadInput
            If they cannot be written; the files of the last time survive.
        """
        with whole_file(folder / CHECKPOINT) as file:
            torch.save(self.state(), file)
        text = io.StringIO()
        writer = csv.DictWriter(text, LOG_FIELDS)
        writer.writeheader()
        writer.writerows(self.log)
        with whole_file(folder / "log.csv") as file:
            file.write(text.getvalue().encode())

    def begin(self, folder: Path, *, resume: bool) -> None:
        """Continue from the checkpoint in ``folder``, or make sure that there is none.

        Raises
        ------
        BadInput
            If there is a checkpoint and ``resume`` is False; if there is none, it is damaged, or
            it belongs to a run with other options and ``resume`` is True.
        """
        if not resume:
            if (folder / CHECKPOINT).exists():
                raise BadInput(
                    f"{folder}: already holds a run; continue it with --resume, or choose another "
                    "folder"
                )
            return
        content = self.read(folder)
        for name, value in self.options.items():
            before = content["options"][name]
            if before != value:
                raise BadInput(
                    f"{folder}: was started with {name} {before}, not {value}; give the same value "
                    "or choose another folder"
                )
        self.restore(content)


def read_checkpoint(folder: Path, command: str, options: Collection[str]) -> dict:
    """Content of the checkpoint in the run folder ``folder``.

    Parameters
    ----------
    folder : Path
    command : str
        The command that made the run.
    options : collection of str
        Names of the options that the checkpoint must hold.

    Raises
    ------
    BadInput
        If there is no checkpoint, or it is damaged or incomplete.
    """
    path = folder / CHECKPOINT
    if not path.is_file():
        raise BadInput(
            f"{path}: no such checkpoint; start a run with `{command}`, without --resume"
        )
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        missing = set(options) - content["options"].keys()
    except Exception as error:  # torch.load raises many kinds of errors for a damaged file
        raise BadInput(f"{path}: is damaged, or is no checkpoint of `{command}`") from error
    if missing:
        raise BadInput(
            f"{path}: is no checkpoint of `{command}`; it lacks {', '.join(sorted(missing))}"
        )
    return content


def choose_device(name: str) -> torch.device:
    """The device called ``name``; ``auto`` is CUDA if there is a GPU, otherwise the CPU.

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
        raise BadInput(
            f"--device is {name}, which is not available here; it must be auto, cpu or a GPU "
            "that PyTorch finds"
        ) from error
    return device
