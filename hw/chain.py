"""A chain of stages: each works on the maps that the one before it makes."""

from collections.abc import Sequence

from amaranth.hdl import Module
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect

from hw.layouts import beat_layout, load_bus_layout, pixels_layout
from hw.params import StageParams
from hw.pipeline import SkidBuffer, delayed
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
        Frames.
    o : Out(stream of beat_layout of the last stage)
        Enlarged frames.
    bypass : In(1), only if the stages have one
        Whether pixels are repeated; constant while a frame is in the chain.
    load : In(load_bus_layout), only if the tables can be loaded
        A word for the tables of the groups whose bit of ``groups`` is set. It takes two clocks to
        the stages, and none of these registers is reset.
    """

    def __init__(self, stages: Sequence[StageParams]) -> None:
        self.stages = stages
        members = {
            "i": In(stream.Signature(pixels_layout(stages[0]))),
            "o": Out(stream.Signature(beat_layout(stages[-1]))),
        }
        if stages[0].bypass:
            members["bypass"] = In(1)
        if stages[0].reload:
            members["load"] = In(load_bus_layout(stages))
        super().__init__(members)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        blocks = [UpsamplerStage(params) for params in self.stages]
        source = wiring.flipped(self.i)
        # The tables lie all over the chip.
        load = delayed(m, self.load, 2) if self.stages[0].reload else None
        first_group = 0
        for n, block in enumerate(blocks):
            m.submodules[f"stage{n}"] = block
            m.submodules[f"before{n}"] = before = SkidBuffer(pixels_layout(block.params))
            connect(m, source, before.i)
            connect(m, before.o, block.i)
            source = block.o
            if block.params.bypass:
                m.d.comb += block.bypass.eq(self.bypass)
            if block.params.reload:
                for g in range(len(block.params.groups)):
                    port = getattr(block, f"load{g}")
                    m.d.comb += [
                        port.word.eq(load.word),
                        port.row.eq(load.row),
                        port.bank.eq(load.bank),
                        port.row_last.eq(load.row_last),
                        port.valid.eq(load.groups[first_group + g]),
                    ]
                first_group += len(block.params.groups)
        connect(m, source, wiring.flipped(self.o))
        return m
