"""A chain of stages with real entries, for a batch of crops on any device, in PyTorch.

It computes what :class:`sw.tune.chain.Chain` computes, with a dimension more: the forward pass is
that of the golden model bit for bit if the entries are integers, because all sums are then exact in
float32. On a GPU the look-ups are kernels of :mod:`sw.tune.triton_passes`.
"""

from functools import cache
from types import ModuleType
from typing import NamedTuple

import numpy as np
import torch

from sw.golden import pad
from sw.tables.grid import DifferenceGrid
from sw.tables.spec import Stage
from sw.tune import torch_passes
from sw.tune.chain import Chain, gains
from sw.tune.torch_passes import TorchPlan


class Trace(NamedTuple):
    """What the backward pass of a stage needs from its forward pass.

    Parameters
    ----------
    padded : Tensor of uint8, shape (batch, maps read, height + 2*reach, width + 2*reach)
    sums : Tensor of float32, shape (batch, own maps, r*height, r*width)
        The maps that the stage makes, before rounding and clipping, in grey levels.
    """

    padded: torch.Tensor
    sums: torch.Tensor


class TorchChain:
    """The stages of ``chain`` on ``device``; the vector of entries is an argument of the methods.

    Parameters
    ----------
    chain : Chain
    device : torch.device
    passes : module, optional
        With the functions ``add_lookups`` and ``add_gradients``; by default the kernels on a GPU,
        and :mod:`sw.tune.torch_passes` elsewhere.
    """

    def __init__(
        self, chain: Chain, device: torch.device, passes: ModuleType | None = None
    ) -> None:
        self.chain, self.device = chain, device
        if passes is None and device.type == "cuda":
            from sw.tune import triton_passes as passes
        self.passes = passes or torch_passes
        stages = chain.upsampler.stages
        self.plans = [
            [TorchPlan.of(group.plan, device) for group in groups] for groups in chain.groups
        ]
        self.gains = [torch.as_tensor(gains(stage), device=device) for stage in stages]
        self.adds_picture = [
            torch.tensor(
                [isinstance(tables[0].grid, DifferenceGrid) for tables in stage.maps],
                dtype=torch.float32,
                device=device,
            )[:, None, None]
            for stage in stages
        ]

    def forward(self, lr: torch.Tensor, vector: torch.Tensor) -> tuple[torch.Tensor, list[Trace]]:
        """Enlarge one colour of a batch.

        Parameters
        ----------
        lr : Tensor of uint8, shape (batch, height, width)
        vector : Tensor of float32

        Returns
        -------
        hr : Tensor of uint8
            ``scale`` times as high and wide.
        traces : list of Trace
            One for each stage, for :meth:`backward`.
        """
        maps, traces = lr[:, None], []
        for number in range(len(self.plans)):
            maps, trace = self._forward_stage(number, maps, vector)
            traces.append(trace)
        return maps[:, 0], traces

    def backward(
        self, gradient: torch.Tensor, vector: torch.Tensor, traces: list[Trace]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Gradients of the entries, summed over the batch, and of the LR pictures.

        All are float32; ``traces`` are those that :meth:`forward` returned.
        """
        total, maps = torch.zeros_like(vector), gradient[:, None]
        for number in reversed(range(len(self.plans))):
            maps = self._backward_stage(number, maps, vector, traces[number], total)
        return total, maps[:, 0]

    def _forward_stage(
        self, number: int, maps: torch.Tensor, vector: torch.Tensor
    ) -> tuple[torch.Tensor, Trace]:
        stage = self.chain.upsampler.stages[number]
        r, (batch, _, height, width) = stage.scale, maps.shape
        padded = _padded(maps, stage)
        shape = batch, len(stage.maps), r * height, r * width
        sums = torch.zeros(shape, dtype=torch.float32, device=self.device)
        for group, plan in zip(self.chain.groups[number], self.plans[number], strict=True):
            table = group.tables[0]
            entries = vector[group.where].view(table.rows, -1)
            source = padded[:, table.source]
            self.passes.add_lookups(source, stage.reach, plan, entries, r, sums)
        sums *= self.gains[number]
        picture = maps[:, :1].float().repeat_interleave(r, 2).repeat_interleave(r, 3)
        sums += self.adds_picture[number] * picture
        own = sums.round().clamp(0, 255).to(torch.uint8)
        result = torch.cat([maps[:, :1], own], 1) if stage.passes_picture else own
        return result, Trace(padded, sums)

    def _backward_stage(
        self,
        number: int,
        gradients: torch.Tensor,
        vector: torch.Tensor,
        trace: Trace,
        total: torch.Tensor,
    ) -> torch.Tensor:
        stage = self.chain.upsampler.stages[number]
        r, reach, sums = stage.scale, stage.reach, trace.sums
        own = gradients[:, -len(stage.maps) :]
        own = own.masked_fill(((sums < 0) & (own > 0)) | ((sums > 255) & (own < 0)), 0).contiguous()
        padded = torch.zeros(trace.padded.shape, dtype=torch.float32, device=self.device)
        scaled = own * self.gains[number]
        for group, plan in zip(self.chain.groups[number], self.plans[number], strict=True):
            table = group.tables[0]
            shape = table.rows, -1
            self.passes.add_gradients(
                trace.padded[:, table.source],
                reach,
                plan,
                vector[group.where].view(shape),
                r,
                scaled,
                total[group.where].view(shape),
                padded[:, table.source],
            )
        # Padding copies border pixels; the gradient of these copies is ignored.
        height, width = padded.shape[2] - 2 * reach, padded.shape[3] - 2 * reach
        maps = padded[:, :, reach : reach + height, reach : reach + width]
        to_picture = (self.adds_picture[number] * own).sum(1)
        maps[:, 0] += to_picture.view(-1, height, r, width, r).sum((2, 4))
        if stage.passes_picture and gradients.shape[1] > len(stage.maps):
            maps[:, 0] += gradients[:, 0]
        return maps


@cache
def _beyond(size: int, reach: int, padding: str, device: torch.device) -> torch.Tensor:
    """Which of ``size`` pixels in a row each pixel of the padded row repeats."""
    row = pad(np.arange(size)[None], reach, padding)[reach]
    return torch.as_tensor(row, device=device)


def _padded(maps: torch.Tensor, stage: Stage) -> torch.Tensor:
    """``maps`` with ``stage.reach`` more pixels on all four sides, as the golden ``pad`` has it."""
    y, x = (_beyond(size, stage.reach, stage.padding, maps.device) for size in maps.shape[2:])
    return maps[:, :, y[:, None], x]
