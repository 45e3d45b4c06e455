"""Pixels of the screen from the core's beats."""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from boards.gateware.core_domain import hr_beat_layout
from boards.picture_layout import pixel_layout
from hw.core_params import CoreParams


class CorePixels(wiring.Component):
    """Unpack the beats of the core into pixels, one per request.

    One pixel per clock; latency 1 clock from ``take``. If there is no beat when a pixel is
    requested, or a frame starts at another pixel than the first one, the rest of the screen's frame
    is black. The beats are then dropped up to the first one of the next frame, which stays until
    the next frame of the screen.

    Parameters
    ----------
    params : CoreParams
        HR lines must be a multiple of ``pixels_per_beat`` long.

    Members
    -------
    i : In(stream of hr_beat_layout)
        Beats.
    take : In(1)
        Request the next pixel in raster order.
    first : In(1)
        The requested pixel is the first one of a frame.
    o : Out(pixel_layout())
        The pixel.
    error : Out(1)
        High for one clock when a frame was late or broken.
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
        lost, available = Signal(), Signal()
        in_step = (beat.first == self.first) & (~lost | self.first)
        m.d.comb += available.eq(self.i.valid & ((column != 0) | in_step))
        m.d.sync += [self.error.eq(0), self.o.eq(0)]
        with m.If(self.take):
            with m.If(available):
                m.d.sync += [lost.eq(0), self.o.eq(beat.pixels[column]), column.eq(column + 1)]
                with m.If(column == self.params.pixels_per_beat - 1):
                    m.d.comb += self.i.ready.eq(1)
                    m.d.sync += column.eq(0)
            with m.Else():
                m.d.sync += [lost.eq(1), column.eq(0), self.error.eq(~lost | self.first)]
        with m.If(lost & ~beat.first):
            m.d.comb += self.i.ready.eq(1)
        return m
