"""The video path: from LR pixels of the core's colour format to beats of HR pixels."""

from amaranth.hdl import Module
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect

from hw.chain import Chain
from hw.colour.enlarge import ChromaEnlarger
from hw.colour.hold import HoldLines
from hw.colour.join import Join
from hw.colour.split import Split
from hw.core_params import CoreParams
from hw.layouts import beat_layout, load_bus_layout, raster_layout
from hw.pipeline import SkidBuffer


class VideoPath(wiring.Component):
    """Enlarge whole frames of any colour format.

    In ``rgb`` and ``grey`` all numbers of a pixel go through the chain of stages. In the other
    formats the luma alone does, and the chroma is interpolated beside it::

        i ── split ──┬── hold ── chain ──────┬── join ── o
                     └── chroma enlarger ────┘

    Skid buffers stand in front of ``split`` and at both inputs of ``join``: a ready signal of one
    way does not reach the other in the same clock, which may be at the other end of the chip.

    The chroma is never late: ``hold`` keeps the luma back where the chain needs fewer lines than
    the interpolation (see :mod:`hw.colour.lag`). So throughput and latency are those of the chain,
    and of the blocks in front of it and behind it; see :mod:`hw.core_timing`. While ``o`` is not
    taken, all blocks work on until they are full, then ``i`` stalls.

    Parameters
    ----------
    params : CoreParams

    Members
    -------
    i : In(stream of raster_layout)
        Frames, one pixel per beat.
    o : Out(stream of raster_layout)
        Enlarged frames, ``pixels_per_beat`` pixels per beat, with ``params.tkeep``. The last beat
        of a line is padded with 0.
    bypass : In(1), only if ``params.control``
        Whether pixels are repeated instead; constant while a frame is in the path.
    load : In(load_bus_layout), only if ``params.reload``
        Words for the tables, see :class:`hw.chain.Chain`.
    """

    def __init__(self, params: CoreParams) -> None:
        self.params = params
        large = raster_layout(params.pixel, params.pixels_per_beat, tkeep=params.tkeep)
        members = {
            "i": In(stream.Signature(raster_layout(params.pixel))),
            "o": Out(stream.Signature(large)),
        }
        if params.control:
            members["bypass"] = In(1)
        if params.reload:
            members["load"] = In(load_bus_layout(params.stages))
        super().__init__(members)

    @staticmethod
    def delay_before(params: CoreParams) -> int:
        """Clocks from ``i`` to the chain, for a line that is not held back."""
        if not params.has_chroma:
            return 0
        skid = SkidBuffer.delay(raster_layout(params.pixel))
        held = HoldLines.delay() if params.lines_held else 0
        return skid + Split.delay(params.colour) + held

    @staticmethod
    def delay_behind(params: CoreParams) -> int:
        """Clocks from the chain to ``o``."""
        if not params.has_chroma:
            return 0
        return SkidBuffer.delay(beat_layout(params.stages[-1])) + Join.delay()

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        m.submodules.chain = chain = Chain(params.stages)
        if params.control:
            m.d.comb += chain.bypass.eq(self.bypass)
        if params.reload:
            m.d.comb += chain.load.eq(self.load)
        if not params.has_chroma:
            connect(m, wiring.flipped(self.i), chain.i)
            connect(m, chain.o, wiring.flipped(self.o))
            return m
        m.submodules.before_split = before_split = SkidBuffer(raster_layout(params.pixel))
        m.submodules.split = split = Split(params.chroma, params.colour)
        m.submodules.enlarger = enlarger = ChromaEnlarger(params.chroma)
        m.submodules.luma = luma = SkidBuffer(beat_layout(params.stages[-1]))
        m.submodules.chroma = chroma = SkidBuffer(beat_layout(params.chroma))
        m.submodules.join = join = Join(params.chroma, params.colour, tkeep=params.tkeep)
        if params.control:
            m.d.comb += enlarger.bypass.eq(self.bypass)
        connect(m, wiring.flipped(self.i), before_split.i)
        connect(m, before_split.o, split.i)
        connect(m, split.chroma, enlarger.i)
        connect(m, enlarger.o, chroma.i)
        connect(m, chroma.o, join.chroma)
        if params.lines_held:
            m.submodules.hold = hold = HoldLines(
                params.lines_held, params.max_width, params.sample_bits
            )
            connect(m, split.luma, hold.i)
            connect(m, hold.o, chain.i)
        else:
            connect(m, split.luma, chain.i)
        connect(m, chain.o, luma.i)
        connect(m, luma.o, join.luma)
        connect(m, join.o, wiring.flipped(self.o))
        return m
