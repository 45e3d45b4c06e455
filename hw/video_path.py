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
from hw.layouts import raster_layout


class VideoPath(wiring.Component):
    """Enlarge whole frames of any colour format.

    In ``rgb`` and ``grey`` all numbers of a pixel go through the chain of stages. In the other
    formats the luma alone does, and the chroma is interpolated beside it::

        i ── split ──┬── hold ── chain ──────┬── join ── o
                     └── chroma enlarger ────┘

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
        Enlarged frames, ``pixels_per_beat`` pixels per beat. The last beat of a line is padded with
        0.
    """

    def __init__(self, params: CoreParams) -> None:
        self.params = params
        super().__init__(
            {
                "i": In(stream.Signature(raster_layout(params.pixel))),
                "o": Out(stream.Signature(raster_layout(params.pixel, params.pixels_per_beat))),
            }
        )

    @staticmethod
    def delay_before(params: CoreParams) -> int:
        """Clocks from ``i`` to the chain, for a line that is not held back."""
        if not params.has_chroma:
            return 0
        return Split.delay(params.colour) + (HoldLines.delay() if params.lines_held else 0)

    @staticmethod
    def delay_behind(params: CoreParams) -> int:
        """Clocks from the chain to ``o``."""
        return Join.delay() if params.has_chroma else 0

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        m.submodules.chain = chain = Chain(params.stages)
        if not params.has_chroma:
            connect(m, wiring.flipped(self.i), chain.i)
            connect(m, chain.o, wiring.flipped(self.o))
            return m
        m.submodules.split = split = Split(params.chroma, params.colour)
        m.submodules.enlarger = enlarger = ChromaEnlarger(params.chroma)
        m.submodules.join = join = Join(params.chroma, params.colour)
        connect(m, wiring.flipped(self.i), split.i)
        connect(m, split.chroma, enlarger.i)
        connect(m, enlarger.o, join.chroma)
        if params.lines_held:
            m.submodules.hold = hold = HoldLines(params.lines_held, params.max_width)
            connect(m, split.luma, hold.i)
            connect(m, hold.o, chain.i)
        else:
            connect(m, split.luma, chain.i)
        connect(m, chain.o, join.luma)
        connect(m, join.o, wiring.flipped(self.o))
        return m
