"""Split: the luma of each LR pixel for the tables, and its chroma for the interpolation."""

from amaranth.hdl import Const, Module, Shape, Signal, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.colour.interpolate import addition_levels, weighted_sum
from hw.colour.lines import sample_layout
from hw.colour.params import ChromaParams
from hw.layouts import pixel_layout, raster_layout
from hw.pipeline import SkidBuffer, delayed
from sw.pictures.colour_formats import CHANNELS, LUMA_WEIGHTS


class Split(wiring.Component):
    """Send the luma of each pixel one way and its chroma the other.

    In ``luma`` the chroma of R, G, B are the three differences from Y. In ``ycbcr444`` it is Cb and
    Cr. In ``ycbcr422`` two pixels share it: Cb comes with the even one and Cr with the odd one.

    One pixel per clock; latency ``delay(colour)`` clocks. Each output waits in a skid buffer, so
    that one may be up to two pixels ahead of the other; then ``i`` stalls.

    Parameters
    ----------
    params : ChromaParams
    colour : str
        ``"luma"``, ``"ycbcr444"`` or ``"ycbcr422"``.

    Members
    -------
    i : In(stream of raster_layout)
        Pixels of the format, one per beat; in ``ycbcr422`` lines of even length.
    luma : Out(stream of raster_layout, pixels of one channel)
        Y; in ``luma`` (77 R + 150 G + 29 B + 128) >> 8.
    chroma : Out(stream of sample_layout)
        R-Y, G-Y, B-Y, or Cb, Cr.
    """

    def __init__(self, params: ChromaParams, colour: str) -> None:
        self.params, self.colour = params, colour
        pixel = pixel_layout(CHANNELS[colour], params.sample_bits)
        self.luma_layout = raster_layout(pixel_layout(1, params.sample_bits))
        super().__init__(
            {
                "i": In(stream.Signature(raster_layout(pixel))),
                "luma": Out(stream.Signature(self.luma_layout)),
                "chroma": Out(stream.Signature(sample_layout(params))),
            }
        )

    @staticmethod
    def delay(colour: str) -> int:
        """Clocks from ``i`` to either output."""
        return Split._colour_delay(colour) + 1

    @staticmethod
    def _colour_delay(colour: str) -> int:
        """Clocks from R, G, B to luma and differences; YCbCr has them already."""
        return addition_levels([LUMA_WEIGHTS]) + 2 if colour == "luma" else 0

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.before_luma = before_luma = SkidBuffer(self.luma_layout)
        m.submodules.before_chroma = before_chroma = SkidBuffer(sample_layout(self.params))
        wiring.connect(m, before_luma.o, wiring.flipped(self.luma))
        wiring.connect(m, before_chroma.o, wiring.flipped(self.chroma))
        luma, chroma = before_luma.i, before_chroma.i

        moves, pixel = Signal(), list(self.i.payload.pixels[0])
        with m.If(moves):
            if self.colour == "luma":
                y, sample = self._differences(m, pixel)
            else:
                y, sample = pixel[0], pixel[1:]
            clocks = self._colour_delay(self.colour)
            flags = [self.i.payload.line_last, self.i.payload.frame_last]
            line_last, frame_last = (delayed(m, flag, clocks) for flag in flags)
            valid = delayed(m, self.i.valid, clocks, reset=True)
        completes: Value = Const(1)  # the pixel completes a sample of the chroma
        if self.colour == "ycbcr422":
            odd, cb = Signal(), Signal(self.params.sample_bits, reset_less=True)
            with m.If(valid & moves):
                m.d.sync += odd.eq(~odd)
                with m.If(~odd):
                    m.d.sync += cb.eq(sample[0])
            completes, sample = odd, [cb, sample[0]]
        m.d.comb += [
            moves.eq(~valid | (luma.ready & chroma.ready)),
            self.i.ready.eq(moves),
            luma.valid.eq(valid & chroma.ready),
            chroma.valid.eq(valid & luma.ready & completes),
            luma.payload.pixels[0][0].eq(y),
        ]
        for port in (luma, chroma):
            m.d.comb += [
                port.payload.line_last.eq(line_last),
                port.payload.frame_last.eq(frame_last),
            ]
        for c, number in enumerate(sample):
            m.d.comb += chroma.payload.sample[c].eq(number)
        return m

    def _differences(self, m: Module, colours: list[Value]) -> tuple[Value, list[Value]]:
        """Y of R, G, B, and their differences from it, ``_colour_delay`` clocks later."""
        levels = addition_levels([LUMA_WEIGHTS])
        y = Signal(self.params.sample_bits, reset_less=True)
        total = weighted_sum(m, colours, LUMA_WEIGHTS, levels, "luma")
        m.d.sync += y.eq((total + 128) >> 8)
        differences = []
        for c, colour in enumerate(colours):
            difference = Signal(
                Shape.cast(self.params.values), name=f"difference{c}", reset_less=True
            )
            m.d.sync += difference.eq(delayed(m, colour, levels + 1) - y)
            differences.append(difference)
        return delayed(m, y, 1), differences
