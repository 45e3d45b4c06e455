"""The shown picture enlarged by the core."""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from boards.gateware.core_domain import hr_beat_layout
from boards.picture_layout import pixel_layout
from hw.core_params import CoreParams


class CorePixels(wiring.Component):
    """The picture enlarged by the core: pixels out of its beats, frame by frame.

    A pixel per clock, one clock after it is asked for. If a beat is not there when it is needed, or
    does not begin a frame when it should, the rest of the frame is black; beats are dropped up to
    the next frame's first, which then waits.

    Parameters
    ----------
    params : CoreParams
        Its lines have a multiple of ``beat`` pixels.

    Members
    -------
    i : In(stream of hr_beat_layout)
        Beats.
    take : In(1)
        The next pixel in raster order is wanted.
    first : In(1)
        It is the first one of a frame.
    o : Out(pixel_layout())
        The pixel.
    error : Out(1)
        For one clock: a frame was lost or cut short.
    """

    def __init__(self, params: CoreParams) -> None:
        self.params = params
        super().__init__(
            {
                "i": In(stream.Signature(hr_beat_layout(params))),
                "take": In(1),
                "first": In(1),
                "o": Out(pixel_layout()),
                "error": Out(1),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        beat = self.i.payload
        column = Signal(range(self.params.pixels_per_beat))
        lost, right = Signal(), Signal()
        begins = (beat.first == self.first) & (~lost | self.first)
        m.d.comb += right.eq(self.i.valid & ((column != 0) | begins))
        m.d.sync += [self.error.eq(0), self.o.eq(0)]
        with m.If(self.take):
            with m.If(right):
                m.d.sync += [lost.eq(0), self.o.eq(beat.pixels[column]), column.eq(column + 1)]
                with m.If(column == self.params.pixels_per_beat - 1):
                    m.d.comb += self.i.ready.eq(1)
                    m.d.sync += column.eq(0)
            with m.Else():
                m.d.sync += [lost.eq(1), column.eq(0), self.error.eq(~lost | self.first)]
        with m.If(lost & ~beat.first):
            m.d.comb += self.i.ready.eq(1)
        return m
