"""Join: each beat of enlarged luma with the beat of enlarged chroma that belongs to it."""

from amaranth.hdl import Module, Signal, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.colour.params import ChromaParams
from hw.layouts import beat_layout, pixel_layout, raster_layout
from hw.output.round_clip import clipped
from sw.pictures.colour_formats import CHANNELS


class Join(wiring.Component):
    """Put the luma and the chroma of HR pixels together, and clip.

    In ``luma`` a colour is the luma plus the colour's difference. In ``ycbcr444`` a pixel is Y, Cb,
    Cr. In ``ycbcr422`` it is Y, and Cb in even columns or Cr in odd ones, so that a beat of chroma
    has half as many samples as the beat of luma has pixels.

    A beat of either stream waits for that of the other, and both wait for the sink. The flags are
    those of luma; both streams have the same.

    One beat per clock; latency ``delay()`` clocks from the later of the two beats. Stalls while
    ``o`` is not taken.

    Parameters
    ----------
    params : ChromaParams
    colour : str
        ``"luma"``, ``"ycbcr444"`` or ``"ycbcr422"``.
    tkeep : bool
        Whether the beats of luma, and those of ``o``, say which pixels belong to the picture.

    Members
    -------
    luma : In(stream of raster_layout, pixels of one channel)
        Y.
    chroma : In(stream of beat_layout)
        In ``luma`` the differences R-Y, G-Y and B-Y, else Cb and Cr; in ``large_values``.
    o : Out(stream of raster_layout)
        Pixels of the format. The padding of a last beat is 0 if it is 0 in both streams.
    """

    def __init__(self, params: ChromaParams, colour: str, *, tkeep: bool = False) -> None:
        self.params, self.colour = params, colour
        self.flags = ("line_last", "frame_last", *(("keep",) if tkeep else ()))
        self.pixels_per_beat = params.pixels_per_beat * (2 if colour == "ycbcr422" else 1)
        luma, coloured = (
            raster_layout(
                pixel_layout(channels, params.sample_bits), self.pixels_per_beat, tkeep=tkeep
            )
            for channels in (1, CHANNELS[colour])
        )
        super().__init__(
            {
                "luma": In(stream.Signature(luma)),
                "chroma": In(stream.Signature(beat_layout(params))),
                "o": Out(stream.Signature(coloured)),
            }
        )

    @staticmethod
    def delay() -> int:
        """Clocks from the later of the two beats to ``o``."""
        return 2

    def elaborate(self, platform: object) -> Module:
        m = Module()
        both, moves, leaves = Signal(), Signal(), Signal()
        valid = Signal()  # of the first register
        flags = {
            name: Signal.like(self.luma.payload[name], name=name, reset_less=True)
            for name in self.flags
        }
        m.d.comb += [
            leaves.eq(self.o.ready | ~self.o.valid),
            moves.eq(leaves | ~valid),
            both.eq(self.luma.valid & self.chroma.valid),
            self.luma.ready.eq(moves & self.chroma.valid),
            self.chroma.ready.eq(moves & self.luma.valid),
        ]
        with m.If(moves):
            m.d.sync += [
                valid.eq(both),
                *(flag.eq(self.luma.payload[name]) for name, flag in flags.items()),
            ]
        with m.If(leaves):
            m.d.sync += [
                self.o.valid.eq(valid),
                *(self.o.payload[name].eq(flag) for name, flag in flags.items()),
            ]
        for n in range(self.pixels_per_beat):
            for c, exact in enumerate(self._pixel(n)):
                total = Signal(exact.shape(), name=f"total{n}_{c}", reset_less=True)
                with m.If(moves):
                    m.d.sync += total.eq(exact)
                with m.If(leaves):
                    in_range = not total.shape().signed  # Y
                    sample = total if in_range else clipped(total, self.params.sample_bits)
                    m.d.sync += self.o.payload.pixels[n][c].eq(sample)
        return m

    def _pixel(self, n: int) -> list[Value]:
        """The numbers of pixel ``n`` of a beat, not clipped yet."""
        y, samples = self.luma.payload.pixels[n][0], self.chroma.payload.pixels
        if self.colour == "ycbcr422":
            return [y, samples[n // 2][n % 2]]
        components = list(samples[n])
        if self.colour == "ycbcr444":
            return [y, *components]
        return [y + difference for difference in components]
