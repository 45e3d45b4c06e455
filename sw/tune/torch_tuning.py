"""The tuning of a chain in PyTorch, on a GPU or the CPU.

A step is that of :class:`sw.tune.tuning.Tuning`: the same crops, the same arithmetic, the same
state. On a GPU all of a step is one CUDA graph; only the places of its crops are drawn by the CPU.
"""

from collections.abc import Callable

import numpy as np
import torch
from tqdm import tqdm

from sw.errors import BadInput
from sw.photos.crops import RandomCrops
from sw.schedule import cosine_rate
from sw.tables.flat_sums import HIGH, LOW, FlatConstraint
from sw.tables.spec import Upsampler
from sw.tune.chain import Chain
from sw.tune.torch_chain import TorchChain
from sw.tune.torch_crops import TorchCrops
from sw.tune.tuning import BETAS, EPSILON, LAST_RATE, MEAN_SHARE, Adam


class TorchTuning:
    """The tuning of a chain on random crops, with the methods of :class:`Tuning`.

    Parameters
    ----------
    device : torch.device
    others
        As for :class:`Tuning`.

    Attributes
    ----------
    parts : int
        The crops of a step go through the chain in so many parts: more than one if the device's
        memory is too small for all of them.

    Raises
    ------
    BadInput
        If the device's memory is too small for the photographs, or for a single crop.
    """

    def __init__(
        self,
        chain: Chain,
        crops: RandomCrops,
        adam: Adam,
        *,
        steps: int,
        batch: int,
        rate: float,
        seed: int,
        device: torch.device,
    ) -> None:
        self.chain, self.crops, self._adam = chain, crops, adam
        self.steps, self.batch, self.rate, self.seed = steps, batch, rate, seed
        self.margin = chain.upsampler.reach
        self.device, self.parts = device, 1
        if device.type == "cuda":
            torch.cuda.set_device(device)  # Triton and graphs use the present one
        self.torch_chain = TorchChain(chain, device)
        try:
            self.torch_crops = TorchCrops(crops, device)
        except RuntimeError as error:  # a GPU's OutOfMemoryError is one, and the CPU's has no name
            raise BadInput(
                f"--device {device}: its memory is too small for the photographs; use fewer"
            ) from error
        self.flat = TorchFlat(chain.flat, device)
        self.vector, self.mean, self.square = (
            torch.tensor(values, device=device) for values in (adam.vector, adam.mean, adam.square)
        )
        self.places = torch.zeros((batch, 4), dtype=torch.int64, device=device)
        self.rates = torch.zeros(3, device=device)
        self.squares = torch.zeros((), device=device)
        self.graph: torch.cuda.CUDAGraph | None = None
        self.next_places = self._draw(adam.step)

    @property
    def adam(self) -> Adam:
        """The state after the steps done so far, in the memory of the CPU."""
        for values, own in (
            (self._adam.vector, self.vector),
            (self._adam.mean, self.mean),
            (self._adam.square, self.square),
        ):
            values[:] = own.cpu().numpy()
        return self._adam

    @property
    def step(self) -> int:
        """Steps done so far."""
        return self._adam.step

    def rounded(self) -> Upsampler:
        """The upsampler with the present entries."""
        return self.chain.rounded(self.adam.vector)

    def advance(self) -> float:
        """Do one step; returns the mean squared error of its crops before it, in grey levels²."""
        rate = cosine_rate(self.rate, LAST_RATE, self.step / self.steps)
        self._adam.step += 1
        decays = (1 - beta**self.step for beta in BETAS)
        self.places.copy_(torch.from_numpy(self.next_places))
        self.rates.copy_(torch.tensor([rate, *decays]))
        if self.device.type != "cuda":
            self._in_parts(self._step)
        else:
            if self.graph is None:
                self._in_parts(self._capture)
            self.graph.replay()
        # Drawn while the device works.
        self.next_places = self._draw(self.step)
        return float(self.squares)

    def _draw(self, step: int) -> np.ndarray:
        return self.torch_crops.places(self.batch, np.random.default_rng([self.seed, step]))

    def _in_parts(self, run: Callable[[], None]) -> None:
        """Call ``run``, which does a step, with crops in as few parts as the memory allows."""
        while True:
            try:
                return run()
            except torch.OutOfMemoryError as error:
                if self.parts >= self.batch:
                    raise BadInput(
                        f"--device {self.device}: its memory is too small for one crop; use "
                        "smaller ones with --crop N"
                    ) from error
            self.parts = min(2 * self.parts, self.batch)
            tqdm.write(f"{self.device} is out of memory; a step now takes {self.parts} parts")
            torch.cuda.empty_cache()

    def _capture(self) -> None:
        """Make the graph of a step."""
        state = self.vector, self.mean, self.square
        before = [values.clone() for values in state]
        try:
            side = torch.cuda.Stream()
            side.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(side):
                self._step()  # compiles the kernels
            torch.cuda.current_stream().wait_stream(side)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph):
                self._step()
            self.graph = graph
        finally:
            for own, values in zip(state, before, strict=True):
                own.copy_(values)

    def _step(self) -> None:
        """One step with ``places`` and ``rates``: changes the state and ``squares``."""
        lrs, hrs = self.torch_crops.cut(self.places)
        entries = self.flat.rounded(self.vector)
        gradient, squares = 0, 0
        size = -(-self.batch // self.parts)
        for lr, hr in zip(lrs.split(size), hrs.split(size), strict=True):
            part, part_squares = self._gradient(lr, hr, entries)
            gradient, squares = gradient + part, squares + part_squares
        gradient /= self.batch
        rate, *decays = self.rates
        means = []
        for moment, value, beta, decay in zip(
            (self.mean, self.square), (gradient, gradient**2), BETAS, decays, strict=True
        ):
            moment += (1 - beta) * (value - moment)
            means.append(moment / decay)
        self.vector -= rate * means[0] / (means[1].sqrt() + EPSILON)
        self.vector.clamp_(LOW, HIGH)
        self.flat.project(self.vector)
        self.squares.copy_(squares / self.batch)

    def _gradient(
        self, lr: torch.Tensor, hr: torch.Tensor, entries: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Gradient of the entries, and mean squared error, each summed over the crops."""
        result, traces = self.torch_chain.forward(lr, entries)
        edge, size = self.margin * (hr.shape[1] // lr.shape[1]), hr.shape[1]
        inner = (slice(None), slice(edge, size - edge), slice(edge, size - edge))
        error = torch.zeros(hr.shape, device=self.device)
        error[inner] = result[inner].float() - hr[inner].float()
        count = error[0][inner[1:]].numel()
        squares = (error**2).sum() / count
        error[inner] -= (1 - MEAN_SHARE) * error[inner].mean((1, 2), keepdim=True)
        weights = crop_weights(lr, hr) * (2 / count)
        gradient, _ = self.torch_chain.backward(error * weights[:, None, None], entries, traces)
        return gradient, squares


def crop_weights(lr: torch.Tensor, hr: torch.Tensor) -> torch.Tensor:
    """:func:`sw.photos.crops.crop_weight` of all crops of a batch: float32, (batch,)."""
    r = hr.shape[1] // lr.shape[1]
    enlarged = lr.float().repeat_interleave(r, 1).repeat_interleave(r, 2)
    return (60 / (((enlarged - hr.float()) ** 2).mean((1, 2)) + 5)).sqrt()


class TorchFlat:
    """A :class:`FlatConstraint` on a device, without the loop over its sums.

    Parameters
    ----------
    constraint : FlatConstraint
    device : torch.device
    """

    def __init__(self, constraint: FlatConstraint, device: torch.device) -> None:
        pairs = constraint.pairs
        most = max((len(members) for _, members in pairs), default=0)
        members = np.zeros((len(pairs), most), np.int64)
        real = np.zeros((len(pairs), most), bool)
        for row, (_, places) in enumerate(pairs):
            members[row, : len(places)] = places
            real[row, : len(places)] = True
        self.members = torch.as_tensor(members, device=device)
        self.real = torch.as_tensor(real, device=device)
        self.totals = torch.tensor(
            [total for total, _ in pairs], dtype=torch.float32, device=device
        )

    def _missing(self, vector: torch.Tensor) -> torch.Tensor:
        return self.totals - torch.where(self.real, vector[self.members], 0).sum(1)

    def project(self, vector: torch.Tensor) -> None:
        """As :meth:`FlatConstraint.project`."""
        shift = self._missing(vector) / self.real.sum(1)
        vector.index_add_(0, self.members.ravel(), (shift[:, None] * self.real).ravel())

    def rounded(self, vector: torch.Tensor) -> torch.Tensor:
        """As :meth:`FlatConstraint.rounded`, but a sum can stay wrong where numbers are clipped.

        That matters for the steps alone: the finished tables are rounded by the other method.
        """
        vector = vector.clone()
        self.project(vector)
        integers = vector.round().clamp(LOW, HIGH)
        missing = self._missing(integers).round()[:, None]
        step = missing.sign()
        own = integers[self.members]
        movable = self.real & (own != torch.where(step > 0, HIGH, LOW))
        lost = torch.where(movable, step * (vector[self.members] - own), -torch.inf)
        rank = lost.argsort(dim=1, descending=True, stable=True).argsort(dim=1)
        moved = torch.where(movable & (rank < missing.abs()), step, 0)
        return integers.index_add_(0, self.members.ravel(), moved.ravel())
