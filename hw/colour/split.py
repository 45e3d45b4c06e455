"""Split: R, G, B into luma, for the tables, and the differences from it, for the interpolation."""

from amaranth.hdl import Module, Shape, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from hw.colour.interpolate import addition_levels, weighted_sum
from hw.colour.lines import sample_layout
from hw.colour.params import ChromaParams
from hw.pipeline import SkidBuffer, delayed
from sw.pictures.colour_formats import LUMA_WEIGHTS


def pixel_layout(channels: int) -> data.StructLayout:
    """A beat of one LR pixel: ``pixels_layout`` of hw.layouts for the first stage of a core."""
    pixel = data.ArrayLayout(8, channels)
    return data.StructLayout(
        {"pixels": data.ArrayLayout(pixel, 1), "line_last": 1, "frame_last": 1}
    )


class SplitColours(wiring.Component):
    """Send the luma of each pixel one way and its three differences the other.

    One pixel per clock; latency ``delay()`` clocks. Each output waits in a skid buffer, so that one
    may be up to two pixels ahead of the other; then ``i`` stalls.

    Parameters
    ----------
    params : ChromaParams
        With three components in -255…255.

    Members
    -------
    i : In(stream of pixel_layout, three channels)
        R, G, B.
    luma : Out(stream of pixel_layout, one channel)
        Y = (77 R + 150 G + 29 B + 128) >> 8.
    chroma : Out(stream of sample_layout)
        R-Y, G-Y, B-Y.
    """

    def __init__(self, params: ChromaParams) -> None:
        self.params = params
        super().__init__(
            {
                "i": In(stream.Signature(pixel_layout(3))),
                "luma": Out(stream.Signature(pixel_layout(1))),
                "chroma": Out(stream.Signature(sample_layout(params))),
            }
        )

    @staticmethod
    def delay() -> int:
        """Clocks from ``i`` to either output."""
        return addition_levels([LUMA_WEIGHTS]) + 3

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.before_luma = before_luma = SkidBuffer(pixel_layout(1))
        m.submodules.before_chroma = before_chroma = SkidBuffer(sample_layout(self.params))
        wiring.connect(m, before_luma.o, wiring.flipped(self.luma))
        wiring.connect(m, before_chroma.o, wiring.flipped(self.chroma))
        luma, chroma = before_luma.i, before_chroma.i

        moves = Signal()
        levels = addition_levels([LUMA_WEIGHTS])
        y = Signal(8, reset_less=True)
        with m.If(moves):
            colours = list(self.i.payload.pixels[0])
            total = weighted_sum(m, colours, LUMA_WEIGHTS, levels, "luma")
            m.d.sync += y.eq((total + 128) >> 8)
            pixel = delayed(m, self.i.payload, levels + 1)
            late_y = delayed(m, y, 1)
            differences = []
            for c in range(3):
                difference = Signal(
                    Shape.cast(self.params.values), name=f"difference{c}", reset_less=True
                )
                m.d.sync += difference.eq(pixel.pixels[0][c] - y)
                differences.append(difference)
            late = delayed(m, pixel, 1)
            valid = delayed(m, self.i.valid, levels + 2, reset=True)
        m.d.comb += [
            moves.eq(~valid | (luma.ready & chroma.ready)),
            self.i.ready.eq(moves),
            luma.valid.eq(valid & chroma.ready),
            chroma.valid.eq(valid & luma.ready),
            luma.payload.pixels[0][0].eq(late_y),
        ]
        for port in (luma, chroma):
            m.d.comb += [
                port.payload.line_last.eq(late.line_last),
                port.payload.frame_last.eq(late.frame_last),
            ]
        for c, difference in enumerate(differences):
            m.d.comb += chroma.payload.sample[c].eq(difference)
        return m
