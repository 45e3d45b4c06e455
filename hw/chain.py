"""A chain of stages: each works on the maps that the one before it makes."""

from collections.abc import Sequence

from amaranth.hdl import Module
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect

from hw.layouts import beat_layout, pixels_layout
from hw.params import StageParams
from hw.pipeline import SkidBuffer
from hw.stage import UpsamplerStage


class Chain(wiring.Component):
    """Enlarge a stream of frames by several stages, with a skid buffer in front of each.

    Throughput and latency follow from those of the stages, see :mod:`hw.core_timing`. While ``o``
    is not taken, the stages work on until their writers are full, then ``i`` stalls.

    Parameters
    ----------
    stages : sequence of StageParams

    Members
    -------
    i : In(stream of pixels_layout of the first stage)
        Frames, 0…255 each sample.
    o : Out(stream of beat_layout of the last stage)
        Enlarged frames, 0…255 each sample.
    """

    def __init__(self, stages: Sequence[StageParams]) -> None:
        self.stages = stages
        super().__init__(
            {
                "i": In(stream.Signature(pixels_layout(stages[0]))),
                "o": Out(stream.Signature(beat_layout(stages[-1]))),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        blocks = [UpsamplerStage(params) for params in self.stages]
        source = wiring.flipped(self.i)
        for n, block in enumerate(blocks):
            m.submodules[f"stage{n}"] = block
            m.submodules[f"before{n}"] = before = SkidBuffer(pixels_layout(block.params))
            connect(m, source, before.i)
            connect(m, before.o, block.i)
            source = block.o
        connect(m, source, wiring.flipped(self.o))
        return m
